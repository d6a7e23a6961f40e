"""FIADB tables as folder and as SQLite file: what is found, what is read, what is refused by name."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from geodata.errors import TableError
from geodata.fiadb import (
    Evaluation,
    choose_evaluation,
    open_fiadb,
    read_evaluations,
    read_population,
    read_rows,
)
from geodata.fiadb.columns import typed_columns
from geodata.fiadb.files import whole_numbers
from tests.wyoming_fiadb import write_database, write_folder

Rows = list[dict[str, Any]]
Tables = dict[str, Rows]


@pytest.fixture
def tables() -> Tables:
    """Two evaluations of four plots; the second has the first two of them."""
    plots = ["100000000000001", "100000000000002", "100000000000003", "100000000000004"]
    return {
        "PLOT": [{"CN": cn, "PLOT_STATUS_CD": 1, "ELEV": 100.5 if n else None} for n, cn in enumerate(plots)],
        "COND": [
            {"PLT_CN": cn, "CONDID": 1, "COND_STATUS_CD": 1, "CONDPROP_UNADJ": 1.0, "OWNER": f"o{n}"}
            for n, cn in enumerate(plots)
        ],
        "TREE": [
            {"CN": f"T{n}", "PLT_CN": cn, "CONDID": 1, "STATUSCD": 1, "TPA_UNADJ": 6.0, "DIA": 10 + n}
            for n, cn in enumerate([*plots, plots[0]])
        ],
        "POP_EVAL": [
            {
                "CN": "e1",
                "EVALID": 561301,
                "EVAL_DESCR": "WYOMING, volume",
                "START_INVYR": 2011,
                "END_INVYR": 2013,
            },
            {"CN": "e2", "EVALID": 561300, "EVAL_DESCR": "", "START_INVYR": None, "END_INVYR": None},
        ],
        "POP_EVAL_TYP": [
            {"EVAL_CN": "e1", "EVAL_TYP": "EXPVOL"},
            {"EVAL_CN": "e1", "EVAL_TYP": "EXPCURR"},
        ],
        "POP_ESTN_UNIT": [
            {"EVALID": number, "ESTN_UNIT": 1, "AREA_USED": 1000.0, "P1PNTCNT_EU": 50}
            for number in (561301, 561300)
        ],
        "POP_STRATUM": [
            {"EVALID": number, "ESTN_UNIT": 1, "STRATUMCD": 1, "P1POINTCNT": 50, "P2POINTCNT": 4}
            for number in (561301, 561300)
        ],
        "POP_PLOT_STRATUM_ASSGN": [
            {"PLT_CN": cn, "EVALID": number, "ESTN_UNIT": 1, "STRATUMCD": 1}
            for number, members in ((561301, plots), (561300, plots[:2]))
            for cn in members
        ],
    }


Make = Callable[..., Path]


def write_parquet(tables: Tables, folder: Path) -> Path:
    folder.mkdir()
    for name, rows in tables.items():
        parquet.write_table(pa.Table.from_pylist(rows), folder / f"WY_{name}.parquet")
    return folder


@pytest.fixture(params=["csv", "lower", "parquet", "sqlite"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    def call(tables: Tables) -> Path:
        if request.param == "sqlite":
            return write_database(tables, tmp_path / "fia.db")
        if request.param == "parquet":
            return write_parquet(tables, tmp_path / "parquet")
        lower = request.param == "lower"
        return write_folder(tables, tmp_path / "csv", prefix="" if lower else "wy_", lower=lower)

    return call


def test_tables_are_found(make: Make, tables: Tables) -> None:
    fiadb = open_fiadb(make(tables))
    assert set(fiadb.tables) == set(tables)
    assert fiadb.columns("PLOT") == ("CN", "PLOT_STATUS_CD", "ELEV")
    assert fiadb.columns("SEEDLING") == ()


def test_rows_of_an_evaluation(make: Make, tables: Tables) -> None:
    fiadb = open_fiadb(make(tables))
    assigned = read_population(fiadb, "POP_PLOT_STRATUM_ASSGN", 561300)
    plots = assigned["plt_cn"]
    assert plots.astype(str).tolist() == ["100000000000001", "100000000000002"]
    trees = read_rows(fiadb, "TREE", ["PLT_CN", "DIA"], evalid=561300, plots=plots)
    assert sorted(zip(trees["plt_cn"].astype(str), trees["dia"].tolist(), strict=True)) == [
        ("100000000000001", 10.0),
        ("100000000000001", 14.0),
        ("100000000000002", 11.0),
    ]
    assert set(trees) == {"plt_cn", "dia"}
    plot = read_rows(fiadb, "PLOT", ["PLOT_STATUS_CD", "ELEV"], evalid=561300, plots=plots)
    assert np.isnan(plot["elev"][0])
    assert plot["elev"][1] == 100.5
    owner = read_rows(fiadb, "COND", ["OWNER"], evalid=561300, plots=plots)["owner"]
    assert owner.tolist() == ["o0", "o1"]


def test_identifiers_with_leading_zeros_or_letters_stay_text(make: Make, tables: Tables) -> None:
    for name, column in (("PLOT", "CN"), ("POP_PLOT_STRATUM_ASSGN", "PLT_CN"), ("TREE", "PLT_CN")):
        for row in tables[name]:
            row[column] = row[column].replace("10000000000000", "00")
    fiadb = open_fiadb(make(tables))
    plots = read_population(fiadb, "POP_PLOT_STRATUM_ASSGN", 561300)["plt_cn"]
    assert plots.tolist() == ["001", "002"]
    found = read_rows(fiadb, "TREE", ["DIA"], evalid=561300, plots=plots)
    assert sorted(found["plt_cn"].tolist()) == ["001", "001", "002"]


def test_an_evaluation_without_plots_has_no_rows(make: Make, tables: Tables) -> None:
    fiadb = open_fiadb(make(tables))
    found = read_rows(fiadb, "TREE", ["DIA"], evalid=1, plots=[])
    assert {name: values.size for name, values in found.items()} == {"plt_cn": 0, "dia": 0}


def test_plots_of_both_kinds_are_kept(make: Make, tables: Tables) -> None:
    """One plot's name is no number: the numbers among the others count all the same."""
    for name, column in (("PLOT", "CN"), ("POP_PLOT_STRATUM_ASSGN", "PLT_CN")):
        for row in tables[name]:
            row[column] = row[column].replace("100000000000004", "P4")
    fiadb = open_fiadb(make(tables))
    plots = read_population(fiadb, "POP_PLOT_STRATUM_ASSGN", 561301)["plt_cn"]
    assert "P4" in plots.tolist()
    assert read_rows(fiadb, "TREE", ["DIA"], evalid=561301, plots=plots)["dia"].size == 4


