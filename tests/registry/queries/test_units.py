"""States of units, and the reason for each that cannot be traded."""

from __future__ import annotations

from types import SimpleNamespace

from registry import queries
from registry.store import Registry


def test_every_unit_is_in_one_state(finished: Registry, chain: SimpleNamespace) -> None:
    states = queries.units_by_state(finished, chain.COUNTY)
    assert (states.issued, states.tradable, states.listed, states.in_trade) == (160, 130, 15, 0)
    assert (states.pledged, states.frozen, states.retired, states.cancelled) == (5, 0, 10, 0)
    for lot in states.lots:
        held = sum(reason["quantity"] for reason in lot.reasons)
        assert lot.tradable + held == lot.issued


def test_lots_name_their_serials_and_reasons(finished: Registry, chain: SimpleNamespace) -> None:
    lot = queries.units_by_state(finished).lots[0]
    assert (lot.lot, lot.project_code, lot.vintage, lot.issued) == (chain.LOT, chain.PROJECT, 2024, 100)
    assert [(r["serials"], r["state"]) for r in lot.reasons] == [
        (f"{chain.LOT}-1-10", "retired"),
        (f"{chain.LOT}-26-40", "listed"),
        (f"{chain.LOT}-41-45", "pledged"),
    ]
    assert lot.reasons[0]["held_by"] == "SYS-RETIREMENT"
    assert lot.serials[0] == f"{chain.LOT}-11-25"


def test_another_county_has_nothing(finished: Registry) -> None:
    states = queries.units_by_state(finished, "000000")
    assert (states.issued, states.lots) == (0, ())


def test_encumbrances_show_the_serials_under_them(finished: Registry, chain: SimpleNamespace) -> None:
    active = {row["kind"]: row["serials"] for row in queries.encumbrances(finished, status="active")}
    assert active == {"hold": [f"{chain.LOT}-26-40"], "pledge": [f"{chain.LOT}-41-45"]}


def test_issuances_and_retirements_show_printed_serials(finished: Registry, chain: SimpleNamespace) -> None:
    assert sorted(row["serials"] for row in queries.issuances(finished)) == [
        f"{chain.LOT}-1-100", "CN-430624-XYAR01-2025-1-60",
    ]  # fmt: skip
    assert queries.retirements(finished)[0]["serials"] == [f"{chain.LOT}-1-10"]
