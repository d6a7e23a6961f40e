"""Each stage alone: it needs the one before it, says so, and leaves what the next one needs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows.errors import StageOrderError
from flows.workspace import open_registry
from registry.queries import datasets, issuances, statement, statements, supervision_runs, valuations

Stage = Callable[[str], Callable[..., Any]]
STAGES = ("monitor", "account", "trade", "finance", "supervise")


@pytest.fixture
def run_stage(plain_stage: Stage, simulated_county: Path, tmp_path: Path) -> Callable[[str], Any]:
    def run(name: str) -> Any:
        return plain_stage(name)("xiangyin.toml", str(simulated_county), str(tmp_path), None, "en")

    return run


@pytest.mark.parametrize("stage", ["account", "trade", "supervise"])
def test_a_stage_before_its_turn_names_the_one_it_needs(run_stage: Callable[[str], Any], stage: str) -> None:
    with pytest.raises(StageOrderError) as caught:
        run_stage(stage)
    assert caught.value.rule == "stage-not-done"
    assert caught.value.params["needed"] == "monitor"


def test_stage_by_stage_is_the_chain(run_stage: Callable[[str], Any], tmp_path: Path) -> None:
    digest = run_stage("monitor")
    with open_registry(tmp_path) as registry:
        assert [row["dataset_sha256"] for row in datasets(registry)] == [digest]
        assert statements(registry) == []
    ids = run_stage("account")
    with open_registry(tmp_path) as registry:
        assert [row["statement_id"] for row in statements(registry)] == ids
    run_stage("trade")
    with open_registry(tmp_path) as registry:
        kinds = {row["kind"]: row["status"] for row in statements(registry)}
        assert kinds == {"county_stock": "submitted", "project_removals": "verified"}
        issued = sum(row["quantity"] for row in issuances(registry))
        claims = [row["verified_tco2e"] for row in statements(registry) if row["kind"] == "project_removals"]
        assert issued == claims[0]
    run_stage("finance")
    with open_registry(tmp_path) as registry:
        values = {row["subject_kind"]: row for row in valuations(registry)}
        assert set(values) == {"county_stock", "units"}
        # all living biomass of the last campaign is valued, not what stands above ground alone
        estimates = statement(registry, ids[0])["content"]["estimates"]
        whole = [e for e in estimates if (e["domain"], e["quantity"]) == ("county", "carbon_stock")]
        latest = max(whole, key=lambda estimate: estimate["year"])
        valued = values["county_stock"]["parameters"]
        assert float(valued["stock_tc"]) == pytest.approx(float(latest["value"]))
        assert int(valued["quantity_tco2e"]) == pytest.approx(float(latest["value"]) * 44 / 12, abs=1)
    run_stage("supervise")
    with open_registry(tmp_path) as registry:
        assert len(supervision_runs(registry)) == 1
    assert (tmp_path / "report.html").exists()
