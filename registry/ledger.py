"""The two books: who holds which serials, and how many stand on each account.

Every movement of units or money goes through `post`: postings that sum to zero per lot,
balances under lock in sorted order, then the transaction, then the serial ranges. Nothing
else in the registry changes a balance or the account of a block.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from registry.errors import NotFound, RuleViolation
from registry.model import CASH_LOT
from registry.rules import SerialBlock, take_units
from registry.store import Row, UnitOfWork

SOURCE_KINDS = frozenset({"project_issuance", "external"})


@dataclass(frozen=True, slots=True)
class Posting:
    """A signed quantity on one account and lot (units, or fen for the lot CNY)."""

    account_id: str
    lot: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Movement:
    """A range of serials that changes its account."""

    block: SerialBlock
    from_account: str
    to_account: str


def own_account(uow: UnitOfWork, account_id: str, *, actor_owns: bool = True) -> Row:
    """Return an active account; with `actor_owns` it must be the actor's own."""
    account = uow.find("account", account_id=account_id)
    if account is None:
        raise NotFound("account-unknown", account_id=account_id)
    if account["status"] != "active":
        raise RuleViolation("account-closed", account_id=account_id)
    if actor_owns and account["party_code"] != uow.context.actor:
        raise RuleViolation("account-not-yours", account_id=account_id, actor=uow.context.actor)
    return account


def lock_balances(uow: UnitOfWork, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Row]:
    """Lock balances in sorted order, making the missing ones, and return them."""
    found: dict[tuple[str, str], Row] = {}
    for account_id, lot in sorted(set(wanted)):
        key = {"account_id": account_id, "lot": lot}
        row = uow.find("balance", lock=True, **key)
        if row is None:
            kind = uow.get("account", account_id=account_id)["kind"]
            row = {**key, "quantity": 0, "held": 0, "is_source": int(kind in SOURCE_KINDS)}
            uow.insert_missing("balance", row)
            row = uow.get("balance", lock=True, **key)
        found[account_id, lot] = row
    return found


def change_held(uow: UnitOfWork, account_id: str, lot: str, by: int) -> None:
    """Hold `by` more of a balance, or fewer when negative; what is held cannot leave."""
    row = lock_balances(uow, [(account_id, lot)])[account_id, lot]
    held = row["held"] + by
    if held > row["quantity"]:
        free = row["quantity"] - row["held"]
        raise RuleViolation("balance-not-free", account_id=account_id, lot=lot, wanted=by, free=free)
    uow.update("balance", {"account_id": account_id, "lot": lot}, {"held": held})


def _apply(uow: UnitOfWork, postings: Sequence[Posting]) -> None:
    balances = lock_balances(uow, ((p.account_id, p.lot) for p in postings))
    for posting in postings:
        row = balances[posting.account_id, posting.lot]
        row["quantity"] += posting.quantity
        if not row["is_source"] and row["quantity"] < row["held"]:
            free = row["quantity"] - posting.quantity - row["held"]
            raise RuleViolation(
                "balance-not-free",
                account_id=posting.account_id,
                lot=posting.lot,
                wanted=-posting.quantity,
                free=free,
            )
    for (account_id, lot), row in balances.items():
        uow.update("balance", {"account_id": account_id, "lot": lot}, {"quantity": row["quantity"]})


def post(uow: UnitOfWork, kind: str, postings: Sequence[Posting], movements: Sequence[Movement] = ()) -> str:
    """Write one ledger transaction with its postings and movements; return its id."""
    txn_id = uow.new_id("TXN", kind)
    _apply(uow, postings)
    uow.insert(
        "posting",
        [
            {
                "txn_id": txn_id,
                "position": n,
                "account_id": p.account_id,
                "lot": p.lot,
                "quantity": p.quantity,
            }
            for n, p in enumerate(postings)
        ],
    )
    uow.insert(
        "ledger_txn",
        {
            "txn_id": txn_id,
            "kind": kind,
            "maker": uow.context.actor,
            "effective_at": uow.day,
            "recorded_at": uow.recorded_at,
            "reverses_txn": None,
        },
    )
    uow.insert("unit_block_event", [_event(txn_id, n, m) for n, m in enumerate(movements)])
    return txn_id


