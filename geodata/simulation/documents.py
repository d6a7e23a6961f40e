"""Workbooks and text tables of the simulated county: plots, rights, project, prices, reference, truth.

Each workbook begins with a sheet 说明 that says the data are simulated; each text table has a column
that does.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from math import isnan
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geodata.simulation.landscape import Landscape
from geodata.simulation.noise import stream
from geodata.simulation.rasters import NOTICE, ReferenceSample
from geodata.simulation.rights import PROJECT_OWNER, RightsTables
from geodata.simulation.sample import PlotPoints
from geodata.workbooks import write_workbook

NOTICE_ROWS: tuple[tuple[str, str], ...] = (
    ("项目 item", "内容 content"),
    ("性质 nature", NOTICE),
    ("来源 source", "碳汇软件的确定性模拟器生成 / made by tanhui's deterministic generator"),
    ("用途 use", "演示与测试，不代表任何真实县、地块或个人 / demonstration; nothing real is described"),
)  # fmt: skip
"""Sheet 说明 of each workbook."""
PLOT_HEADINGS = (
    "样地号", "调查年度", "横坐标(m)", "纵坐标(m)", "样地面积(m2)", "小班号", "层", "优势树种",
    "坡度(°)", "备注",
)  # fmt: skip
TREE_HEADINGS = ("样地号", "调查年度", "样木号", "树种", "胸径(cm)", "树高(m)", "竹度", "检尺类型", "备注")
HOLDER_HEADINGS = ("权利人编码", "权利人名称", "类型", "统一社会信用代码或证件号")
RIGHT_HEADINGS = (
    "证书号",
    "小班号",
    "权利种类",
    "权利人编码",
    "份额分子",
    "份额分母",
    "起始日期",
    "终止日期",
)
PROJECT_HEADINGS = ("项目编号", "项目名称", "方法学", "业主编码", "开工日期", "计入期起", "计入期止")
PROJECT_PARCEL_HEADINGS = ("小班号", "造林年度", "层")
PROJECT_START = date(2020, 12, 1)
"""Start of planting, after 2020-09-22."""
CREDITING_PERIOD = (date(2021, 1, 1), date(2040, 12, 31))
"""First and last day of the crediting period."""
PLOT_AREA_M2 = 666.6724
"""Area of a plot of 25.82 m x 25.82 m [m2]."""
PRICE_DAYS = (date(2024, 1, 5), date(2026, 6, 26))
"""First and last Friday of the price series."""

Cells = list[list[Any]]


def _book(path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]]) -> None:
    write_workbook(path, {"说明": [list(row) for row in NOTICE_ROWS], **sheets})


def write_plots(
    path: Path,
    land: Landscape,
    points: PlotPoints,
    strata: tuple[str, ...],
    species_code: NDArray[np.str_],
    tally: Mapping[str, NDArray[Any]],
    faults: frozenset[str] = frozenset(),
) -> None:
    """Write the plot workbook: both campaigns, plots (样地) and trees (样木).

    Parameters
    ----------
    path
        The workbook.
    land, points, strata
        Parcels, plots and names of the strata.
    species_code
        Dominant species of each plot.
    tally
        Columns of the tree sheet: plot, year, tree, species_code, dbh_cm, height_m, du, status.
    faults
        Of `FAULTS`: duplicate_plot, duplicate_tree, negative_dbh, absurd_dbh, unknown_species,
        missing_column, campaign_before.
    """
    plots = _plot_rows(land, points, strata, species_code)
    trees = _tree_rows(tally)
    _plant_faults(plots, trees, faults)
    tree_table = [list(TREE_HEADINGS), *trees]
    if "missing_column" in faults:
        place = TREE_HEADINGS.index("胸径(cm)")
        tree_table = [row[:place] + row[place + 1 :] for row in tree_table]
    _book(
        path,
        {"样地": [list(PLOT_HEADINGS), *plots], "样木": tree_table, "分层": _stratum_rows(points, strata)},
    )


def _plot_rows(
    land: Landscape, points: PlotPoints, strata: tuple[str, ...], species_code: NDArray[np.str_]
) -> Cells:
    forest = np.flatnonzero(land.forest)[points.stand]
    parcel = land.administration.parcel_id[forest]
    slope_deg = np.rint(land.relief_frac[forest] ** 1.5 * 26.0).astype(np.int64)
    return [
        [f"{plot + 1:04d}", year, float(points.x_m[plot]), float(points.y_m[plot]), PLOT_AREA_M2,
         str(parcel[plot]), strata[points.stratum[plot]], str(species_code[plot]),
         int(slope_deg[plot]), NOTICE]
        for year in (2020, 2025)
        for plot in range(points.stand.size)
    ]  # fmt: skip


def _tree_rows(tally: Mapping[str, NDArray[Any]]) -> Cells:
    names = ("plot", "year", "tree", "species_code", "dbh_cm", "height_m", "du", "status")
    columns = (tally[name].tolist() for name in names)
    return [
        [f"{plot + 1:04d}", year, f"{tree:03d}", code, dbh, None if isnan(height) else height, du or None,
         status, NOTICE]
        for plot, year, tree, code, dbh, height, du, status in zip(*columns, strict=True)
    ]  # fmt: skip


def _stratum_rows(points: PlotPoints, strata: tuple[str, ...]) -> Cells:
    counts = np.bincount(points.stratum, minlength=len(strata))
    rows: Cells = [["层", "样地数", "备注"]]
    return rows + [[name, int(count), NOTICE] for name, count in zip(strata, counts, strict=True)]


def _plant_faults(plots: Cells, trees: Cells, faults: frozenset[str]) -> None:
    """Plant faults in the rows of the two sheets, in place."""
    standing = next(place for place, row in enumerate(trees) if row[1] == 2025 and row[7] == "活立木")
    if "duplicate_plot" in faults:
        plots.append(list(plots[-1]))
    if "duplicate_tree" in faults:
        trees[1][2] = trees[0][2]
    for fault, column, value in (
        ("negative_dbh", 4, -12.3),
        ("absurd_dbh", 4, 412.0),
        ("unknown_species", 3, "999"),
    ):
        if fault in faults:
            trees[standing][column] = value
    if "campaign_before" in faults:
        for row in (*plots, *trees):
            row[1] = 2015 if row[1] == 2025 else row[1]


def write_rights(path: Path, tables: RightsTables) -> None:
    """Write the workbook of holders (权利人) and rights (权利)."""
    _book(
        path,
        {"权利人": [HOLDER_HEADINGS, *tables.holders], "权利": [RIGHT_HEADINGS, *tables.rights]},
    )


def write_project(path: Path, land: Landscape, strata: tuple[str, str], code: str) -> None:
    """Write the workbook of the afforestation project (项目) and its parcels (地块)."""
    parcels = np.flatnonzero(land.project)
    names = land.administration.parcel_id[parcels]
    rows = [
        [str(name), 2021, strata[part - 1]] for name, part in zip(names, land.project[parcels], strict=True)
    ]
    project = [
        code, f"示范造林碳汇项目（{NOTICE}）", "demonstration-afforestation", PROJECT_OWNER,
        PROJECT_START, *CREDITING_PERIOD,
    ]  # fmt: skip
    _book(path, {"项目": [PROJECT_HEADINGS, project], "地块": [PROJECT_PARCEL_HEADINGS, *rows]})


def write_text_table(path: Path, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write a CSV file in UTF-8 with line feeds."""
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(headings)
        writer.writerows(rows)


