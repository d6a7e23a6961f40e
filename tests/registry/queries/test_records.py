"""Lists of what the registry holds after the whole chain."""

from __future__ import annotations

from types import SimpleNamespace

from registry import queries
from registry.store import Registry


def test_statements_come_with_their_verification(finished: Registry, chain: SimpleNamespace) -> None:
    found = {row["kind"]: row for row in queries.statements(finished, chain.COUNTY)}
    assert set(found) == {"county_stock", "project_removals"}
    assert (found["project_removals"]["verifier"], found["project_removals"]["verified_tco2e"]) == (
        "VVB",
        160,
    )
    assert found["county_stock"]["verifier"] is None
    assert "canonical" not in found["county_stock"]
    assert queries.statements(finished, "000000") == []


def test_listings_and_trades(finished: Registry) -> None:
    assert [(row["quantity"], row["quantity_sold"], row["status"]) for row in queries.listings(finished)] == [
        (40, 25, "open")
    ]
    trade = queries.trades(finished, "settled")[0]
    assert (trade["quantity"], trade["amount_fen"], trade["settled_on"]) == (25, 150_000, "2026-01-05")
    assert trade["txn_id"].startswith("TXN-")
    assert queries.trades(finished, "pending") == []


def test_rights_parcels_and_accounts(finished: Registry, chain: SimpleNamespace) -> None:
    assert len(queries.rights(finished, chain.COUNTY, "confirmed", "碳汇收益权")) == 3
    assert queries.rights(finished, kind="所有权") == []
    assert [row["parcel_id"] for row in queries.parcels(finished, chain.COUNTY)] == ["P0", "P1", "P2"]
    assert "geometry" not in queries.parcels(finished)[0]
    assert {row["account_id"] for row in queries.accounts(finished)} >= {
        "A-OWNER",
        "A-TRADER",
        "SYS-RETIREMENT",
    }


def test_prices_valuations_duties_and_runs(finished: Registry, chain: SimpleNamespace) -> None:
    assert [row["price_fen_per_t"] for row in queries.prices(finished)] == [6_500]
    assert queries.valuations(finished)[0]["parameters"] == {"price_fen_per_t": "6500"}
    assert [row["status"] for row in queries.duties(finished, chain.COUNTY)] == ["open"]
    assert queries.supervision_runs(finished)[0]["items"][0]["rule"] == "u-over-limit"
