"""Listing, buying, settling, retiring: each one transaction.

A listing puts a hold on its units; buying holds the buyer's money and passes the hold on
to the trade; settling moves units and money in one ledger transaction, or neither. Retired
units end on an account that nothing leaves, with a certificate drawn from the ledger.
"""

from __future__ import annotations

from registry.errors import NotFound, RuleViolation
from registry.ledger import (
    Movement,
    Posting,
    cash_move,
    change_held,
    encumber,
    own_account,
    post,
    release,
    serial_block,
    set_blocks,
    take_blocks,
)
from registry.model import CASH_LOT, Context, Outcome, Retirement
from registry.programmes import Programme, load_programme, may_trade
from registry.rules import require_positive
from registry.store import Registry, Row, UnitOfWork

RETIREMENT_ACCOUNT = "SYS-RETIREMENT"


def list_units(
    registry: Registry, context: Context, account_id: str, lot: str, quantity: int, price_fen_per_t: int
) -> Outcome:
    """Offer units of one's own account at a price [fen/t CO2e]; they are held from now on.

    Returns
    -------
    Outcome
        ``listing_id`` and ``serials``.
    """

    def act(uow: UnitOfWork) -> Row:
        require_positive("price_fen_per_t", price_fen_per_t)
        seller = own_account(uow, account_id)
        programme = _programme_of(uow, lot)
        _require_trader(uow, programme, seller)
        _require_order(programme, quantity, price_fen_per_t)
        rows = take_blocks(uow, account_id, lot, quantity)
        hold = encumber(uow, rows, {"kind": "hold"})
        listing_id = uow.new_id("LST", account_id, lot)
        uow.insert(
            "listing",
            {
                "listing_id": listing_id,
                "account_id": account_id,
                "lot": lot,
                "quantity": quantity,
                "quantity_sold": 0,
                "price_fen_per_t": price_fen_per_t,
                "encumbrance_id": hold,
                "status": "open",
                "listed_on": uow.day,
            },
        )
        return {"listing_id": listing_id, "serials": [serial_block(row).label for row in rows]}

    request = {"account_id": account_id, "lot": lot, "quantity": quantity, "price_fen_per_t": price_fen_per_t}
    return registry.execute(context, "list_units", request, act)


def _programme_of(uow: UnitOfWork, lot: str) -> Programme:
    """Return the programme whose rules hold for the units of a lot."""
    series = uow.find("series", series_id=lot)
    if series is None:
        raise NotFound("lot-unknown", lot=lot)
    return load_programme(uow.get("project", project_code=series["project_code"])["programme_id"])


def _require_trader(uow: UnitOfWork, programme: Programme, account: Row) -> None:
    kind = uow.get("party", party_code=account["party_code"])["kind"]
    if not may_trade(programme, kind):
        raise RuleViolation(
            "trader-not-admitted", party_code=account["party_code"], kind=kind, programme=programme.id
        )


def _require_order(programme: Programme, quantity: int, price_fen_per_t: int) -> None:
    lot, most, tick = programme.lot_tco2e.value, programme.order_max_tco2e.value, programme.tick_fen.value
    if quantity % lot or quantity > most:
        raise RuleViolation("order-size", quantity=quantity, lot_tco2e=lot, order_max_tco2e=most)
    if price_fen_per_t % tick:
        raise RuleViolation("price-tick", price_fen_per_t=price_fen_per_t, tick_fen=tick)


def _open_listing(uow: UnitOfWork, listing_id: str) -> Row:
    listing = uow.find("listing", lock=True, listing_id=listing_id)
    if listing is None:
        raise NotFound("listing-unknown", listing_id=listing_id)
    if listing["status"] != "open":
        raise RuleViolation("listing-not-open", listing_id=listing_id, status=listing["status"])
    return listing


def withdraw_listing(registry: Registry, context: Context, listing_id: str) -> Outcome:
    """Take back what a listing has not sold; the units are free again.

    Returns
    -------
    Outcome
        ``listing_id`` and ``quantity`` set free.
    """

    def act(uow: UnitOfWork) -> Row:
        listing = _open_listing(uow, listing_id)
        own_account(uow, listing["account_id"])
        hold = uow.get("encumbrance", lock=True, encumbrance_id=listing["encumbrance_id"])
        release(uow, hold)
        uow.update("listing", listing, {"status": "withdrawn"})
        return {"listing_id": listing_id, "quantity": hold["quantity"]}

    return registry.execute(context, "withdraw_listing", {"listing_id": listing_id}, act)


