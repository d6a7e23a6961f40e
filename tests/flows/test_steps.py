"""The steps of the stages, where they decide something of their own."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from flows.county import load_county
from flows.errors import InputsRefused
from flows.steps import account_common, holdings, measuring, parcels, project_facts, rights, stored
from flows.workspace import Run, open_registry, open_run
from geodata.findings import Finding
from geodata.tables import make_table, read_table
from mrv.profile import load
from registry.model import Context, Outcome, PartyRecord
from registry.parties import register_parties
from registry.store import Registry

COUNTIES = Path(__file__).resolve().parents[2] / "flows" / "counties"


@pytest.fixture
def run(simulated_county: Path, tmp_path: Path) -> Run:
    return open_run("xiangyin.toml", data=simulated_county, home=tmp_path / "home", lang="en")


def test_a_run_is_the_same_by_county_inputs_and_day(run: Run, simulated_county: Path, tmp_path: Path) -> None:
    again = open_run("xiangyin.toml", data=simulated_county, home=tmp_path / "other", lang="zh-CN")
    assert again.key == run.key
    other = open_run("xiangyin.toml", data=simulated_county, home=tmp_path / "other", as_of=date(2026, 7, 1))
    assert other.key != run.key


def test_errors_stop_and_warnings_do_not() -> None:
    warning = Finding("height-outlier", "warning", "plots.xlsx")
    measuring.refuse_errors([warning])
    error = Finding("plot-duplicated", "error", "plots.xlsx", 7)
    with pytest.raises(InputsRefused) as caught:
        measuring.refuse_errors([warning, error])
    assert caught.value.findings == (error,)
    assert caught.value.params["count"] == 1


def test_an_act_is_carried_out_once(run: Run) -> None:
    calls: list[str] = []

    def act(registry: Registry, context: Context) -> Outcome:
        calls.append(context.key)
        return register_parties(registry, context, [PartyRecord("P1", "company", "one", "SIM-1")])

    with open_registry(run.home) as registry:
        context = run.context("once")
        assert stored.once(registry, context, act) is not None
        assert stored.once(registry, context, act) is None
    assert calls == [context.key]


@pytest.mark.parametrize(("quantity", "share", "expected"), [(10, 0.5, 5), (3, 0.1, 1), (7, None, 7)])
def test_a_share_is_whole_units(quantity: int, share: float | None, expected: int) -> None:
    assert holdings.share_of(quantity, share) == expected


def test_project_parcels_leave_the_strata_of_the_county() -> None:
    names = np.array(["a", "b", "c"], dtype=object)
    made = parcels.ParcelSet(
        "x.shp", "EPSG:4547", names, None, None, {"stratum": np.array(["fir", "fir", ""], dtype=object)}, ()
    )
    listed = make_table("p.xlsx", {"parcel_id": ["b"], "stratum": ["project-fir"]})
    assert parcels.project_strata(made, {"project_parcels": listed}) == ["fir", "project-fir", ""]
    assert parcels.project_strata(made, {}) == ["fir", "fir", ""]


def test_an_ineligible_project_says_so() -> None:
    note = project_facts.stated_ineligible(load_county(COUNTIES / "bartlett.toml"))
    assert [item.rule for item in note] == ["project-not-eligible"]
    assert project_facts.stated_ineligible(load_county(COUNTIES / "xiangyin.toml")) == ()


def test_stated_values_reach_the_profile_with_their_source() -> None:
    profile = account_common.stated_values(load_county(COUNTIES / "bartlett.toml"), load("demo"))
    assert profile.carbon_fraction == 0.48
    assert not profile.roots
    assert profile.number("baseline_share") == 0.0
    assert "IPCC 2006" in profile.values["carbon_fraction"].source
    assert set(profile.overridden) == {"baseline_share", "carbon_fraction", "pool_below_ground"}


def test_every_kind_of_holder_is_known(simulated_county: Path) -> None:
    table, findings = read_table(
        simulated_county / "rights" / "rights.xlsx", "rights_workbook", table="holders"
    )
    assert findings == []
    assert {str(kind) for kind in table["kind"]} <= set(rights.PARTY_KINDS)