def write_prices(path: Path, seed: int) -> None:
    """Write a weekly price series with gaps, 60 to 80 CNY/t."""
    rng = stream(seed, "prices")
    rows: list[tuple[object, ...]] = []
    day, price = PRICE_DAYS[0], 68.0
    while day <= PRICE_DAYS[1]:
        price += 0.12 * (70.0 - price) + float(rng.normal(0.0, 1.4))
        price = min(max(price, 60.0), 80.0)
        if rng.random() > 0.07:
            rows.append((day.isoformat(), f"{price:.2f}", "示范交易场所", NOTICE))
        day += timedelta(days=7)
    write_text_table(path, ("date", "price_cny_per_t", "venue", "note"), rows)


def write_reference(path: Path, sample: ReferenceSample) -> None:
    """Write the reference sample of the land-cover change 2020 to 2025."""
    columns = (sample.x_m.tolist(), sample.y_m.tolist(), sample.map_class, sample.reference_class)
    rows = [
        (f"R{number:04d}", x_m, y_m, on_map, on_ground, NOTICE)
        for number, (x_m, y_m, on_map, on_ground) in enumerate(zip(*columns, strict=True), start=1)
    ]
    write_text_table(path, ("point_id", "x_m", "y_m", "map_class", "reference_class", "note"), rows)


def write_truth(
    folder: Path, land: Landscape, truth: Mapping[str, Any], parcels: Mapping[str, NDArray[Any]]
) -> None:
    """Write ``truth.json`` and ``truth_parcels.csv``.

    Parameters
    ----------
    folder
        The folder ``truth``.
    land
        The parcels.
    truth
        Totals, as plain values.
    parcels
        Columns of the forest parcels, in order.
    """
    document = {"simulated": True, "notice": NOTICE, **truth}
    text = json.dumps(document, ensure_ascii=False, indent=1)
    (folder / "truth.json").write_text(text + "\n", encoding="utf-8", newline="\n")
    names = land.administration.parcel_id[land.forest].tolist()
    area = [f"{value:.4f}" for value in land.area_ha[land.forest].tolist()]
    columns = [[_plain(value) for value in column.tolist()] for column in parcels.values()]
    rows = zip(names, area, *columns, [NOTICE] * len(names), strict=True)
    write_text_table(folder / "truth_parcels.csv", ("parcel_id", "area_ha", *parcels, "note"), rows)


def _plain(value: object) -> object:
    return f"{value:.6g}" if isinstance(value, float) else value


def write_notice(path: Path, *, seed: int, parcels: int, faults: frozenset[str]) -> None:
    """Write README.txt, which says in both languages what the folder is."""
    planted = ", ".join(sorted(faults)) or "none / 无"
    lines = (
        NOTICE,
        "本文件夹全部内容由确定性模拟器生成，地形与编码方式参照湖南省湘阴县，但不含该县任何真实记录。",
        "Everything in this folder was made by a deterministic generator; its form follows Xiangyin county",
        "in Hunan, but it holds no record of the real county, and no parcel, holder or person in it is real.",
        f"seed 种子: {seed}",
        f"parcels 小班数: {parcels}",
        f"planted faults 人为错误: {planted}",
    )
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def read_seed(path: Path) -> int | None:
    """Return the seed that a simulated county's notice names; None for a file that is no such notice.

    Parameters
    ----------
    path
        The ``README.txt`` of `write_notice`.
    """
    if not path.is_file():
        return None
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    if not lines or lines[0] != NOTICE:
        return None
    found = next((line.partition(":")[2].strip() for line in lines if line.startswith("seed ")), "")
    return int(found) if found.isdecimal() else None
