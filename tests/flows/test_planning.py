"""``tanhui plan`` on the simulated county and on a bare layer: numbers, places, files, and the same twice."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from flows import planning
from flows.cli import main
from flows.errors import FieldError, PlanError
from flows.planning import PlanRequest, make_plan
from geodata.tables import read_table

FILES = ("plots.gpx", "plots.kml", "plots.gpkg", "workbook.xlsx", "map.png", "plan.json")


def request(folder: Path, out: Path, **changes: object) -> PlanRequest:
    stated = {"out": out, "county": "xiangyin.toml", "data": folder, "prior": "0.4", "seed": 3, **changes}
    return PlanRequest(**stated)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def made(tiny_county: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, object]]:
    out = tmp_path_factory.mktemp("plan")
    return out, make_plan(request(tiny_county, out))


def test_a_plan_names_what_it_rests_on(made: tuple[Path, dict[str, object]]) -> None:
    out, content = made
    stored = json.loads((out / "plan.json").read_text("utf-8"))
    assert stored == json.loads(json.dumps(content))
    assert stored["layout"]["seed"] == 3
    assert stored["prior"]["status"] == "assumed"
    assert stored["sample"]["n"] == sum(stored["sample"]["allocation"].values())
    assert stored["plots"]["new"] == stored["sample"]["n"]
    assert stored["simulated"] is True
    assert len(stored["ground"]["sha256"]) == 64


def test_every_file_is_there_and_agrees(made: tuple[Path, dict[str, object]]) -> None:
    out, content = made
    assert [name for name in FILES if not (out / name).is_file()] == []
    with closing(sqlite3.connect(out / "plots.gpkg")) as connection:
        rows = connection.execute("SELECT plot_id, role FROM plots ORDER BY access_order").fetchall()
    workbook, findings = read_table(out / "workbook.xlsx", "nfi_workbook", table="plots")
    assert findings == []
    assert workbook["plot_id"].tolist() == [name for name, role in rows if role != "reserve"]
    assert len(rows) == content["plots"]["total"]  # type: ignore[index]


def test_the_same_request_gives_the_same_files(
    made: tuple[Path, dict[str, object]], tiny_county: Path, tmp_path: Path
) -> None:
    make_plan(request(tiny_county, tmp_path))
    for name in FILES:
        if name != "plots.gpkg":  # SQLite keeps a counter of its own
            assert (tmp_path / name).read_bytes() == (made[0] / name).read_bytes(), name


@pytest.fixture
def no_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the files out where only numbers are looked at."""
    monkeypatch.setattr(planning, "write_files", lambda *_: {})


@pytest.mark.usefixtures("no_files")
def test_measured_plots_tell_the_spread_and_stay(tiny_county: Path, tmp_path: Path) -> None:
    plots = tiny_county / "plots" / "plots_2020_2025.xlsx"
    content = make_plan(request(tiny_county, tmp_path, prior=None, existing=plots, precision=0.3))
    assert content["prior"]["status"] == "measured"
    assert content["prior"]["unit"] == "t C/ha"
    assert content["plots"]["existing"] > 10
    total = content["plots"]["existing"] + content["plots"]["new"]
    assert total >= content["sample"]["n"]


@pytest.mark.usefixtures("no_files")
def test_figures_of_a_file(tiny_county: Path, tmp_path: Path) -> None:
    path = tmp_path / "prior.csv"
    strata = ("杉木", "松类", "阔叶", "杨树", "毛竹")
    lines = [f"{name},50,20,t C/ha,中期调查报告" for name in strata]
    path.write_text("stratum,mean,sd,unit,source\n" + "\n".join(lines) + "\n", "utf-8")
    content = make_plan(request(tiny_county, tmp_path / "out", prior=str(path)))
    assert content["prior"]["status"] == "stated"
    assert "中期调查报告" in content["prior"]["source"]
    assert content["sample"]["n"] == make_plan(request(tiny_county, tmp_path / "cv"))["sample"]["n"]


