"""Pledges of units, prices and valuations.

A pledge never moves units: it encumbers them, so that they cannot be sold, retired or
pledged again until the lender releases them.
"""

from __future__ import annotations

from collections.abc import Sequence

from registry.canonical import canonical_json
from registry.errors import NotFound, RuleViolation
from registry.ledger import encumber, own_account, release, serial_block, take_blocks
from registry.model import Context, Outcome, PledgeTerms, PriceQuote, ValuationRecord
from registry.rules import require_positive, require_sha256
from registry.store import Registry, Row, UnitOfWork


def pledge_units(
    registry: Registry, context: Context, account_id: str, lot: str, quantity: int, terms: PledgeTerms
) -> Outcome:
    """Pledge free units of one's own account to a lender.

    Returns
    -------
    Outcome
        ``pledge_id`` and ``serials``.
    """

    def act(uow: UnitOfWork) -> Row:
        require_positive("amount_fen", terms.amount_fen)
        own_account(uow, account_id)
        lender = uow.find("party", party_code=terms.secured_party)
        if lender is None or lender["kind"] != "lender":
            raise RuleViolation("lender-unknown", party_code=terms.secured_party)
        if terms.ends_on <= context.effective_at:
            raise RuleViolation("period-empty", what="pledge", start=context.effective_at, end=terms.ends_on)
        rows = take_blocks(uow, account_id, lot, quantity)
        values = {"kind": "pledge", "secured_party": terms.secured_party, "amount_fen": terms.amount_fen}
        values |= {"filing_no": terms.filing_no, "ends_on": terms.ends_on.isoformat()}
        return {
            "pledge_id": encumber(uow, rows, values),
            "serials": [serial_block(row).label for row in rows],
        }

    place = {"account_id": account_id, "lot": lot, "quantity": quantity}
    return registry.execute(context, "pledge_units", {**place, "terms": terms}, act)


def release_pledge(registry: Registry, context: Context, pledge_id: str) -> Outcome:
    """Release a pledge as its lender; the units are free again.

    Returns
    -------
    Outcome
        ``pledge_id``, ``quantity`` and ``serials``.
    """

    def act(uow: UnitOfWork) -> Row:
        pledge = uow.find("encumbrance", lock=True, encumbrance_id=pledge_id)
        if pledge is None or pledge["kind"] != "pledge":
            raise NotFound("pledge-unknown", pledge_id=pledge_id)
        if pledge["status"] != "active":
            raise RuleViolation("pledge-not-active", pledge_id=pledge_id, status=pledge["status"])
        if pledge["secured_party"] != context.actor:
            raise RuleViolation("pledge-not-yours", pledge_id=pledge_id, actor=context.actor)
        rows = release(uow, pledge)
        serials = [serial_block(row).label for row in rows]
        return {"pledge_id": pledge_id, "quantity": pledge["quantity"], "serials": serials}

    return registry.execute(context, "release_pledge", {"pledge_id": pledge_id}, act)


def record_prices(registry: Registry, context: Context, quotes: Sequence[PriceQuote]) -> Outcome:
    """Record prices [fen/t CO2e]; one price for each venue and day, never changed.

    Quotes that are held already with the same price are passed over; another price for
    the same venue and day is refused.

    Returns
    -------
    Outcome
        ``recorded`` and ``known``: numbers of quotes.
    """

    def act(uow: UnitOfWork) -> Row:
        held = {(row["venue"], row["quote_date"]): row for row in uow.select("price_quote")}
        fresh = []
        for quote in quotes:
            row = _quote_row(uow, quote)
            place = (row["venue"], row["quote_date"])
            known = held.setdefault(place, row)
            if known is row:
                fresh.append(row)
            elif known["price_fen_per_t"] != quote.price_fen_per_t:
                raise RuleViolation("price-differs", venue=quote.venue, quote_date=quote.quote_date)
        uow.insert("price_quote", fresh)
        return {"recorded": len(fresh), "known": len(quotes) - len(fresh)}

    return registry.execute(context, "record_prices", {"quotes": list(quotes)}, act)


def _quote_row(uow: UnitOfWork, quote: PriceQuote) -> Row:
    require_positive("price_fen_per_t", quote.price_fen_per_t)
    require_sha256("source_sha256", quote.source_sha256)
    return {
        "venue": quote.venue,
        "quote_date": quote.quote_date.isoformat(),
        "price_fen_per_t": quote.price_fen_per_t,
        "source_sha256": quote.source_sha256,
        "note": quote.note,
        "simulated": int(quote.simulated),
        "recorded_at": uow.recorded_at,
    }


def record_valuation(registry: Registry, context: Context, valuation: ValuationRecord) -> Outcome:
    """Record a value with its method, inputs and parameters.

    Returns
    -------
    Outcome
        ``valuation_id``.
    """

    def act(uow: UnitOfWork) -> Row:
        require_sha256("inputs_sha256", valuation.inputs_sha256)
        if not valuation.low_fen <= valuation.mid_fen <= valuation.high_fen:
            raise RuleViolation("valuation-not-ordered", subject_id=valuation.subject_id)
        valuation_id = uow.new_id("VAL", valuation.subject_kind, valuation.subject_id)
        uow.insert(
            "valuation",
            {
                "valuation_id": valuation_id,
                "subject_kind": valuation.subject_kind,
                "subject_id": valuation.subject_id,
                "as_of": valuation.as_of.isoformat(),
                "method": valuation.method,
                "inputs_sha256": valuation.inputs_sha256,
                "low_fen": valuation.low_fen,
                "mid_fen": valuation.mid_fen,
                "high_fen": valuation.high_fen,
                "parameters": canonical_json(valuation.parameters),
                "maker": uow.context.actor,
                "recorded_at": uow.recorded_at,
            },
        )
        return {"valuation_id": valuation_id}

    return registry.execute(context, "record_valuation", {"valuation": valuation}, act)