def buy_units(
    registry: Registry, context: Context, listing_id: str, buyer_account: str, quantity: int
) -> Outcome:
    """Buy from a listing into one's own account; the money is held until settlement.

    Returns
    -------
    Outcome
        ``trade_id`` and ``amount_fen``.
    """

    def act(uow: UnitOfWork) -> Row:
        require_positive("quantity", quantity)
        listing = _open_listing(uow, listing_id)
        buyer = own_account(uow, buyer_account)
        programme = _programme_of(uow, listing["lot"])
        _require_trader(uow, programme, buyer)
        _require_order(programme, quantity, listing["price_fen_per_t"])
        if listing["account_id"] == buyer_account:
            raise RuleViolation("trade-with-self", account_id=buyer_account)
        left = listing["quantity"] - listing["quantity_sold"]
        if quantity > left:
            raise RuleViolation("trade-over-listing", listing_id=listing_id, wanted=quantity, left=left)
        amount_fen = quantity * listing["price_fen_per_t"]
        hold = _pass_hold_on(uow, listing, quantity)
        change_held(uow, buyer_account, CASH_LOT, amount_fen)
        trade_id = uow.new_id("TRD", listing_id)
        sold = listing["quantity_sold"] + quantity
        uow.insert("trade", _trade_row(uow, listing, (trade_id, buyer_account, hold), quantity))
        state = "sold" if sold == listing["quantity"] else "open"
        uow.update("listing", listing, {"quantity_sold": sold, "status": state})
        return {"trade_id": trade_id, "amount_fen": amount_fen}

    request = {"listing_id": listing_id, "buyer_account": buyer_account, "quantity": quantity}
    return registry.execute(context, "buy_units", request, act)


def _pass_hold_on(uow: UnitOfWork, listing: Row, quantity: int) -> str:
    """Put part of the listing's units under a hold of the trade and return its id."""
    parent = uow.get("encumbrance", lock=True, encumbrance_id=listing["encumbrance_id"])
    rows = take_blocks(uow, listing["account_id"], listing["lot"], quantity, parent["encumbrance_id"])
    made = encumber(uow, rows, {"kind": "hold", "parent_id": parent["encumbrance_id"]})
    left = parent["quantity"] - quantity
    ended = {"status": "released", "ended_on": uow.day} if left == 0 else {}
    uow.update("encumbrance", parent, {"quantity": left, **ended})
    return made


def _trade_row(uow: UnitOfWork, listing: Row, ids: tuple[str, str, str], quantity: int) -> Row:
    trade_id, buyer_account, hold = ids
    return {
        "trade_id": trade_id,
        "listing_id": listing["listing_id"],
        "seller_account": listing["account_id"],
        "buyer_account": buyer_account,
        "lot": listing["lot"],
        "quantity": quantity,
        "price_fen_per_t": listing["price_fen_per_t"],
        "amount_fen": quantity * listing["price_fen_per_t"],
        "encumbrance_id": hold,
        "status": "pending",
        "traded_on": uow.day,
    }


def settle_trade(registry: Registry, context: Context, trade_id: str) -> Outcome:
    """Deliver units against payment: both legs in one ledger transaction.

    Returns
    -------
    Outcome
        ``txn_id``, ``amount_fen`` and ``serials``.
    """

    def act(uow: UnitOfWork) -> Row:
        trade = uow.find("trade", lock=True, trade_id=trade_id)
        if trade is None:
            raise NotFound("trade-unknown", trade_id=trade_id)
        if trade["status"] != "pending":
            raise RuleViolation("trade-not-pending", trade_id=trade_id, status=trade["status"])
        hold = uow.get("encumbrance", lock=True, encumbrance_id=trade["encumbrance_id"])
        rows = release(uow, hold)
        seller, buyer = trade["seller_account"], trade["buyer_account"]
        change_held(uow, buyer, CASH_LOT, -trade["amount_fen"])
        postings = _unit_move(seller, buyer, trade["lot"], trade["quantity"])
        postings += cash_move(buyer, seller, trade["amount_fen"])
        txn_id = post(uow, "settle", postings, [Movement(serial_block(row), seller, buyer) for row in rows])
        set_blocks(uow, rows, account_id=buyer)
        uow.insert("settlement", {"trade_id": trade_id, "txn_id": txn_id, "settled_on": uow.day})
        uow.update("trade", trade, {"status": "settled"})
        serials = [serial_block(row).label for row in rows]
        return {"txn_id": txn_id, "amount_fen": trade["amount_fen"], "serials": serials}

    return registry.execute(context, "settle_trade", {"trade_id": trade_id}, act)