@pytest.mark.usefixtures("no_files")
def test_a_layer_without_a_county(tiny_county: Path, tmp_path: Path) -> None:
    layer = tiny_county / "parcels" / "xiaoban_2025.shp"
    stated = {
        "county": None,
        "data": None,
        "parcels": layer,
        "schema": "yzt_2020",
        "strata_field": "LIN_ZHONG",
        "year": 2026,
    }
    content = make_plan(request(tiny_county, tmp_path, **stated))
    assert len(content["sample"]["allocation"]) >= 2
    with pytest.raises(PlanError, match="plan-without-ground"):
        make_plan(PlanRequest(out=tmp_path))


def test_the_command(tiny_county: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [
        "plan",
        "xiangyin.toml",
        "--data",
        str(tiny_county),
        "--out",
        str(tmp_path / "p"),
        "--prior",
        "0.4",
    ]
    assert _run([*words, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["schema"] == "tanhui/plan/1"
    assert _run([*words, "--lang", "zh-CN"]) == 0
    said = capsys.readouterr().out
    assert "只是假定" in said
    assert "workbook.xlsx" in said
    assert _run([*words[:-1], "99"]) == 2
    assert _run(["plan", "--out", str(tmp_path / "none"), "--lang", "en"]) == 2
    assert "COUNTY.toml" in capsys.readouterr().err


def _run(words: list[str]) -> int:
    with pytest.raises(SystemExit) as ended:
        main(words)
    return int(ended.value.code or 0)


def test_what_came_back_is_held_against_the_plan(
    made: tuple[Path, dict[str, object]], tmp_path: Path
) -> None:
    """The workbook as it was planned, with one plot less and one tree typed in."""
    import openpyxl  # noqa: PLC0415

    from flows.field_import import check_field  # noqa: PLC0415
    from flows.field_records import FieldRequest  # noqa: PLC0415

    out, content = made
    book = openpyxl.load_workbook(out / "workbook.xlsx")
    plots, trees = book["样地"], book["样木"]
    gone = plots.cell(plots.max_row, 1).value
    plots.delete_rows(plots.max_row)
    first = plots.cell(2, 1).value
    for column, value in enumerate((first, content["campaign_year"], "1", "310", 15.2, 12.1), start=1):
        trees.cell(2, column, value)
    trees.cell(2, 8, "活立木")
    path = tmp_path / "filled.xlsx"
    book.save(path)
    found = check_field(FieldRequest(path, plan=out / "plan.json"))
    assert [f.value for f in found.findings if f.rule == "plan-plot-missing"] == [gone]
    empty = [f for f in found.findings if f.rule == "plan-plot-without-trees"]
    assert len(empty) == plots.max_row - 2
    assert not found.has_errors
    with pytest.raises(FieldError, match="field-plan-unreadable"):
        check_field(FieldRequest(path, plan=path))


def test_degrees_cannot_be_planned_in(tiny_county: Path, tmp_path: Path) -> None:
    layer = tiny_county / "parcels" / "xiaoban_2025.shp"
    stated = {"county": None, "data": None, "parcels": layer, "schema": "yzt_2020", "crs": "EPSG:4490"}
    with pytest.raises(PlanError, match="plan-without-year"):
        make_plan(request(tiny_county, tmp_path, **stated))
    stated["year"] = 2026
    with pytest.raises(PlanError, match="plan-crs-in-degrees"):
        make_plan(request(tiny_county, tmp_path, **stated))


@pytest.mark.usefixtures("no_files")
def test_a_folder_that_cannot_be_made(tiny_county: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", "utf-8")
    with pytest.raises(PlanError, match="plan-not-writable"):
        make_plan(request(tiny_county, tmp_path / "file" / "plan"))


def test_options_out_of_range_are_usage_errors(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["--reserve", "50"], ["--level", "1.5"], ["--plot-area", "-4"], ["--method", "star"]):
        assert _run(["plan", "xiangyin.toml", *words]) == 2