def test_progress_is_told(make: Make, tables: Tables) -> None:
    seen: list[tuple[int, int | None]] = []
    fiadb = open_fiadb(make(tables))
    plots = [row["CN"] for row in tables["PLOT"]]
    read_rows(
        fiadb, "TREE", ["DIA"], evalid=561301, plots=plots, progress=lambda done, of: seen.append((done, of))
    )
    assert sum(done for done, _ in seen) > 0


def test_evaluations_and_their_types(make: Make, tables: Tables) -> None:
    found = read_evaluations(open_fiadb(make(tables)))
    assert found == (
        Evaluation(561300, "", None, None, ()),
        Evaluation(561301, "WYOMING, volume", 2011, 2013, ("EXPCURR", "EXPVOL")),
    )
    assert found[1].label == "561301 WYOMING, volume EXPCURR+EXPVOL"


def test_evaluations_of_strata_where_there_is_no_list(make: Make, tables: Tables) -> None:
    del tables["POP_EVAL"], tables["POP_EVAL_TYP"]
    assert [item.evalid for item in read_evaluations(open_fiadb(make(tables)))] == [561300, 561301]


def test_which_evaluation_is_never_guessed() -> None:
    one, two = (Evaluation(number, "", None, None, ()) for number in (561300, 561301))
    assert choose_evaluation([one], None) is one
    assert choose_evaluation([one, two], 561301) is two
    with pytest.raises(TableError, match="fiadb-evaluation-ambiguous: count=2; evaluations=561300; 561301"):
        choose_evaluation([one, two], None)
    with pytest.raises(TableError, match="fiadb-evaluation-unknown: evalid=7; evaluations=561300; 561301"):
        choose_evaluation([one, two], 7)
    with pytest.raises(TableError, match="fiadb-evaluation-twice: evalid=561300; count=2"):
        choose_evaluation([one, one], 561300)
    with pytest.raises(TableError, match="fiadb-evaluation-none"):
        choose_evaluation([], None)


