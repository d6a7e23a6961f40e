"""From plots to parcels along the user's own path: files, statement, report and seed."""

from __future__ import annotations

import csv
import json
import math
import re
import sqlite3
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from flows.workspace import open_run
from geodata.simulation.documents import read_seed

Chain = Callable[..., None]


@pytest.fixture(scope="module")
def home(
    plain: Callable[[pytest.MonkeyPatch], Chain],
    simulated_county: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    folder = tmp_path_factory.mktemp("parcels") / "home"
    with pytest.MonkeyPatch.context() as patch:
        plain(patch)("xiangyin.toml", str(simulated_county), str(folder), None, "en")
    return folder


def statement(home: Path, kind: str) -> dict[str, Any]:
    (path,) = home.glob(f"statements/*/*/{kind}.json")
    content: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return content


def rows_of(home: Path) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(home / "parcels.gpkg")) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute("SELECT * FROM parcels")]


def test_parcels_in_the_geopackage_add_up_to_the_plot_estimates(home: Path) -> None:
    sums: dict[str, list[float]] = defaultdict(list)
    for row in rows_of(home):
        if row["stratum"]:
            sums[row["stratum"]].append(row["carbon_tc"])
    told = {
        item["domain"].removeprefix("stratum:"): float(item["value"])
        for item in statement(home, "county_stock")["estimates"]
        if item["quantity"] == "carbon_stock" and item["year"] == 2025 and ":" in item["domain"]
    }
    assert set(sums) == set(told)
    for name, values in sums.items():
        assert math.fsum(values) == pytest.approx(told[name], rel=1e-12), name


def test_every_parcel_is_flagged_with_its_basis_error_and_years(home: Path) -> None:
    rows = rows_of(home)
    assert {row["stock_basis"] for row in rows} == {"calibrated", "none"}
    assert all(row["model_based"] == 1 for row in rows)
    assert all(row["carbon_se_tc"] >= 0 for row in rows if row["stock_basis"] == "calibrated")
    assert [name for name in rows[0] if name.startswith("carbon_tc_2")] == [
        f"carbon_tc_{year}" for year in range(2020, 2027)
    ]
    assert all(row["carbon_tc_2025"] == pytest.approx(row["carbon_tc"]) for row in rows)


def test_columns_say_in_chinese_which_years_are_an_update(home: Path) -> None:
    with (home / "parcels.csv").open(encoding="utf-8-sig", newline="") as source:
        headings = next(csv.reader(source))
    assert "2025年碳储量（吨碳，校准到样地）" in headings
    assert "2024年碳储量（吨碳，模型推算）" in headings
    with closing(sqlite3.connect(home / "parcels.gpkg")) as connection:
        aliases = dict(connection.execute("SELECT column_name, name FROM gpkg_data_columns"))
    assert aliases["carbon_se_tc"] == "预测标准误（吨碳）"


def test_the_summary_has_sums_years_and_the_difference_at_recalibration(home: Path) -> None:
    summary = json.loads((home / "summary.json").read_text("utf-8"))
    parcels = summary["parcels"]
    assert parcels["year"] == 2025
    assert {row["year"]: row["campaign"] for row in parcels["years"]} == {
        year: year in {2020, 2025} for year in range(2020, 2027)
    }
    total = next(row for row in parcels["recalibrations"] if not row["stratum"])
    last = next(row for row in parcels["years"] if row["year"] == 2025)
    assert last["updated_tc"] == pytest.approx(total["updated_tc"])
    assert last["low_tc"] < last["carbon_tc"] < last["high_tc"]
    assert {page["kind"] for page in summary["audits"]} == {"county_stock", "project_removals"}


def test_each_statement_is_sealed_with_its_audit_and_the_seed(home: Path) -> None:
    for kind in ("county_stock", "project_removals"):
        content = statement(home, kind)
        assert content["seed"] == 7
        assert {item["verdict"] for item in content["audit"]} <= {"ok", "look"}
    checks = {item["check"] for item in statement(home, "county_stock")["audit"]}
    assert {"audit-parcel-sums", "audit-design-effect", "audit-components-sum"} <= checks
    checks = {item["check"] for item in statement(home, "project_removals")["audit"]}
    assert {"audit-claim-bound", "audit-baseline-not-local"} <= checks


def test_the_report_shows_both_pages_and_the_years(home: Path) -> None:
    page = (home / "report.html").read_text("utf-8")
    assert 'id="audit-county_stock" class="page"' in page
    assert 'id="audit-project_removals" class="page"' in page
    assert "Sums of parcels before and after they are held to the plots (2025)" in page


def test_the_seed_is_read_from_the_notice_alone(simulated_county: Path, tmp_path: Path) -> None:
    run = open_run("xiangyin.toml", data=simulated_county, home=tmp_path)
    assert "notice" in {file.role for file in run.manifest.files}
    assert read_seed(simulated_county / "README.txt") == 7
    other = tmp_path / "README.txt"
    assert read_seed(other) is None
    other.write_text("seed 种子: 9\n", encoding="utf-8")
    assert read_seed(other) is None


def test_the_self_audit_is_shown_in_words_in_either_language(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from flows.cli.app import main  # noqa: PLC0415

    def said(*words: str) -> str:
        with pytest.raises(SystemExit) as caught:
            main(["statement", *words, "--home", str(home)])
        assert caught.value.code in {0, None}
        return capsys.readouterr().out

    rows = json.loads(said("list", "--json"))
    name = next(row["statement_id"] for row in rows if row["kind"] == "county_stock")
    english = said("show", name, "--audit", "--lang", "en")
    assert "ok  overlaps of parcels or rights: 0" in english
    assert "无异常  小班或权利重叠：0 处" in said("show", name, "--audit", "--lang", "zh-CN")
    told = json.loads(said("show", name, "--lang", "en"))["self_audit"]
    assert len(told) == len(english.splitlines())
    assert {line["verdict"] for line in told} <= {"ok", "look"}


def test_no_place_of_the_page_has_two_elements(home: Path) -> None:
    page = (home / "report.html").read_text("utf-8")
    names = re.findall(r' id="([^"]+)"', page)
    assert len(names) == len(set(names))