def _unit_move(from_account: str, to_account: str, lot: str, quantity: int) -> list[Posting]:
    return [Posting(from_account, lot, -quantity), Posting(to_account, lot, quantity)]


def void_trade(registry: Registry, context: Context, trade_id: str) -> Outcome:
    """Undo a trade that was not settled: the money and the units are free again.

    Returns
    -------
    Outcome
        ``trade_id`` and the ``quantity`` that is free on the seller's account.
    """

    def act(uow: UnitOfWork) -> Row:
        trade = uow.find("trade", lock=True, trade_id=trade_id)
        if trade is None:
            raise NotFound("trade-unknown", trade_id=trade_id)
        if trade["status"] != "pending":
            raise RuleViolation("trade-not-pending", trade_id=trade_id, status=trade["status"])
        release(uow, uow.get("encumbrance", lock=True, encumbrance_id=trade["encumbrance_id"]))
        change_held(uow, trade["buyer_account"], CASH_LOT, -trade["amount_fen"])
        uow.update("trade", trade, {"status": "voided"})
        return {"trade_id": trade_id, "quantity": trade["quantity"]}

    return registry.execute(context, "void_trade", {"trade_id": trade_id}, act)


def retire_units(
    registry: Registry, context: Context, account_id: str, lot: str, quantity: int, retirement: Retirement
) -> Outcome:
    """Retire free units of one's own account for a beneficiary; this cannot be undone.

    Returns
    -------
    Outcome
        ``certificate_no``, ``txn_id`` and ``serials``.
    """

    def act(uow: UnitOfWork) -> Row:
        if not retirement.beneficiary_name.strip() or not retirement.beneficiary_id.strip():
            raise RuleViolation("beneficiary-missing", account_id=account_id)
        own_account(uow, account_id)
        admitted = _programme_of(uow, lot).retirement_purposes.value
        if retirement.purpose not in admitted:
            raise RuleViolation(
                "purpose-not-admitted", purpose=retirement.purpose, admitted=", ".join(admitted)
            )
        rows = take_blocks(uow, account_id, lot, quantity)
        movements = [Movement(serial_block(row), account_id, RETIREMENT_ACCOUNT) for row in rows]
        postings = _unit_move(account_id, RETIREMENT_ACCOUNT, lot, quantity)
        txn_id = post(uow, "retire", postings, movements)
        set_blocks(uow, rows, account_id=RETIREMENT_ACCOUNT)
        certificate_no = f"RC-{lot}-{rows[0]['lo']}"
        facts = {"txn_id": txn_id, "account_id": account_id, "lot": lot, "quantity": quantity}
        uow.insert("retirement", {"certificate_no": certificate_no, **facts, **_purpose(uow, retirement)})
        serials = [serial_block(row).label for row in rows]
        return {"certificate_no": certificate_no, "txn_id": txn_id, "serials": serials}

    place = {"account_id": account_id, "lot": lot, "quantity": quantity}
    return registry.execute(context, "retire_units", {**place, "retirement": retirement}, act)


def _purpose(uow: UnitOfWork, retirement: Retirement) -> Row:
    start, end = retirement.period_start, retirement.period_end
    return {
        "beneficiary_name": retirement.beneficiary_name,
        "beneficiary_id": retirement.beneficiary_id,
        "purpose": retirement.purpose,
        "period_start": start.isoformat() if start else None,
        "period_end": end.isoformat() if end else None,
        "retired_on": uow.day,
    }