def test_a_missing_table_is_named(make: Make, tables: Tables) -> None:
    del tables["POP_STRATUM"]
    fiadb = open_fiadb(make(tables))
    with pytest.raises(TableError, match="fiadb-table-missing: table=POP_STRATUM"):
        read_population(fiadb, "POP_STRATUM", 561301)


def test_a_missing_column_is_named(make: Make, tables: Tables) -> None:
    for row in tables["POP_ESTN_UNIT"]:
        del row["AREA_USED"]
    fiadb = open_fiadb(make(tables))
    with pytest.raises(TableError, match="fiadb-column-missing: table=POP_ESTN_UNIT; field=AREA_USED"):
        read_population(fiadb, "POP_ESTN_UNIT", 561301)


def test_a_declared_number_that_is_none(make: Make, tables: Tables) -> None:
    for row in tables["TREE"]:
        row["DIA"] = str(row["DIA"])
    tables["TREE"][2]["DIA"] = "thick"
    fiadb = open_fiadb(make(tables))
    with pytest.raises(TableError, match="fiadb-value-unreadable: table=TREE; field=DIA; value=thick"):
        read_rows(fiadb, "TREE", ["DIA"], evalid=561301, plots=[row["CN"] for row in tables["PLOT"]])


def test_a_null_that_the_rules_need(make: Make, tables: Tables) -> None:
    tables["COND"][1]["COND_STATUS_CD"] = None
    fiadb = open_fiadb(make(tables))
    with pytest.raises(TableError, match="fiadb-value-missing: table=COND; field=COND_STATUS_CD; count=1"):
        read_rows(
            fiadb, "COND", ["COND_STATUS_CD"], evalid=561301, plots=[row["CN"] for row in tables["PLOT"]]
        )


def test_a_table_that_is_there_twice(tmp_path: Path, tables: Tables) -> None:
    write_folder(tables, tmp_path, prefix="WY_")
    write_folder({"PLOT": tables["PLOT"]}, tmp_path, prefix="UT_")
    with pytest.raises(
        TableError, match=r"fiadb-table-twice: table=PLOT; .*first=UT_PLOT.csv; second=WY_PLOT.csv"
    ):
        open_fiadb(tmp_path)


def test_what_is_no_fiadb(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="fiadb-not-there"):
        open_fiadb(tmp_path / "nowhere")
    text = tmp_path / "PLOT.csv"
    text.write_text("CN\n1\n", "utf-8")
    with pytest.raises(TableError, match=r"fiadb-not-a-database: path=PLOT.csv"):
        open_fiadb(text)
    broken = tmp_path / "x.db"
    broken.write_bytes(b"SQLite format 3\x00" + b"nonsense" * 100)
    with pytest.raises(TableError, match="fiadb-unreadable"):
        open_fiadb(broken)
    (tmp_path / "TREE.parquet").write_bytes(b"nonsense" * 10)
    with pytest.raises(TableError, match="fiadb-unreadable"):
        open_fiadb(tmp_path)
    (tmp_path / "COND.csv").write_bytes(b"\xff\xfe\x00\x00\xd8\x00,PLT_CN\n")
    with pytest.raises(TableError, match="text-encoding-unknown"):
        open_fiadb(tmp_path)


