"""Bad input of every kind stops the run: file, row, field and way out are named, the registry is unchanged.

The chain runs once on a small county, so that a registry exists; then each fault is planted in a copy of its
files and the chain runs again on the same home.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyogrio
import pytest
import rasterio
import shapely
from openpyxl import load_workbook
from rasterio.transform import Affine

from flows import workspace
from flows.errors import InputsRefused
from flows.steps import measuring
from registry.messages import render, render_fix
from registry.queries import content_hash, row_counts
from registry.verification import verify

Chain = Callable[..., None]
PLOTS, RIGHTS, PROJECT = "plots/plots_2020_2025.xlsx", "rights/rights.xlsx", "project/project.xlsx"
PARCELS, LANDCOVER = "parcels/xiaoban_2025.shp", "landcover/landcover_2025.tif"
PRICES, REFERENCE = "prices/price_series.csv", "landcover/reference_sample.csv"
FEW_PLOTS = {"样地号", *(f"{number:04d}" for number in range(1, 9))}
UNCOUNTED = {".lock", "log.jsonl"}
"""Files of a home that every run touches."""


@dataclass(frozen=True)
class Planted:
    """Where a fault was planted, as the message must name it."""

    file: str
    row: int | None = None
    field: str | None = None


Plant = Callable[[Path], Planted]


# --- planting -------------------------------------------------------------------------------------


def edit_sheet(folder: Path, name: str, sheet: str, change: Callable[[Any], None]) -> None:
    """Change one sheet of a workbook in place."""
    book = load_workbook(folder / name)
    change(book[sheet])
    book.save(folder / name)


def headings(sheet: Any) -> list[str]:
    return [str(cell.value) for cell in sheet[1]]


def set_cell(name: str, sheet: str, row: int, heading: str, value: Any) -> Plant:
    """Return a fault: one cell of a workbook has another value."""

    def plant(folder: Path) -> Planted:
        def change(cells: Any) -> None:
            cells.cell(row, headings(cells).index(heading) + 1).value = value

        edit_sheet(folder, name, sheet, change)
        return Planted(f"{Path(name).name}[{sheet}]", row, heading)

    return plant


def copy_cell(name: str, sheet: str, row: int, heading: str, source_row: int) -> Plant:
    """Return a fault: one cell repeats that of another row."""

    def plant(folder: Path) -> Planted:
        def change(cells: Any) -> None:
            column = headings(cells).index(heading) + 1
            cells.cell(row, column).value = cells.cell(source_row, column).value

        edit_sheet(folder, name, sheet, change)
        return Planted(f"{Path(name).name}[{sheet}]", row, heading)

    return plant


def rename_heading(name: str, sheet: str, heading: str) -> Plant:
    """Return a fault: a workbook lacks a column."""

    def plant(folder: Path) -> Planted:
        def change(cells: Any) -> None:
            cells.cell(1, headings(cells).index(heading) + 1).value = "其他"

        edit_sheet(folder, name, sheet, change)
        return Planted(f"{Path(name).name}[{sheet}]", None, heading)

    return plant


def rename_sheet(folder: Path) -> Planted:
    book = load_workbook(folder / PLOTS)
    book["样木"].title = "Sheet2"
    book.save(folder / PLOTS)
    return Planted("plots_2020_2025.xlsx", None, "样木")


def keep_headings(name: str, sheet: str) -> Plant:
    """Return a fault: a sheet has headings and no record."""

    def plant(folder: Path) -> Planted:
        edit_sheet(folder, name, sheet, lambda cells: cells.delete_rows(2, cells.max_row))
        return Planted(f"{Path(name).name}[{sheet}]", 1)

    return plant


def second_project(folder: Path) -> Planted:
    def change(cells: Any) -> None:
        cells.append(["P-2", *(cell.value for cell in cells[2][1:])])

    edit_sheet(folder, PROJECT, "项目", change)
    return Planted("project.xlsx[项目]", 3, "项目编号")


def exchange_campaigns(folder: Path) -> Planted:
    """Exchange the years 2020 and 2025 in both sheets."""
    book = load_workbook(folder / PLOTS)
    other = {2020: 2025, 2025: 2020}
    for name in ("样地", "样木"):
        column = headings(book[name]).index("调查年度") + 1
        for cells in book[name].iter_rows(min_row=2, min_col=column, max_col=column):
            cells[0].value = other[cells[0].value]
    book.save(folder / PLOTS)
    return Planted("plots_2020_2025.xlsx[样木]", None, "调查年度")


def edit_text(name: str, line: int, field: str, change: Callable[[str], str]) -> Plant:
    """Return a fault: one line of a text table is changed."""

    def plant(folder: Path) -> Planted:
        lines = (folder / name).read_text("utf-8").split("\n")
        lines[line - 1] = change(lines[line - 1])
        (folder / name).write_text("\n".join(lines), "utf-8")
        return Planted(Path(name).name, line, field)

    return plant


def remove(name: str, named: str | None = None) -> Plant:
    """Return a fault: a file is not there."""

    def plant(folder: Path) -> Planted:
        (folder / name).unlink()
        return Planted(Path(name).name if named is None else named)

    return plant


def edit_layer(
    row: int | None,
    field: str | None,
    change: Callable[[Any, dict[str, Any]], None],
    *,
    crs: str = "EPSG:4547",
    encoding: str = "GBK",
) -> Plant:
    """Return a fault: the layer of parcels is written again with other shapes or attributes."""

    def plant(folder: Path) -> Planted:
        path = folder / PARCELS
        meta, _, wkb, values = pyogrio.raw.read(path, encoding="GBK")
        shapes = shapely.from_wkb(wkb)
        columns = dict(zip(meta["fields"], values, strict=True))
        change(shapes, columns)
        for part in path.parent.iterdir():
            part.unlink()
        pyogrio.raw.write(
            path,
            shapely.to_wkb(shapes),
            list(columns.values()),
            list(columns),
            geometry_type="MultiPolygon",
            crs=crs,
            encoding=encoding,
            driver="ESRI Shapefile",
        )
        path.with_suffix(".cpg").unlink()
        return Planted(path.name, row, field)

    return plant


def set_attribute(row: int, field: str, value: Any) -> Plant:
    def change(_: Any, columns: dict[str, Any]) -> None:
        columns[field][row - 2] = value

    return edit_layer(row, field, change)


def set_shape(row: int, make: Callable[[Any], Any], field: str | None = None) -> Plant:
    def change(shapes: Any, _: dict[str, Any]) -> None:
        shapes[row - 2] = make(shapes[row - 2])

    return edit_layer(row, field, change)


def drop_field(field: str) -> Plant:
    return edit_layer(None, field, lambda _, columns: columns.pop(field))


def repeat_parcel(shapes: Any, columns: dict[str, Any]) -> None:
    for values in columns.values():
        values[5] = values[4]


def bow_tie(shape: Any) -> Any:
    x, y = shape.centroid.coords[0]
    return shapely.Polygon([(x, y), (x + 90, y + 90), (x + 90, y), (x, y + 90)])


def write_as_double_utf_8(_: Any, columns: dict[str, Any]) -> None:
    """Spoil the names as a program does that takes UTF-8 for GBK."""
    columns["XIANGNAME"][:] = [str(v).encode().decode("gb18030", "replace") for v in columns["XIANGNAME"]]


def edit_raster(
    change: Callable[[Any], Any] = lambda values: values,
    *,
    shift_m: float = 0.0,
    name: str = LANDCOVER,
    **profile: Any,
) -> Plant:
    """Return a fault: a raster is written again with other cells, place or declarations."""

    def plant(folder: Path) -> Planted:
        with rasterio.open(folder / name) as dataset:
            values, kept = dataset.read(1), dict(dataset.profile)
        made = change(values)
        moved = Affine.translation(shift_m, 0) @ kept["transform"]
        kept.update(transform=moved, height=made.shape[0], width=made.shape[1])
        (folder / name).unlink()
        with rasterio.open(folder / name, "w", **(kept | profile)) as dataset:
            dataset.write(made, 1)
        return Planted(Path(name).name)

    return plant


def spoil_patch(values: Any) -> Any:
    """Put 255, which no scheme knows, into a patch of the middle."""
    rows, columns = values.shape
    values[rows // 2 : rows // 2 + 12, columns // 2 : columns // 2 + 12] = 255
    return values


def cut_to_one_parcel_less(folder: Path) -> Planted:
    """Cut all rasters so that the parcel that lies farthest east has hardly any cells."""
    _, _, wkb, _ = pyogrio.raw.read(folder / PARCELS, encoding="GBK")
    edge = max(shapely.bounds(shapely.from_wkb(wkb))[:, 0])
    for path in sorted((folder / "landcover").glob("*.tif")):
        with rasterio.open(path) as dataset:
            columns = int((edge - dataset.transform.c) // 30) + 1
        edit_raster(lambda values, keep=columns: values[:, :keep], name=f"landcover/{path.name}")(folder)
    return Planted("landcover_2020.tif")


# --- the cases ------------------------------------------------------------------------------------

DBH, SPECIES, HEIGHT = "胸径(cm)", "树种", "树高(m)"
CASES: dict[str, tuple[str, Plant]] = {
    # a missing file
    "missing plots": ("input-file-missing", remove(PLOTS)),
    "missing parcels": ("input-file-missing", remove(PARCELS)),
    "missing part of the parcels": (
        "layer-part-missing",
        remove("parcels/xiaoban_2025.dbf", "xiaoban_2025.shp"),
    ),
    "missing raster": ("input-file-missing", remove("landcover/landcover_2022.tif")),
    "missing reference sample": ("input-file-missing", remove(REFERENCE)),
    "missing rights": ("input-file-missing", remove(RIGHTS)),
    "missing project": ("input-file-missing", remove(PROJECT)),
    "missing prices": ("input-file-missing", remove(PRICES)),
    # a missing column
    "missing sheet": ("sheet-missing", rename_sheet),
    "missing column of trees": ("column-missing", rename_heading(PLOTS, "样木", DBH)),
    "missing column of plots": ("column-missing", rename_heading(PLOTS, "样地", "样地面积(m2)")),
    "missing column of rights": ("column-missing", rename_heading(RIGHTS, "权利", "份额分母")),
    "missing column of prices": (
        "column-missing",
        lambda folder: Planted(
            edit_text(PRICES, 1, "", lambda text: text.replace("price_cny_per_t", "price"))(folder).file,
            None,
            "price_cny_per_t",
        ),
    ),
    "missing field of parcels": ("layer-field-missing", drop_field("XIAO_BAN")),
    "missing field of strata": ("layer-field-missing", drop_field("YOU_SHI_SZ")),
    # a wrong coordinate system or none
    "parcels of another zone": (
        "crs-not-the-countys",
        edit_layer(None, None, lambda *_: None, crs="EPSG:4548"),
    ),
    "parcels in metres that are called degrees": (
        "crs-wrong",
        edit_layer(None, None, lambda *_: None, crs="EPSG:4490"),
    ),
    "parcels without a system": ("crs-missing", remove("parcels/xiaoban_2025.prj", "xiaoban_2025.shp")),
    "raster of another zone": ("raster-not-covering", edit_raster(crs="EPSG:4548")),
    "raster without a system": ("raster-without-crs", edit_raster(crs=None)),
    # a raster that does not cover the parcels
    "raster of half the county": (
        "raster-parcels-uncovered",
        edit_raster(lambda values: values[:, : values.shape[1] // 2]),
    ),
    "raster of another county": ("raster-not-covering", edit_raster(shift_m=90_000.0)),
    "raster that misses one parcel": ("raster-parcels-uncovered", cut_to_one_parcel_less),
    "raster on other cells": ("rasters-differ", edit_raster(shift_m=15.0)),
    # unset and hidden nodata
    "nodata unset": ("raster-nodata-unset", edit_raster(nodata=None)),
    "nodata hidden inside": ("raster-hidden-nodata", edit_raster(spoil_patch)),
    "nodata declared as another value": ("raster-hidden-nodata", edit_raster(nodata=255)),
    "nodata over parcels": ("raster-parcels-nodata", edit_raster(lambda values: values * (values != 2))),
    # mojibake
    "mojibake in parcels": ("layer-mojibake", set_attribute(4, "XIANGNAME", "锟斤拷锟斤拷")),
    "mojibake by taking UTF-8 for GBK": (
        "layer-mojibake",
        edit_layer(2, "XIANGNAME", write_as_double_utf_8, encoding="GB18030"),
    ),
    "mojibake in a workbook": (
        "text-mojibake",
        set_cell(RIGHTS, "权利人", 3, "权利人名称", "示范\ufffd\ufffd小组"),
    ),
    "mojibake in a text table": (
        "text-mojibake",
        edit_text(PRICES, 5, "venue", lambda text: text.replace("示范交易场所", "锟斤拷锟斤拷")),
    ),
    # duplicated numbers
    "plot number twice": ("plot-duplicated", copy_cell(PLOTS, "样地", 4, "样地号", 3)),
    "tree number twice": ("tree-duplicated", copy_cell(PLOTS, "样木", 3, "样木号", 2)),
    "parcel number twice": ("parcel-id-twice", edit_layer(7, None, repeat_parcel)),
    # negative and absurd readings
    "negative DBH": ("dbh-absurd", set_cell(PLOTS, "样木", 6, DBH, -12.3)),
    "DBH in the wrong unit": ("dbh-absurd", set_cell(PLOTS, "样木", 6, DBH, 412.0)),
    "DBH that is text": ("cell-not-a-number", set_cell(PLOTS, "样木", 6, DBH, "12,5")),
    "no DBH": ("cell-empty", set_cell(PLOTS, "样木", 6, DBH, None)),
    "height of 9999": ("height-absurd", set_cell(PLOTS, "样木", 6, HEIGHT, 9999)),
    "negative plot area": ("plot-area-missing", set_cell(PLOTS, "样地", 6, "样地面积(m2)", -666.67)),
    # unknown species
    "unknown species of a tree": ("species-unknown", set_cell(PLOTS, "样木", 6, SPECIES, "999")),
    "unknown species of a parcel": ("stratum-code-unknown", set_attribute(9, "YOU_SHI_SZ", "999")),
    "unknown stratum of a plot": ("plot-stratum-unknown", set_cell(PLOTS, "样地", 6, "层", "衫木")),
    # invalid and overlapping polygons
    "polygon that crosses itself": ("parcel-invalid", set_shape(8, bow_tie)),
    "polygon that is missing": ("parcel-empty", set_shape(8, lambda _: None)),
    "polygon over its neighbours": ("parcels-overlap", set_shape(8, lambda shape: shape.buffer(15))),
    # papers beside the inventory
    "no trees": ("table-without-rows", keep_headings(PLOTS, "样木")),
    "no project": ("table-without-rows", keep_headings(PROJECT, "项目")),
    "right on an unknown parcel": (
        "record-dangling",
        set_cell(RIGHTS, "权利", 3, "小班号", "430624" + "9" * 15),
    ),
    "right of an unknown holder": ("record-dangling", set_cell(RIGHTS, "权利", 3, "权利人编码", "H999999")),
    "right that ends before it begins": (
        "order-reversed",
        set_cell(RIGHTS, "权利", 3, "终止日期", "1990-01-01"),
    ),
    "shares of more than the whole": ("shares-not-whole", set_cell(RIGHTS, "权利", 2, "份额分子", 7)),
    "share over nothing": ("value-out-of-range", set_cell(RIGHTS, "权利", 2, "份额分母", 0)),
    "holder number twice": ("record-repeated", copy_cell(RIGHTS, "权利人", 3, "权利人编码", 2)),
    "holder of an unknown kind": ("word-unknown", set_cell(RIGHTS, "权利人", 3, "类型", "公司")),
    "project on an unknown parcel": ("record-dangling", set_cell(PROJECT, "地块", 2, "小班号", "1")),
    "project parcel twice": ("record-repeated", copy_cell(PROJECT, "地块", 3, "小班号", 2)),
    "project of an unknown owner": ("record-dangling", set_cell(PROJECT, "项目", 2, "业主编码", "H999999")),
    "project that ends before it begins": (
        "order-reversed",
        set_cell(PROJECT, "项目", 2, "计入期止", "1990-01-01"),
    ),
    "second project": ("project-not-one", second_project),
    "negative price": (
        "value-out-of-range",
        edit_text(PRICES, 3, "price_cny_per_t", lambda text: text.replace(text.split(",")[1], "-70")),
    ),
    "unknown class of a reference point": (
        "word-unknown",
        edit_text(REFERENCE, 3, "reference_class", lambda text: text.replace(text.split(",")[4], "wood")),
    ),
    # a campaign before the other
    "campaigns exchanged": ("campaign-order", exchange_campaigns),
    "campaign year of two digits": ("campaign-year-absurd", set_cell(PLOTS, "样地", 6, "调查年度", 20)),
    "campaign that is still to come": ("campaign-after-day", set_cell(PLOTS, "样地", 6, "调查年度", 2052)),
}


# --- the state before and after ---------------------------------------------------------------------


def state_of(home: Path) -> dict[str, Any]:
    """Return what must not change: the registry's content and size, and every file of a home."""
    with workspace.open_registry(home) as registry:
        found: dict[str, Any] = {"content": content_hash(registry), "rows": row_counts(registry)}
    for path in sorted(home.rglob("*")):
        if path.is_file() and path.name not in UNCOUNTED and not path.name.startswith("registry.sqlite"):
            found[path.relative_to(home).as_posix()] = hashlib.sha256(path.read_bytes()).hexdigest()
    found["folders"] = sorted(str(path) for path in home.rglob("*") if path.is_dir())
    return found


