"""Cells come from workbooks, texts and databases with the row they have in the person's file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from openpyxl import Workbook

from geodata import sheets
from geodata.errors import TableError
from geodata.sheets import decode_text, read_sheet
from geodata.workbooks import write_workbook

Writer = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Writer:
    def make(content: bytes | str, name: str = "t.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return make


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    book = Workbook()
    book.worksheets[0].title = "说明"
    book.worksheets[0]["A1"] = "simulated data / 模拟数据"
    sheet = book.create_sheet("样地")
    for row, cells in {3: ["样地号", "年度"], 4: ["0012", 2020], 6: ["0013", None]}.items():
        for column, cell in enumerate(cells, start=2):
            sheet.cell(row, column, cell)
    path = tmp_path / "plots.xlsx"
    book.save(path)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_chinese_text_is_read_in_the_encodings_bureaus_use(write: Writer, encoding: str) -> None:
    sheet = read_sheet(write("样地号,备注\n0012,杉木\n", encoding=encoding))
    assert sheet.headings == ("样地号", "备注")
    assert sheet.rows == ((2, ("0012", "杉木")),)


def test_rows_of_a_workbook_are_those_the_person_sees(workbook: Path) -> None:
    sheet = read_sheet(workbook, "样地")
    assert sheet.source == "plots.xlsx[样地]"
    assert sheet.headings == ("样地号", "年度")
    assert [(row, cells[0]) for row, cells in sheet.rows] == [(4, "0012"), (6, "0013")]


def test_rows_of_a_text_count_empty_lines_and_lines_within_quotes(write: Writer) -> None:
    sheet = read_sheet(write('id,note\n\n1,"two\nlines"\n,\n2,x\n'))
    assert [row for row, _ in sheet.rows] == [3, 6]


def test_a_tab_separates_tsv_and_another_sign_where_it_is_said(write: Writer) -> None:
    assert read_sheet(write("a\tb\n1\t2\n", "t.tsv")).headings == ("a", "b")
    assert read_sheet(write("a;b\n1;2\n"), delimiter=";").headings == ("a", "b")


def test_a_database_table_is_read(tmp_path: Path) -> None:
    path = tmp_path / "t.sqlite"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE plots (id TEXT, year INTEGER)")
        connection.execute("INSERT INTO plots VALUES ('0012', 2020)")
    sheet = read_sheet(path, "plots")
    assert (sheet.source, sheet.headings, sheet.rows) == (
        "t.sqlite[plots]",
        ("id", "year"),
        ((1, ("0012", 2020)),),
    )
    with pytest.raises(TableError, match="sheet-missing"):
        read_sheet(path, "plots; DROP TABLE plots")


def test_a_missing_sheet_names_those_there_are(workbook: Path) -> None:
    with pytest.raises(TableError, match=r"sheet-missing: file=plots\.xlsx; sheet=样木; sheets=说明, 样地"):
        read_sheet(workbook, "样木")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="table-file-missing: file=no"):
        read_sheet(tmp_path / "no.csv")


@pytest.mark.parametrize(
    ("content", "name", "rule"),
    [
        (b"", "t.csv", "table-empty"),
        (b"\n , \n", "t.csv", "table-empty"),
        (b"not a workbook", "t.xlsx", "workbook-unreadable"),
        (b"not a database, long enough to be looked at" * 40, "t.sqlite", "database-unreadable"),
        (b"a,b\n\xff\xff\xff,1\n", "t.csv", "text-encoding-unknown"),
        ("名,b\n1,2\n".encode("utf-16"), "t.csv", "text-encoding-unknown"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(write: Writer, content: bytes, name: str, rule: str) -> None:
    with pytest.raises(TableError) as caught:
        read_sheet(write(content, name))
    assert caught.value.rule == rule


@pytest.mark.parametrize("spoilt", ["锟斤拷锟斤拷", "示范\ufffd\ufffd", "烫烫烫"])
def test_spoilt_text_is_refused_with_its_row_and_field(write: Writer, tmp_path: Path, spoilt: str) -> None:
    write_workbook(tmp_path / "t.xlsx", {"样地": [["样地号", "备注"], ["0001", ""], ["0002", spoilt]]})
    with closing(sqlite3.connect(tmp_path / "t.db")) as database:
        database.execute("CREATE TABLE t (plot TEXT, note TEXT)")
        database.execute("INSERT INTO t VALUES ('0001', ?)", (spoilt,))
        database.commit()
    for path, source, row, field in (
        (write(f"plot,note\n\n0001,{spoilt}\n"), "t.csv", 3, "note"),
        (tmp_path / "t.xlsx", "t.xlsx[样地]", 3, "备注"),
        (tmp_path / "t.db", "t.db[t]", 1, "note"),
    ):
        with pytest.raises(TableError) as caught:
            read_sheet(path)
        assert caught.value.rule == "text-mojibake"
        assert caught.value.params == {"source": source, "row": row, "field": field, "value": spoilt}


def test_a_spoilt_heading_is_refused(write: Writer) -> None:
    with pytest.raises(TableError, match=r"text-mojibake: source=t\.csv; row=1; field=锟斤拷"):
        read_sheet(write("a,锟斤拷\n1,2\n"))


def test_a_cell_beyond_all_measure_is_refused(write: Writer) -> None:
    with pytest.raises(TableError, match=r"text-unreadable: file=t\.csv; row=2"):
        read_sheet(write("a\n" + "x" * 200_000 + "\n"))


def test_a_file_that_is_too_large_is_refused(write: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MAX_BYTES", 1024 * 1024)
    with pytest.raises(TableError, match=r"table-file-too-large: .*limit_mb=1"):
        read_sheet(write(b"a\n" + b"1\n" * 600_000))


def test_text_that_is_utf_8_is_never_taken_for_gb18030() -> None:
    assert decode_text("马尾松".encode(), "t.csv") == "马尾松"
    assert decode_text("马尾松".encode("gb18030"), "t.csv") == "马尾松"


def test_a_declared_encoding_counts_for_a_file_that_proves_none(tmp_path: Path) -> None:
    path = tmp_path / "places.csv"
    path.write_bytes("place,note\n45°30' N,é!\n".encode("latin-1"))
    with pytest.raises(TableError, match="text-encoding-unknown"):
        read_sheet(path)
    assert read_sheet(path, encoding="latin-1").rows[0][1] == ("45°30' N", "é!")
    with pytest.raises(TableError, match="text-encoding-unknown"):
        read_sheet(path, encoding="utf-8")


def test_the_first_named_sheet_that_is_there_counts(tmp_path: Path) -> None:
    from geodata.workbooks import write_workbook  # noqa: PLC0415

    path = tmp_path / "w.xlsx"
    write_workbook(path, {"other": [["a"], [1]], "plots": [["b"], [2]]})
    assert read_sheet(path, ("样地", "plots")).headings == ("b",)
    assert read_sheet(path).headings == ("a",)
    with pytest.raises(TableError, match=r"sheet-missing.*sheet=样地 / trees"):
        read_sheet(path, ("样地", "trees"))