def test_a_damaged_csv_is_refused(tmp_path: Path, tables: Tables) -> None:
    write_folder(tables, tmp_path)
    with (tmp_path / "WY_TREE.csv").open("a", encoding="utf-8") as file:
        file.write("T9,1\n")
    with pytest.raises(TableError, match=r"fiadb-unreadable: .*table=WY_TREE.csv"):
        read_rows(open_fiadb(tmp_path), "TREE", ["DIA"], evalid=561301, plots=["1"])


def test_only_the_columns_asked_for_are_read(tmp_path: Path, tables: Tables) -> None:
    """A view that fails on any other column proves it: the database would have to compute it."""
    path = write_database(tables, tmp_path / "fia.db")
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("ALTER TABLE TREE RENAME TO TREE_ROWS")
        database.execute(
            "CREATE VIEW TREE AS SELECT PLT_CN, DIA, abs(-9223372036854775807 - 1) AS NOISE FROM TREE_ROWS"
        )
    fiadb = open_fiadb(path)
    plots = [row["CN"] for row in tables["PLOT"]]
    assert read_rows(fiadb, "TREE", ["DIA"], evalid=561301, plots=plots)["dia"].size == 5
    with pytest.raises(TableError, match="fiadb-unreadable"):
        read_rows(fiadb, "TREE", ["NOISE"], evalid=561301, plots=plots)


def test_the_file_is_only_read(tmp_path: Path, tables: Tables) -> None:
    path = write_database(tables, tmp_path / "fia 1#2.db")
    before = path.read_bytes()
    assert len(read_evaluations(open_fiadb(path))) == 2
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["fia 1#2.db"]


@pytest.mark.parametrize(
    ("values", "numbers"),
    [
        (["12", "7"], [12, 7]),
        (["12", "07"], None),
        (["12", "-7"], None),
        (["12", "+7"], None),
        (["12", " 7"], None),
        (["12", "0x7"], None),
        (["12", "7.0"], None),
        (["12", None], None),
        (["12", "99999999999999999999"], None),
        ([12, 7], [12, 7]),
        ([12.0, 7.0], [12, 7]),
        ([12.5, 7.0], None),
    ],
)
def test_identifiers_that_are_their_number(values: list[Any], numbers: list[int] | None) -> None:
    found = whole_numbers(pa.chunked_array([pa.array(values)]))
    assert (None if found is None else found.to_pylist()) == numbers


def test_cells_become_what_they_are() -> None:
    found = typed_columns(
        "TREE",
        {
            "PLT_CN": [100000000000001, 5.0, "7"],
            "DIA": ["1.5", None, 2],
            "NOTE": ["a", None, " b "],
            "CLASS": ["1", "", "NA"],
            "PROP": np.array([1.0, np.nan, 2.0]),
        },
    )
    assert found["plt_cn"].tolist() == ["100000000000001", "5", "7"]
    assert np.array_equal(found["dia"], [1.5, np.nan, 2.0], equal_nan=True)
    assert found["note"].tolist() == ["a", "", "b"]
    assert np.array_equal(found["class"], [1.0, np.nan, np.nan], equal_nan=True)
    assert np.array_equal(found["prop"], [1.0, np.nan, 2.0], equal_nan=True)


def test_blocks_of_a_large_file_may_differ(
    tmp_path: Path, tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some blocks have numbers for plots, one the name of a plot of another evaluation."""
    tables["TREE"][2]["PLT_CN"] = "P9"
    monkeypatch.setattr("geodata.fiadb.files.LARGE_BYTES", 0)
    monkeypatch.setattr("geodata.fiadb.files.BLOCK_ROWS", 1)
    plots = [row["CN"] for row in tables["PLOT"]]
    for folder in (write_parquet(tables, tmp_path / "parquet"), write_folder(tables, tmp_path / "csv")):
        found = read_rows(open_fiadb(folder), "TREE", ["DIA"], evalid=561301, plots=plots)
        assert found["plt_cn"].astype(str).tolist() == [plots[0], plots[1], plots[3], plots[0]]
        assert found["dia"].tolist() == [10.0, 11.0, 13.0, 14.0]