@pytest.fixture(scope="module")
def home(
    tiny_county: Path, tmp_path_factory: pytest.TempPathFactory, plain: Callable[[Any], Chain]
) -> Iterator[Path]:
    """Return a home in which the chain was run on the clean county; at the end it must still verify."""
    folder = tmp_path_factory.mktemp("bad") / "home"
    with pytest.MonkeyPatch.context() as patch:
        plain(patch)("xiangyin.toml", str(tiny_county), str(folder), None, "en")
    yield folder
    with workspace.open_registry(folder) as registry:
        assert verify(registry, folder / "checkpoints") == []


@pytest.fixture(scope="module")
def slim_county(tiny_county: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the county with the trees of its first plots alone: a workbook is slow to write."""
    folder = shutil.copytree(tiny_county, tmp_path_factory.mktemp("slim") / "data")
    book = load_workbook(folder / PLOTS)
    trees = book["样木"]
    kept = [values for values in trees.iter_rows(values_only=True) if values[0] in FEW_PLOTS]
    del book["样木"]
    slim = book.create_sheet("样木")
    for values in kept:
        slim.append(values)
    book.save(folder / PLOTS)
    return folder


@pytest.fixture
def faulty(slim_county: Path, tmp_path: Path) -> Path:
    return shutil.copytree(slim_county, tmp_path / "data")


def refusal(chain: Chain, county: str, data: Path, home: Path) -> Any:
    """Return the error of a run, after proving that nothing was changed by it."""
    before = state_of(home)
    assert before["rows"]["monitoring_dataset"] == 1
    with pytest.raises(Exception) as caught:  # noqa: PT011  (which one is asserted by its rule)
        chain(county, str(data), str(home), None, "en")
    assert state_of(home) == before
    assert hasattr(caught.value, "rule"), repr(caught.value)
    return caught.value


def sayings(error: Any, rule: str, lang: str) -> list[tuple[str, str]]:
    """Return (sentence, way out) of the error and its findings that bear a rule."""
    told = [error, *getattr(error, "findings", ())]
    return [(render(item, lang), render_fix(item, lang)) for item in told if item.rule == rule]


def assert_told(error: Any, rule: str, planted: Planted) -> None:
    for lang, row_words in (("zh-CN", "第{}行"), ("en", "row {}")):
        said = sayings(error, rule, lang)
        assert said, (rule, error, getattr(error, "findings", ()))
        asked = [planted.file, planted.field, planted.row and row_words.format(planted.row)]
        named = [text for text, _ in said if all(part in text for part in asked if part)]
        assert named, (asked, said)
        for text, way_out in said:
            assert way_out
            assert "—" not in text + way_out, "a placeholder was left empty"


@pytest.mark.parametrize(("rule", "plant"), CASES.values(), ids=[name.replace(" ", "-") for name in CASES])
def test_bad_input_is_told_and_changes_nothing(
    plain_chain: Chain, home: Path, faulty: Path, rule: str, plant: Plant
) -> None:
    planted = plant(faulty)
    assert_told(refusal(plain_chain, "xiangyin.toml", faulty, home), rule, planted)


def test_the_copy_itself_is_no_fault(faulty: Path, tmp_path: Path) -> None:
    run = workspace.open_run("xiangyin.toml", data=faulty, home=tmp_path / "home")
    inputs, _ = measuring.read_inputs(run)
    measuring.measure_areas(run, inputs)
    assert len(inputs.inventory.tables["trees"]) > 100
    assert {finding.severity for finding in inputs.findings} <= {"warning", "info"}


@pytest.mark.parametrize(
    ("found", "written", "rule", "row", "field"),
    [
        ("[parcels]", "[parcels]\nencodng = 1", "county-field-unknown", 18, "parcels.encodng"),
        ("year = 2025", "year = 2024", "county-field-order", 47, "landcover #6.year"),
        ('profile = "county-stock-v1"', 'profile = "none"', "profile-unknown", None, "none"),
        ('strata_field = "YOU', 'strata_field = "SZ_YOU', "layer-field-missing", None, "SZ_YOU_SHI_SZ"),
        ('"EPSG:4547"', '"EPSG:45470"', "county-crs-unknown", 7, "county.crs"),
        ('"EPSG:4547"', '"EPSG:4490"', "county-crs-in-degrees", 7, "county.crs"),
        ("[parcels]", '[parcels]\ncrs = "here"', "county-crs-unknown", 18, "parcels.crs"),
        ('"yzt_2020"', '"yzt"', "parcel-scheme-missing", None, "yzt"),
        ('"yzt_2020"', '"yzt_2020"\nencoding = "x"', "layer-encoding-unknown", None, "x"),
        ("2021-01-01", "2026-01-01", "county-field-order", None, "project.period_end"),
    ],
)
def test_a_bad_county_file_is_told_and_changes_nothing(
    plain_chain: Chain,
    home: Path,
    faulty: Path,
    tmp_path: Path,
    found: str,
    written: str,
    rule: str,
    row: int | None,
    field: str,
) -> None:
    text = (workspace.COUNTIES / "xiangyin.toml").read_text("utf-8")
    county = tmp_path / "xiangyin.toml"
    county.write_text(text.replace(found, written, 1), "utf-8")
    error = refusal(plain_chain, str(county), faulty, home)
    file = "xiangyin.toml" if rule.startswith("county") else ""
    assert_told(error, rule, Planted(file, row, field))


def test_several_faults_are_told_together(plain_chain: Chain, home: Path, faulty: Path) -> None:
    for name in ("negative DBH", "unknown species of a parcel", "nodata hidden inside"):
        CASES[name][1](faulty)
    error = refusal(plain_chain, "xiangyin.toml", faulty, home)
    assert error.rule == "inputs-have-errors"
    rules = {finding.rule for finding in error.findings}
    assert rules == {"dbh-absurd", "stratum-code-unknown", "raster-hidden-nodata"}
    assert error.params["count"] == len(error.findings)


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("county", "name", "line", "field", "change", "rule", "named"),
    [
        ("bartlett", "BEF.dat.tsv", 3, 0, lambda fields, before: before[0], "record-repeated", "PLOT_ID2"),
        ("bartlett", "BEF.dat.tsv", 3, "ALLBIO91_KGH", lambda *_: "-5", "value-out-of-range", "ALLBIO91_KGH"),
        ("bighorn", "tables/WYtree.csv", 3, "DIA", lambda *_: "-10.5", "value-out-of-range", "DIA"),
        ("bighorn", "tables/WYtree.csv", 3, "PLT_CN", lambda *_: "1", "record-dangling", "CONDID"),
        ("bighorn", "tables/WYtree.csv", 3, "TREE", lambda _, before: before[3], "record-repeated", "TREE"),
        ("bighorn", "tables/WYplt.csv", 3, "CN", lambda fields, before: before[0], "record-repeated", "CN"),
    ],
)
def test_real_tables_with_a_fault_are_told(
    real_data: Path,
    tmp_path: Path,
    county: str,
    name: str,
    line: int,
    field: Any,
    change: Callable[[list[str], list[str]], str],
    rule: str,
    named: str,
) -> None:
    source = {"bartlett": "bartlett_bef", "bighorn": "fiesta_wyoming"}[county]
    data = shutil.copytree(real_data / source, tmp_path / "data", copy_function=shutil.copyfile)
    for folder in (data, *(path for path in data.rglob("*") if path.is_dir())):
        folder.chmod(0o755)
    file = data / name
    lines = file.read_text("utf-8").splitlines()
    mark = "\t" if file.suffix == ".tsv" else ","
    column = (
        field if isinstance(field, int) else [part.strip('"') for part in lines[0].split(mark)].index(field)
    )
    parts, before = lines[line - 1].split(mark), lines[line - 2].split(mark)
    parts[column] = change(parts, before)
    lines[line - 1] = mark.join(parts)
    file.write_text("\n".join(lines) + "\n", "utf-8")
    run = workspace.open_run(f"{county}.toml", data=data, home=tmp_path / "home")
    with pytest.raises(InputsRefused) as caught:
        measuring.read_inputs(run)
    assert_told(caught.value, rule, Planted(file.name, line, named))
