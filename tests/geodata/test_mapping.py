"""Mapping files say what columns become; what they say wrongly is refused by name."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest

from geodata.errors import TableError
from geodata.mapping import load_mapping

PACKAGED = {
    "equation_table": {"equations"},
    "bartlett": {"plots"},
    "fiadb": {"plots", "conditions", "trees", "assignment", "strata", "unit_areas"},
    "fiadb_tables": {
        "PLOT",
        "COND",
        "TREE",
        "POP_EVAL",
        "POP_EVAL_TYP",
        "POP_ESTN_UNIT",
        "POP_STRATUM",
        "POP_PLOT_STRATUM_ASSGN",
    },
    "forestat_china": {f"{kind}_{year}" for kind in ("plots", "trees") for year in (2005, 2010, 2015)},
    "nfi_workbook": {"parts", "plots", "trees"},
    "nfi_workbook_existing": {"plots"},
    "nfi_workbook_no_area": {"parts", "plots", "trees"},
    "nfi_workbook_prior": {"prior"},
    "plots_and_trees": {"plots", "trees"},
    "price_series": {"prices"},
    "project_workbook": {"project", "parcels"},
    "reference_sample": {"points"},
    "rights_workbook": {"holders", "rights"},
}


def test_the_packaged_mappings_are_these() -> None:
    folder = resources.files("geodata") / "schemes" / "tables"
    assert {file.name.removesuffix(".toml") for file in folder.iterdir()} == set(PACKAGED)


@pytest.mark.parametrize("name", sorted(PACKAGED))
def test_packaged_mappings_are_valid(name: str) -> None:
    tables = load_mapping(name)
    assert set(tables) == PACKAGED[name]
    for table in tables.values():
        headings = [column.headings[0] for column in table.columns]
        assert len(headings) == len(set(headings)), table.name


def test_a_column_is_described_once(tmp_path: Path) -> None:
    path = tmp_path / "m.toml"
    path.write_text(
        '[t]\nsheet = "表"\ndelimiter = ";"\n[t.columns]\n'
        'dbh_cm = { heading = ["胸径(mm)", "dbh"], type = "float", null = "nan", factor = 0.1 }\n'
        'id = { heading = "编号" }\nnote = { optional = true, null = "empty" }\n',
        "utf-8",
    )
    table = load_mapping(path)["t"]
    dbh, identifier, note = table.columns
    assert (table.sheet, table.delimiter) == (("表",), ";")
    assert (dbh.headings, dbh.type, dbh.null, dbh.factor) == (("胸径(mm)", "dbh"), "float", "nan", 0.1)
    assert (identifier.type, identifier.null, identifier.optional) == ("text", "error", False)
    assert (note.headings, note.optional) == (("note",), True)


@pytest.mark.parametrize(
    ("text", "rule", "field"),
    [
        ("[t]\nshet = 'x'\n[t.columns]\na = {}\n", "mapping-invalid", "t"),
        ("[t]\n", "mapping-invalid", "t"),
        ("[t.columns]\na = { heding = 'x' }\n", "mapping-invalid", "t.a"),
        ("[t.columns]\na = { type = 'number' }\n", "mapping-invalid", "t.a"),
        ("[t.columns]\na = { null = 'skip' }\n", "mapping-invalid", "t.a"),
        ("[t.columns\n", "mapping-invalid", "-"),
    ],
)
def test_what_is_wrong_in_a_mapping_is_named(tmp_path: Path, text: str, rule: str, field: str) -> None:
    path = tmp_path / "m.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(TableError) as caught:
        load_mapping(path)
    assert (caught.value.rule, caught.value.params["field"]) == (rule, field)


@pytest.mark.parametrize("name", ["no_such_mapping", "no/such/file.toml"])
def test_a_mapping_that_is_missing_is_named(name: str) -> None:
    with pytest.raises(TableError, match="mapping-missing"):
        load_mapping(name)


def test_a_declared_encoding_is_one_we_know(tmp_path: Path) -> None:
    text = '[notes]\nencoding = "{}"\n[notes.columns.note]\ntype = "text"\n'
    path = tmp_path / "notes.toml"
    path.write_text(text.format("latin-1"), "utf-8")
    assert load_mapping(path)["notes"].encoding == "latin-1"
    path.write_text(text.format("guess"), "utf-8")
    with pytest.raises(TableError, match=r"notes\.encoding"):
        load_mapping(path)


def test_a_table_extends_another_and_recodes(tmp_path: Path) -> None:
    path = tmp_path / "m.toml"
    path.write_text(
        '[a]\nfile = "a.csv"\n[a.columns]\nsp = { heading = "S", type = "code" }\n'
        'year = { value = "2005", type = "integer" }\n'
        '[b]\nextends = "a"\nfile = "b.csv"\n[b.columns]\nsp = { recode = { "412" = "410" } }\n'
        'year = { value = "2010" }\n',
        "utf-8",
    )
    tables = load_mapping(path)
    assert (tables["a"].file, tables["b"].file) == ("a.csv", "b.csv")
    sp, year = tables["b"].columns
    assert (sp.headings, sp.type, sp.recode) == (("S",), "code", {"412": "410"})
    assert (year.type, year.value) == ("integer", "2010")
    assert tables["a"].columns[0].recode == {}
    for wrong in (
        '[b]\nextends = "c"\n',
        '[a.columns]\nx = {}\n[b]\nextends = "a"\n[c]\nextends = "b"\n',
        '[a.columns]\nx = { type = "float", recode = { "1" = "2" } }\n',
    ):
        path.write_text(wrong, "utf-8")
        with pytest.raises(TableError, match="mapping-invalid"):
            load_mapping(path)
