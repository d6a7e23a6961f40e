"""What may be traded, and why the rest may not: states of units by lot."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from registry.queries.reading import Row, rows_of, table_rows
from registry.rules import SerialBlock
from registry.schema.tenure import PROJECT
from registry.schema.units import ACCOUNT, ENCUMBRANCE, RETIREMENT, SERIES, UNIT_BLOCK
from registry.store import Registry

STATES = ("tradable", "listed", "in_trade", "pledged", "frozen", "retired", "cancelled")
"""States of a unit; every issued unit is in exactly one."""


@dataclass(frozen=True, slots=True)
class LotState:
    """Units of one series by state [t CO2e]."""

    lot: str
    """Series id."""
    project_code: str
    vintage: int
    issued: int
    """All units of the series; the states below add up to it."""
    tradable: int
    """Free units on the account of a holder."""
    listed: int
    """Held by an open listing."""
    in_trade: int
    """Held by a trade that is not settled."""
    pledged: int
    frozen: int
    retired: int
    cancelled: int
    serials: tuple[str, ...]
    """Printed ranges of the tradable units."""
    reasons: tuple[Row, ...]
    """For each range that is not tradable: serials, quantity, state and what holds it."""


@dataclass(frozen=True, slots=True)
class UnitStates:
    """Units of a county by state [t CO2e]."""

    county_code: str | None
    issued: int
    tradable: int
    listed: int
    in_trade: int
    pledged: int
    frozen: int
    retired: int
    cancelled: int
    lots: tuple[LotState, ...]


def _blocks(registry: Registry, county_code: str | None) -> list[Row]:
    query = (
        select(
            UNIT_BLOCK,
            SERIES.c.project_code,
            SERIES.c.vintage,
            ACCOUNT.c.kind.label("account_kind"),
            ACCOUNT.c.party_code,
            ENCUMBRANCE.c.kind.label("encumbrance_kind"),
            ENCUMBRANCE.c.parent_id,
        )
        .join(SERIES, SERIES.c.series_id == UNIT_BLOCK.c.series_id)
        .join(PROJECT, PROJECT.c.project_code == SERIES.c.project_code)
        .join(ACCOUNT, ACCOUNT.c.account_id == UNIT_BLOCK.c.account_id)
        .outerjoin(ENCUMBRANCE, ENCUMBRANCE.c.encumbrance_id == UNIT_BLOCK.c.encumbrance_id)
        .order_by(UNIT_BLOCK.c.series_id, UNIT_BLOCK.c.lo)
    )
    if county_code is not None:
        query = query.where(PROJECT.c.county_code == county_code)
    return rows_of(registry, query)


def _state(block: Row) -> str:
    ends = {"retirement": "retired", "cancellation": "cancelled"}
    if block["account_kind"] in ends:
        return ends[block["account_kind"]]
    if block["encumbrance_id"] is None:
        return "tradable"
    if block["encumbrance_kind"] == "hold":
        return "listed" if block["parent_id"] is None else "in_trade"
    return "pledged" if block["encumbrance_kind"] == "pledge" else "frozen"


def _label(block: Row) -> str:
    return SerialBlock(block["series_id"], block["lo"], block["hi"]).label


def _reason(block: Row) -> Row:
    held_by = block["encumbrance_id"] or block["account_id"]
    quantity = block["hi"] - block["lo"]
    return {"serials": _label(block), "quantity": quantity, "state": _state(block), "held_by": held_by}


def _sums(blocks: Iterable[Row]) -> dict[str, int]:
    sums = dict.fromkeys(STATES, 0)
    for block in blocks:
        sums[_state(block)] += block["hi"] - block["lo"]
    return sums


def _lot(lot: str, blocks: list[Row]) -> LotState:
    sums = _sums(blocks)
    free = tuple(_label(block) for block in blocks if _state(block) == "tradable")
    return LotState(
        lot=lot,
        project_code=blocks[0]["project_code"],
        vintage=blocks[0]["vintage"],
        issued=sum(sums.values()),
        **sums,
        serials=free,
        reasons=tuple(_reason(block) for block in blocks if _state(block) != "tradable"),
    )


def units_by_state(registry: Registry, county_code: str | None = None) -> UnitStates:
    """Return issued, tradable, listed, pledged and retired units, by lot, with reasons.

    Parameters
    ----------
    registry
        The registry.
    county_code
        County of the projects; None for all.
    """
    by_lot: dict[str, list[Row]] = {}
    for block in _blocks(registry, county_code):
        by_lot.setdefault(block["series_id"], []).append(block)
    lots = tuple(_lot(lot, blocks) for lot, blocks in sorted(by_lot.items()))
    sums = {state: sum(getattr(lot, state) for lot in lots) for state in STATES}
    return UnitStates(county_code, sum(sums.values()), **sums, lots=lots)


def holdings(registry: Registry, account_id: str | None = None, *, sources: bool = False) -> list[Row]:
    """Return balances: account_id, lot, quantity, held; money in fen under lot ``CNY``.

    The registry's own source accounts are left out unless `sources` is set.
    """
    rows = table_rows(registry, "balance", account_id=account_id)
    return [row for row in rows if sources or not row["is_source"]]


def encumbrances(registry: Registry, kind: str | None = None, status: str | None = None) -> list[Row]:
    """Return encumbrances with the serials under them now."""
    blocks = table_rows(registry, "unit_block")
    found = []
    for row in table_rows(registry, "encumbrance", kind=kind, status=status):
        under = [_label(b) for b in blocks if b["encumbrance_id"] == row["encumbrance_id"]]
        found.append({**row, "serials": under})
    return found


def issuances(registry: Registry, project_code: str | None = None) -> list[Row]:
    """Return issuances with their printed serials."""
    rows = table_rows(registry, "issuance", project_code=project_code)
    return [{**row, "serials": _label(row)} for row in rows]


def retirements(registry: Registry) -> list[Row]:
    """Return retirement certificates with the serials drawn from the ledger's own events."""
    events = table_rows(registry, "unit_block_event")
    found = []
    for row in rows_of(registry, select(RETIREMENT).order_by(RETIREMENT.c.certificate_no)):
        ranges = [_label(e) for e in events if e["txn_id"] == row["txn_id"]]
        found.append({**row, "serials": ranges})
    return found
