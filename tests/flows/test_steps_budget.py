"""The uncertainty budget along the user's own path: in the statements that the chain keeps."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows.county import ReadingsTable, load_county
from flows.steps.budget import error_terms, whole_domains
from flows.workspace import COUNTIES
from mrv.montecarlo import packaged_terms

Chain = Callable[..., None]
Items = list[dict[str, Any]]


@pytest.fixture(scope="module")
def home(
    plain: Callable[[pytest.MonkeyPatch], Chain],
    tiny_county: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    folder = tmp_path_factory.mktemp("budget") / "home"
    with pytest.MonkeyPatch.context() as patch:
        plain(patch)("xiangyin.toml", str(tiny_county), str(folder), None, "en")
    return folder


def statement(home: Path, kind: str) -> dict[str, Any]:
    (path,) = home.glob(f"statements/*/*/{kind}.json")
    content: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return content


def errors(items: Items, domain: str, quantity: str) -> dict[str, float]:
    return {
        item["source"]: float(item["standard_error"])
        for item in items
        if (item["domain"], item["quantity"]) == (domain, quantity)
    }


def test_the_county_statement_holds_all_four_sources_and_their_total(home: Path) -> None:
    found = errors(statement(home, "county_stock")["budget"], "county", "carbon_stock")
    assert {"sampling", "model", "measurement", "area", "total"} <= set(found)
    squares = sum(found[source] ** 2 for source in ("sampling", "model", "measurement", "area"))
    assert found["total"] == pytest.approx(squares**0.5, rel=1e-6)


def test_the_projects_area_is_surveyed_and_its_budget_has_no_area(home: Path) -> None:
    found = errors(statement(home, "project_removals")["budget"], "project", "net_change")
    assert "area" not in found
    assert {"sampling", "model", "measurement", "total"} <= set(found)


def test_the_sampling_error_is_the_one_of_the_estimate(home: Path) -> None:
    content = statement(home, "county_stock")
    (estimate,) = [
        item
        for item in content["estimates"]
        if (item["domain"], item["quantity"]) == ("county", "net_change")
    ]
    found = errors(content["budget"], "county", "net_change")
    assert found["sampling"] == float(estimate["standard_error"])


def test_the_reader_is_told_what_is_assumed(home: Path) -> None:
    for kind in ("county_stock", "project_removals"):
        content = statement(home, kind)
        rules = {note["rule"] for note in content["notes"]}
        assert {"budget-assumed", "budget-sum-conservative"} <= rules
        drawn = [item for item in content["budget"] if "draws" in item["params"]]
        assert {item["params"]["status"] for item in drawn} <= {"placeholder", "unverified", "fitted"}
        assert {item["params"]["converged"] for item in drawn} == {"yes"}


def test_a_blind_check_stated_in_the_county_file_takes_the_place_of_the_assumed_errors() -> None:
    county = load_county(COUNTIES / "xiangyin.toml")
    assert error_terms(county) == packaged_terms()
    readings = ReadingsTable(dbh_sd_cm=0.3, source="blind check of 2025, 12 plots")
    stated = county.model_copy(update={"account": county.account.model_copy(update={"readings": readings})})
    found = {term.name: term for term in error_terms(stated)}
    assert (found["dbh_cm"].parameters["sd"], found["dbh_cm"].status) == (0.3, "stated")
    assert found["dbh_cm"].source == "blind check of 2025, 12 plots"
    assert found["height_m"] in packaged_terms()


def test_the_whole_of_fia_tables_are_their_populations() -> None:
    assert whole_domains(load_county(COUNTIES / "xiangyin.toml")) == ("county",)
    assert len(whole_domains(load_county(COUNTIES / "bighorn.toml"))) > 1
