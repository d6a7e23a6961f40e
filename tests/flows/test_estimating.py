"""Questions put to inventories: a small FIADB and tables of one's own, from file to figure."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from flows.errors import EstimateError, InputsRefused
from flows.estimating import (
    FiadbQuestion,
    Presentation,
    TableFiles,
    TableQuestion,
    estimate_fiadb,
    estimate_own_tables,
    write_csv,
)
from geodata.errors import TableError
from mrv.errors import EstimationError, ExpressionError, InventoryError
from tests.wyoming_fiadb import write_database, write_folder

ACRE = 0.404_687_260_987


def small_fiadb(
    evaluations: tuple[int, ...] = (561301,), kinds: tuple[str, ...] = ("EXPCURR", "EXPVOL")
) -> Any:
    """Return six plots in two strata; the fifth has no forest, the sixth is half forest."""
    plots = [f"10000000000000{n}" for n in range(1, 7)]
    forest = dict.fromkeys(plots, 1.0) | {plots[4]: 0.0, plots[5]: 0.5}
    conditions = []
    for cn, share in forest.items():
        for condid, part, status in ((1, share, 1), (2, 1 - share, 2)):
            if part:
                common = {"CONDPROP_UNADJ": part, "SUBPPROP_UNADJ": part, "MICRPROP_UNADJ": part}
                kind = 281 if cn < plots[3] else 201
                conditions.append(
                    {
                        "PLT_CN": cn,
                        "CONDID": condid,
                        "COND_STATUS_CD": status,
                        "FORTYPCD": kind if status == 1 else None,
                    }
                    | common
                )
    return {
        "PLOT": [{"CN": cn, "PLOT_STATUS_CD": 1, "COUNTYCD": 1} for cn in plots],
        "COND": conditions,
        "TREE": [
            {
                "PLT_CN": cn,
                "CONDID": 1,
                "STATUSCD": 1,
                "TPA_UNADJ": 6.0,
                "DIA": 10.0,
                "SPCD": 108,
                "VOLCFNET": 10.0 * n,
            }
            for n, cn in enumerate(plots, start=1)
            if forest[cn]
        ],
        "POP_EVAL": [{"CN": f"e{n}", "EVALID": n, "EVAL_DESCR": f"TEST {n}"} for n in evaluations],
        "POP_EVAL_TYP": [{"EVAL_CN": f"e{n}", "EVAL_TYP": kind} for n in evaluations for kind in kinds],
        "POP_ESTN_UNIT": [{"EVALID": n, "ESTN_UNIT": 1, "AREA_USED": 6000.0} for n in evaluations],
        "POP_STRATUM": [
            {"EVALID": n, "ESTN_UNIT": 1, "STRATUMCD": h, "P1POINTCNT": 50, "P2POINTCNT": 3}
            for n in evaluations
            for h in (1, 2)
        ],
        "POP_PLOT_STRATUM_ASSGN": [
            {"PLT_CN": cn, "EVALID": n, "ESTN_UNIT": 1, "STRATUMCD": 1 if cn <= plots[2] else 2}
            for n in evaluations
            for cn in plots
        ],
    }


def test_a_figure_by_hand(tmp_path: Path) -> None:
    folder = write_folder(small_fiadb(), tmp_path)
    found = estimate_fiadb(folder, FiadbQuestion("volume"), Presentation("us", 0.95))
    # stratum means of 6 trees an acre: (60 + 120 + 180) / 3 and (240 + 0 + 360) / 3, weights a half
    estimate = found.rows[0].estimate
    assert (estimate.value, estimate.unit) == (pytest.approx(6000 * (120 + 200) / 2), "ft3")
    s2 = [3600.0, ((240 - 200) ** 2 + 200**2 + 160**2) / 2]
    variance = 6000**2 * sum((0.5 / 6 + 0.5 / 36) * value for value in s2)
    assert estimate.variance == pytest.approx(variance)
    assert found.level == 0.95
    assert found.source["evalid"] == 561301
    si = estimate_fiadb(folder, FiadbQuestion("volume"), Presentation()).rows[0].estimate
    assert (si.value, si.unit) == (pytest.approx(estimate.value * 0.3048**3), "m3")


def test_folder_and_database_say_the_same(tmp_path: Path) -> None:
    tables = small_fiadb()
    folder, database = write_folder(tables, tmp_path / "csv"), write_database(tables, tmp_path / "x.db")
    question = FiadbQuestion("volume", per_area=True, by=("FORTYPCD", "SPCD"), where="DIA >= 5")
    one, two = (estimate_fiadb(path, question, Presentation()) for path in (folder, database))
    assert one.rows == two.rows
    assert [dict(row.group) for row in one.rows] == [
        {},
        {"FORTYPCD": "201", "SPCD": "108"},
        {"FORTYPCD": "281", "SPCD": "108"},
    ]


def test_an_ambiguous_evaluation_is_refused_with_the_list(tmp_path: Path) -> None:
    folder = write_folder(small_fiadb((561300, 561301)), tmp_path)
    with pytest.raises(TableError, match="fiadb-evaluation-ambiguous") as caught:
        estimate_fiadb(folder, FiadbQuestion("area"), Presentation())
    assert "561300 TEST 561300 EXPCURR+EXPVOL; 561301" in str(caught.value.params["evaluations"])
    assert (
        estimate_fiadb(folder, FiadbQuestion("area", evalid=561300), Presentation()).source["evalid"]
        == 561300
    )


def test_an_evaluation_of_another_type_is_told(tmp_path: Path) -> None:
    folder = write_folder(small_fiadb(kinds=("EXPCURR",)), tmp_path)
    notes = {
        note.rule: note for note in estimate_fiadb(folder, FiadbQuestion("volume"), Presentation()).notes
    }
    assert dict(notes["fiadb-evaluation-type"].params) == {
        "evalid": "561301",
        "types": "EXPCURR",
        "wanted": "EXPVOL",
    }
    assert estimate_fiadb(folder, FiadbQuestion("area"), Presentation()).notes == ()


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    folder = write_folder(small_fiadb(), tmp_path / "a")
    with pytest.raises(InventoryError, match="fia-column-missing: table=TREE; field=CARBON_AG"):
        estimate_fiadb(folder, FiadbQuestion("carbon_total"), Presentation())
    with pytest.raises(ExpressionError, match="column-unknown: column=SPECIES"):
        estimate_fiadb(folder, FiadbQuestion("volume", by=("SPECIES",)), Presentation())
    tables = small_fiadb()
    del tables["TREE"]
    bare = write_folder(tables, tmp_path / "b")
    assert estimate_fiadb(bare, FiadbQuestion("area"), Presentation()).rows[0].estimate.value > 0
    with pytest.raises(TableError, match="fiadb-table-missing: table=TREE"):
        estimate_fiadb(bare, FiadbQuestion("volume"), Presentation())


def test_the_report_for_machines(tmp_path: Path) -> None:
    folder = write_folder(small_fiadb(), tmp_path)
    question = FiadbQuestion("volume", per_area=True, by=("FORTYPCD",))
    found = json.loads(json.dumps(estimate_fiadb(folder, question, Presentation("us")).as_json()))
    assert found["question"] == {
        "quantity": "volume",
        "per_area": True,
        "units": "us",
        "land": "forest",
        "trees": "live",
        "where": None,
        "by": ["FORTYPCD"],
    }
    whole, *groups = found["estimates"]
    assert whole["unit"] == "ft3/acre"
    assert whole["value"] == pytest.approx(whole["numerator"]["value"] / whole["denominator"]["value"])
    assert whole["low"] < whole["value"] < whole["high"]
    assert [group["group"] for group in groups] == [{"FORTYPCD": "201"}, {"FORTYPCD": "281"}]
    numerators = [group["numerator"] for group in groups]
    assert [line[n] for n, line in enumerate(found["group_covariance"])] == pytest.approx(
        [numerator["variance"] for numerator in numerators]
    )
    assert groups[0]["error_known"] is True


def test_a_ratio_on_one_plot_has_no_known_error(tmp_path: Path) -> None:
    folder = write_folder(small_fiadb(), tmp_path)
    question = FiadbQuestion("volume", per_area=True, by=("FORTYPCD",), where="VOLCFNET > 50")
    whole, one, none = estimate_fiadb(folder, question, Presentation()).rows
    # two plots of type 201 share the ratio's area; trees stand on one of them alone
    assert [(row.n_nonzero, row.has_error) for row in (whole, one, none)] == [
        (1, True),
        (1, True),
        (0, False),
    ]
    alone = replace(question, where="VOLCFNET > 50 and COND.PLT_CN = '100000000000006'")
    whole, one = estimate_fiadb(folder, alone, Presentation()).rows
    assert [(row.n_nonzero, row.has_error) for row in (whole, one)] == [(1, False), (1, False)]


def test_the_table_written(tmp_path: Path) -> None:
    folder = write_folder(small_fiadb(), tmp_path / "a")
    found = estimate_fiadb(folder, FiadbQuestion("volume", by=("FORTYPCD",)), Presentation())
    write_csv(found, tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["FORTYPCD"] for row in rows] == ["", "201", "281"]
    assert float(rows[0]["value"]) == found.rows[0].estimate.value
    assert rows[0]["unit"] == "m3"
    with pytest.raises(EstimateError, match="estimate-out-folder"):
        write_csv(found, tmp_path / "nowhere" / "out.csv")


# ---- tables of one's own
PLOTS = (
    "样地号,层,样地面积(平方米),权属\n1,杉木,500,国有\n2,杉木,500,集体\n3,毛竹,500,集体\n4,毛竹,500,集体\n"
)
TREES = "样地号,胸径(cm),材积(m3),树种\n1,20,0.3,杉木\n1,10,0.1,松\n2,30,0.8,杉木\n3,20,0.3,松\n"
STRATIFIED = 'kind = "stratified"\n[strata]\n"杉木" = 600.0\n"毛竹" = 400.0\n'


@pytest.fixture
def files(tmp_path: Path) -> TableFiles:
    for name, text in (("plots.csv", PLOTS), ("trees.csv", TREES), ("design.toml", STRATIFIED)):
        (tmp_path / name).write_text(text, "utf-8")
    return TableFiles(tmp_path / "plots.csv", tmp_path / "trees.csv", tmp_path / "design.toml")


def own(files: TableFiles, quantity: str, units: str = "si", **words: Any) -> Any:
    return estimate_own_tables(files, TableQuestion(quantity, **words), Presentation(units))


def test_own_tables_by_hand(files: TableFiles) -> None:
    estimate = own(files, "volume").rows[0].estimate
    assert estimate.value == pytest.approx(600 * (8 + 16) / 2 + 400 * (6 + 0) / 2)
    assert estimate.variance == pytest.approx(600**2 * 32 / 2 + 400**2 * 18 / 2)
    per_ha = own(files, "volume", per_area=True).rows[0].estimate
    assert (per_ha.value, per_ha.unit) == (pytest.approx(8400 / 1000), "m3/ha")
    feet = own(files, "volume", "us", per_area=True).rows[0].estimate
    assert (feet.value, feet.unit) == (pytest.approx(8.4 / 0.3048**3 * ACRE), "ft3/acre")


def test_own_columns_in_conditions_and_groups(files: TableFiles) -> None:
    found = own(files, "tpa", by=("树种",), where="权属 = '集体' or 权属 = '国有'")
    assert [dict(row.group) for row in found.rows] == [{}, {"树种": "杉木"}, {"树种": "松"}]
    assert [row.estimate.value for row in found.rows[1:]] == pytest.approx([600 * 20, 600 * 10 + 400 * 10])


def test_columns_by_the_headings_of_the_file(files: TableFiles) -> None:
    by_heading = own(files, "volume", by=("层",), where="`胸径(cm)` >= 20")
    by_name = own(files, "volume", by=("stratum",), where="dbh_cm >= 20")
    assert [row.estimate for row in by_heading.rows] == [row.estimate for row in by_name.rows]
    assert [dict(row.group) for row in by_heading.rows[1:]] == [{"层": "杉木"}, {"层": "毛竹"}]


def test_designs_differ(files: TableFiles) -> None:
    texts = {
        "simple": 'kind = "simple"\narea_ha = 1000\n',
        "post": 'kind = "post_stratified"\n[[units]]\nid = "u"\narea_ha = 1000\n'
        'strata = { "杉木" = 6, "毛竹" = 4 }\n',
    }
    found = {}
    for name, text in texts.items():
        files.design.write_text(text, "utf-8")
        found[name] = own(files, "volume").rows[0].estimate
    assert found["simple"].value == pytest.approx(1000 * (8 + 16 + 6) / 4)
    assert found["post"].value == pytest.approx(8400.0)
    assert found["post"].variance == pytest.approx(
        1000**2 * ((0.6 / 4 + 0.4 / 16) * 32 + (0.4 / 4 + 0.6 / 16) * 18)
    )


def test_units_by_name(files: TableFiles) -> None:
    files.plots.write_text(
        "plot_id,stratum,unit,area_m2\n1,h,a,500\n2,h,a,500\n3,h,b,500\n4,h,b,500\n", "utf-8"
    )
    units = "".join(
        f'[[units]]\nid = "{name}"\narea_ha = {area}\nstrata = {{ h = 1 }}\n'
        for name, area in (("a", 600), ("b", 400))
    )
    files.design.write_text('kind = "post_stratified"\n' + units, "utf-8")
    assert own(files, "volume").rows[0].estimate.value == pytest.approx(8400.0)
    files.plots.write_text("plot_id,stratum,area_m2\n1,h,500\n2,h,500\n3,h,500\n4,h,500\n", "utf-8")
    with pytest.raises(EstimateError, match=r"estimate-column-missing: .*field=unit / "):
        own(files, "volume")


def test_a_single_plot_is_refused_or_collapsed_and_told(files: TableFiles) -> None:
    files.plots.write_text(PLOTS.replace("4,毛竹", "4,杉木"), "utf-8")
    with pytest.raises(EstimationError, match="stratum-single-plot"):
        own(files, "volume")
    files.design.write_text('single_plot = "collapse"\n' + STRATIFIED, "utf-8")
    assert "stratum-collapsed" in own(files, "volume").rows[0].estimate.warnings


def test_a_campaign_of_several_and_another_mapping(files: TableFiles, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["nr", "anno", "vol", "stems"])
    for row in (["1", 2020, 1.0, 10.0], ["1", 2025, 2.0, 10.0], ["2", 2025, 4.0, 10.0]):
        sheet.append(row)
    book.save(tmp_path / "trees.xlsx")
    (tmp_path / "plots.csv").write_text("nr,anno\n1,2020\n1,2025\n2,2025\n", "utf-8")
    columns = 'plot_id = { heading = "nr" }\ncampaign_year = { heading = "anno", type = "integer" }\n'
    (tmp_path / "my.toml").write_text(
        f"[plots.columns]\n{columns}[trees.columns]\n{columns}"
        'volume_m3 = { heading = "vol", type = "float" }\n'
        'trees_per_ha = { heading = "stems", type = "float" }\n',
        "utf-8",
    )
    files.design.write_text('kind = "simple"\narea_ha = 10\nyear = 2025\nmapping = "my.toml"\n', "utf-8")
    asked = TableFiles(tmp_path / "plots.csv", tmp_path / "trees.xlsx", files.design)
    assert own(asked, "volume").rows[0].estimate.value == pytest.approx(10 * (20 + 40) / 2)
    files.design.write_text('kind = "simple"\narea_ha = 10\nyear = 1999\nmapping = "my.toml"\n', "utf-8")
    with pytest.raises(EstimateError, match="estimate-plots-none"):
        own(asked, "volume")


def test_own_tables_that_are_refused(files: TableFiles) -> None:
    with pytest.raises(EstimateError, match="estimate-trees-missing"):
        own(TableFiles(files.plots, None, files.design), "volume")
    assert own(TableFiles(files.plots, None, files.design), "area").rows[0].estimate.value == 1000.0
    with pytest.raises(EstimateError, match=r"estimate-column-missing: .*field=biomass_ag_kg / "):
        own(files, "biomass")
    with pytest.raises(EstimationError, match="estimate-quantity-unknown"):
        own(files, "weight")
    assert files.trees is not None
    files.trees.write_text(TREES.replace("30,0.8", "thick,0.8"), "utf-8")
    with pytest.raises(InputsRefused, match="inputs-have-errors") as caught:
        own(files, "volume")
    assert [(finding.row, finding.field) for finding in caught.value.findings] == [(4, "胸径(cm)")]


# ---- a regression on columns of the plots, and a first phase of points
X = (50, 62, 70, 81, 93, 58, 75, 88)
Y = (48, 66, 69, 85, 90, 52, 80, 86)


@pytest.fixture
def mapped(tmp_path: Path) -> TableFiles:
    """Return eight plots of one tree each, whose volume per hectare is Y and whose mapped value is X."""
    plots = "plot_id,stratum,area_m2,map value\n" + "".join(
        f"{n},{'a' if n < 5 else 'b'},10000,{x}\n" for n, x in enumerate(X)
    )
    trees = "plot_id,dbh_cm,volume_m3\n" + "".join(f"{n},20,{y}\n" for n, y in enumerate(Y))
    (tmp_path / "plots.csv").write_text(plots, "utf-8")
    (tmp_path / "trees.csv").write_text(trees, "utf-8")
    return TableFiles(tmp_path / "plots.csv", tmp_path / "trees.csv", tmp_path / "design.toml")


def design_of(files: TableFiles, auxiliary: str, head: str = 'kind = "simple"\narea_ha = 1\n') -> None:
    files.design.write_text(f"{head}[auxiliary]\n{auxiliary}", "utf-8")


def test_a_regression_on_a_mapped_column(mapped: TableFiles) -> None:
    """Oracle greg: 67.753879; the larger variance is the one corrected for the coefficients, 2.281680."""
    design_of(mapped, 'means = { "map value" = 68 }\n')
    found = own(mapped, "volume")
    estimate = found.rows[0].estimate
    assert estimate.value == pytest.approx(67.75387920744807, rel=1e-9)
    assert estimate.variance == pytest.approx(2.2816801941593057, rel=1e-9)
    note = found.notes[0]
    assert note.rule == "estimate-regression"
    assert note.params["direct"] == pytest.approx(72.0)


def test_a_first_phase_of_points(mapped: TableFiles) -> None:
    """AR-TOOL14 eq. 18-19 on the same plots, first-phase mean 70 of 40 points: 69.812604, SE 2.810746."""
    design_of(mapped, 'means = { "map value" = 70 }\npoints = 40\n')
    estimate = own(mapped, "volume").rows[0].estimate
    assert estimate.value == pytest.approx(69.812604, abs=1e-6)
    assert estimate.standard_error >= 2.810746 - 1e-6


def test_strata_counted_by_points(mapped: TableFiles) -> None:
    """The weights are a sample themselves: the variance is that of given weights and what they add."""
    units = '[[units]]\nid = "u"\narea_ha = 1\nstrata = { a = 60, b = 40 }\n'
    found = {}
    for kind in ("double_sampled", "post_stratified"):
        mapped.design.write_text(f'kind = "{kind}"\n{units}', "utf-8")
        found[kind] = own(mapped, "volume").rows[0].estimate
    a, b = Y[:5], Y[5:]
    means = [sum(a) / 5, sum(b) / 3]
    whole = 0.6 * means[0] + 0.4 * means[1]
    s2 = [sum((y - m) ** 2 for y in part) / (len(part) - 1) for part, m in zip((a, b), means, strict=True)]
    within = 59 / 99 * 0.6 * s2[0] / 5 + 39 / 99 * 0.4 * s2[1] / 3
    between = (0.6 * (means[0] - whole) ** 2 + 0.4 * (means[1] - whole) ** 2) / 99
    assert found["double_sampled"].value == pytest.approx(whole)
    assert found["double_sampled"].variance == pytest.approx(within + between)
    assert found["post_stratified"].value == pytest.approx(whole)


def test_what_a_regression_cannot_do_is_refused(mapped: TableFiles) -> None:
    design_of(mapped, 'means = { "map value" = 68 }\n')
    for words in ({"per_area": True}, {"by": ("stratum",)}):
        with pytest.raises(EstimationError, match="estimate-regression-whole"):
            own(mapped, "volume", **words)
    design_of(mapped, "means = { dbh_cm = 68 }\n")
    with pytest.raises(EstimationError, match="estimate-auxiliary-of-trees: column=dbh_cm"):
        own(mapped, "volume")
    design_of(mapped, "means = { stratum = 1 }\n")
    with pytest.raises(EstimationError, match="estimate-auxiliary-missing: column=stratum; plot=0; count=8"):
        own(mapped, "volume")
