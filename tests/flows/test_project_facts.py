"""Facts of a project from a dataset, and what a methodology makes of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from flows.county import StatedTable
from flows.errors import InputsRefused
from flows.steps.account_project import Standing, project_statement
from flows.steps.project_facts import eligible_land, project_facts
from flows.workspace import Run, open_registry, open_run
from geodata.dataset import MonitoringDataset, read_dataset
from geodata.tables import make_table
from mrv.errors import ProfileError
from mrv.methodology.model import ProfileValue
from mrv.profile import Profile, load
from registry.queries import datasets


@pytest.fixture(scope="module")
def made(
    plain: Callable[[pytest.MonkeyPatch], Callable[..., None]],
    tiny_county: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Run, MonitoringDataset]:
    """Return a run and its dataset."""
    home = tmp_path_factory.mktemp("facts")
    with pytest.MonkeyPatch.context() as patch:
        plain(patch)
        from flows import chain  # noqa: PLC0415

        chain.monitor("xiangyin.toml", str(tiny_county), str(home), None, "en")
    run = open_run("xiangyin.toml", data=tiny_county, home=home, lang="en")
    with open_registry(home) as registry:
        (row,) = datasets(registry)
    return run, read_dataset(run.datasets, row["dataset_sha256"])


def with_project(run: Run, **changes: object) -> Run:
    project = run.county.project
    assert project is not None
    return replace(run, county=run.county.model_copy(update={"project": project.model_copy(update=changes)}))


STATED = {"non_forest_since": date(2015, 1, 1), "history_source": "survey of 2015"}


def with_policy(policy: str) -> Profile:
    profile = load("demo")
    value = ProfileValue(policy, "1", "test", "1", "placeholder")
    return replace(profile, values={**profile.values, "ineligible_parcels": value})


def test_the_facts_of_a_workbook_project(made: tuple[Run, MonitoringDataset]) -> None:
    run, dataset = made
    facts = project_facts(run, dataset)
    listed = {str(name) for name in dataset.tables["project_parcels"]["parcel_id"]}
    assert {parcel.parcel_id for parcel in facts.parcels} == listed
    assert facts.start == date(2020, 12, 1)
    assert (facts.crediting_start, facts.crediting_end) == (date(2021, 1, 1), date(2040, 12, 31))
    for parcel in facts.parcels:
        assert set(parcel.forest_frac) == set(range(2020, 2026))
        assert all(0 <= share <= 1 + 1e-9 for share in parcel.forest_frac.values())
        assert parcel.rights
        assert parcel.area_m2 > 400


def test_a_history_that_nobody_shows_is_told_and_a_stated_one_is_taken(
    made: tuple[Run, MonitoringDataset],
) -> None:
    run, dataset = made
    plain = eligible_land(run, dataset, load("demo"))
    assert {finding.rule for finding in plain.findings} == {"land-history-not-shown"}
    stated = eligible_land(with_project(run, **STATED), dataset, load("demo"))
    assert stated.findings == ()


def without_rights(dataset: MonitoringDataset, parcel_id: str) -> MonitoringDataset:
    rights = dataset.tables["rights"]
    kept = rights.take(rights["parcel_id"].astype(str) != parcel_id)
    return replace(dataset, tables={**dataset.tables, "rights": kept})


def test_a_parcel_without_a_right_is_left_out_of_area_and_plots(made: tuple[Run, MonitoringDataset]) -> None:
    run, dataset = made
    run = with_project(run, **STATED)
    plots = dataset.tables["plots"]
    listed = {str(name) for name in dataset.tables["project_parcels"]["parcel_id"]}
    named = sorted({str(name) for name in plots["parcel_id"]} & listed)[0]
    whole = project_statement(run, dataset, with_policy("exclude"), Standing())
    less = project_statement(run, without_rights(dataset, named), with_policy("exclude"), Standing())
    areas = {}
    for label, statement in (("whole", whole), ("less", less)):
        values = {
            (e.domain, e.quantity): e.estimate.value for e in statement.estimates if e.year in (None, 2025)
        }
        stock, density = values["project", "carbon_stock"], values["project", "carbon_stock_per_ha"]
        areas[label] = stock / density
    gone = dict(
        zip(dataset.tables["parcels"]["parcel_id"], dataset.tables["parcels"]["area_ha"], strict=True)
    )
    assert areas["whole"] - areas["less"] == pytest.approx(gone[named], rel=1e-6)
    before = next(e.estimate.n_plots for e in whole.estimates if e.quantity == "net_change")
    after = next(e.estimate.n_plots for e in less.estimates if e.quantity == "net_change")
    assert after < before
    told = {note.rule: note.params for note in less.notes}
    assert told["eligibility.tenure-too-short"]["parcels"] == named
    assert told["eligibility-tested"]["excluded"] == 1


def test_a_methodology_may_refuse_the_claim(made: tuple[Run, MonitoringDataset]) -> None:
    run, dataset = made
    with pytest.raises(InputsRefused, match="claim-not-eligible") as refused:
        project_statement(run, dataset, with_policy("refuse"), Standing())
    assert {finding.rule for finding in refused.value.findings} == {"land-history-not-shown"}
    denied = with_project(run, eligible=False, **STATED)
    with pytest.raises(InputsRefused, match="claim-not-eligible"):
        project_statement(denied, dataset, with_policy("exclude"), Standing())
    assert eligible_land(denied, dataset, load("demo")).refused is False


def test_a_negative_rest_is_carried_in_and_named(made: tuple[Run, MonitoringDataset]) -> None:
    run, dataset = made
    rest = {
        "statement_id": "ST-1",
        "period_start": "2016-01-01",
        "period_end": "2020-12-31",
        "carried_tco2e": -100.0,
    }
    plain = project_statement(run, dataset, load("demo"), Standing())
    after = project_statement(run, dataset, load("demo"), Standing(rest=rest))
    assert after.claim_tco2e == pytest.approx(plain.claim_tco2e - 100, abs=1)
    assert "carried_forward" in [line.term for line in after.lines]
    note = next(note for note in after.notes if note.rule == "claim-carried-in")
    assert note.params["statement_id"] == "ST-1"


def test_registration_is_refused_while_values_are_open(made: tuple[Run, MonitoringDataset]) -> None:
    run, dataset = made
    account = run.county.account.model_copy(update={"purpose": "registration"})
    formal = replace(run, county=run.county.model_copy(update={"account": account}))
    with pytest.raises(ProfileError, match="profile-unverified"):
        project_statement(with_project(formal, **STATED), dataset, load("ccer-14-001-v01"), Standing())


@pytest.mark.parametrize("name", ["cdm-ar-tool14-v4.2", "ccer-14-001-v01", "ar-cm-001-v01"])
def test_the_same_plots_under_other_methodologies(made: tuple[Run, MonitoringDataset], name: str) -> None:
    run, dataset = made
    long_ago = with_project(run, non_forest_since=date(2000, 1, 1), history_source="survey of 2000")
    statement = project_statement(long_ago, dataset, load(name), Standing())
    assert statement.profile_id == name
    assert statement.claim_tco2e > 0
    assert [line.term for line in statement.lines][:-2] == [step.term for step in load(name).steps]


def test_independent_samples_take_the_wider_error(made: tuple[Run, MonitoringDataset]) -> None:
    run, dataset = made
    profile = load("cdm-ar-tool14-v4.2")
    apart = {**profile.values, "change_method": ProfileValue("independent", "1", "test", "1", "placeholder")}
    paired = project_statement(run, dataset, profile, Standing())
    loose = project_statement(run, dataset, replace(profile, values=apart), Standing())
    lines = [{line.term: line.value for line in item.lines} for item in (paired, loose)]
    assert lines[0]["project_change"] == pytest.approx(lines[1]["project_change"], rel=1e-9)
    assert lines[1]["uncertainty_discount"] <= lines[0]["uncertainty_discount"]
    methods = {
        e.estimate.method for e in loose.estimates if (e.domain, e.quantity) == ("project", "net_change")
    }
    assert methods == {"independent_change"}


def test_values_that_the_methodology_leaves_to_the_run(made: tuple[Run, MonitoringDataset]) -> None:
    run, dataset = made
    values = {"performance_benchmark": 0.15, "leakage_share": 0.02, "buffer_share": 0.12}
    stated = {key: StatedTable(value=value, source="test") for key, value in values.items()}

    def states(more: dict[str, StatedTable]) -> Run:
        account = run.county.account.model_copy(update={"stated": more})
        old = with_project(run, non_forest_since=date(2000, 1, 1), history_source="survey of 2000")
        return replace(old, county=old.county.model_copy(update={"account": account}))

    statement = project_statement(states(stated), dataset, load("vm0047-v1.0"), Standing())
    lines = {line.term: line.value for line in statement.lines}
    assert lines["baseline_change"] == pytest.approx(-0.15 * lines["project_change"])
    assert lines["leakage"] == pytest.approx(-0.02 * lines["project_change"])
    assert {n.params["key"] for n in statement.notes if n.rule == "profile-value-stated"} == set(values)
    with pytest.raises(ProfileError, match="profile-value-missing"):
        project_statement(states({}), dataset, load("vm0047-v1.0"), Standing())
    wish = {**stated, "risk_deduction": StatedTable(value=0.0, source="a wish")}
    with pytest.raises(ProfileError, match="profile-value-fixed"):
        project_statement(states(wish), dataset, load("vm0047-v1.0"), Standing())


def test_no_parcels_no_shares(made: tuple[Run, MonitoringDataset]) -> None:
    run, dataset = made
    tables = {name: table for name, table in dataset.tables.items() if name not in {"class_areas", "rights"}}
    bare = replace(
        dataset, tables={**tables, "project_parcels": make_table("t", {"parcel_id": [], "stratum": []})}
    )
    assert project_facts(run, bare).parcels == ()