def _event(txn_id: str, position: int, movement: Movement) -> Row:
    block = movement.block
    return {
        "txn_id": txn_id,
        "position": position,
        "series_id": block.series_id,
        "lo": block.lo,
        "hi": block.hi,
        "from_account": movement.from_account,
        "to_account": movement.to_account,
    }


def serial_block(row: Row) -> SerialBlock:
    """Return the serial range of a block row."""
    return SerialBlock(row["series_id"], row["lo"], row["hi"])


def block_id(series_id: str, lo: int) -> str:
    """Return the id of the block that begins at `lo`: a block never changes its first serial."""
    return f"{series_id}-{lo}"


def new_block(uow: UnitOfWork, block: SerialBlock, account_id: str, encumbrance_id: str | None = None) -> str:
    """Put a block into the serial book and return its id."""
    made = block_id(block.series_id, block.lo)
    uow.insert(
        "unit_block",
        {
            "block_id": made,
            "series_id": block.series_id,
            "lo": block.lo,
            "hi": block.hi,
            "account_id": account_id,
            "encumbrance_id": encumbrance_id,
            "version": 1,
        },
    )
    return made


def take_blocks(
    uow: UnitOfWork, account_id: str, lot: str, quantity: int, encumbrance_id: str | None = None
) -> list[Row]:
    """Return block rows of exactly `quantity` units from the lowest serial on.

    Without `encumbrance_id` only free units are taken, else only units under it. The last
    block is split where needed. The balance of the account is locked first.
    """
    lock_balances(uow, [(account_id, lot)])
    where = {"series_id": lot, "account_id": account_id, "encumbrance_id": encumbrance_id}
    rows = {row["lo"]: row for row in uow.select("unit_block", where, order_by=("lo",), lock=True)}
    taken, cut = take_units([serial_block(row) for row in rows.values()], quantity)
    if cut is not None:
        _, rest = cut.split(taken[-1].hi - cut.lo)
        row = rows[cut.lo]
        row["hi"], row["version"] = taken[-1].hi, row["version"] + 1
        uow.update("unit_block", row, {"hi": row["hi"], "version": row["version"]})
        new_block(uow, rest, account_id, row["encumbrance_id"])
    return [rows[block.lo] for block in taken]


def set_blocks(uow: UnitOfWork, rows: Iterable[Row], **changes: str | None) -> None:
    """Change account or encumbrance of blocks."""
    for row in rows:
        uow.update("unit_block", row, {**changes, "version": row["version"] + 1})
        row.update(changes, version=row["version"] + 1)


def encumber(uow: UnitOfWork, rows: Sequence[Row], values: Row) -> str:
    """Put blocks of one account and lot under a new encumbrance; return its id.

    `values` gives kind, and for a pledge secured_party, amount_fen, filing_no, ends_on.
    """
    first, quantity = rows[0], sum(row["hi"] - row["lo"] for row in rows)
    made = uow.new_id("ENC", values["kind"])
    empty = {"secured_party": None, "amount_fen": None, "filing_no": None, "parent_id": None, "ends_on": None}
    place = {"account_id": first["account_id"], "lot": first["series_id"], "quantity": quantity}
    state = {"encumbrance_id": made, "status": "active", "created_on": uow.day, "ended_on": None}
    uow.insert("encumbrance", {**empty, **place, **state, **values})
    set_blocks(uow, rows, encumbrance_id=made)
    if values.get("parent_id") is None:
        change_held(uow, first["account_id"], first["series_id"], quantity)
    return made


def release(uow: UnitOfWork, encumbrance: Row, status: str = "released") -> list[Row]:
    """End an encumbrance, free its blocks and return them."""
    ended = {"status": status, "ended_on": uow.day}
    uow.update("encumbrance", encumbrance, ended)
    rows = uow.select(
        "unit_block", {"encumbrance_id": encumbrance["encumbrance_id"]}, order_by=("lo",), lock=True
    )
    set_blocks(uow, rows, encumbrance_id=None)
    change_held(uow, encumbrance["account_id"], encumbrance["lot"], -encumbrance["quantity"])
    return rows


def cash_move(from_account: str, to_account: str, amount_fen: int) -> list[Posting]:
    """Return the two postings of a payment."""
    return [Posting(from_account, CASH_LOT, -amount_fen), Posting(to_account, CASH_LOT, amount_fen)]
