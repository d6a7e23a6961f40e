"""A copy of a person's own workbook in which each finding is marked at its cell.

The copy keeps the person's formatting: the file is loaded, cells get a fill and a note, one sheet is added,
and it is written under another name. The original is only read. A table that is no ``.xlsx`` (CSV, ``.xls``,
``.ods``) becomes a plain workbook with its cells, marked in the same way. Pictures and charts of the original
are not carried over by the library that writes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Final, Literal

from geodata.errors import TableError
from geodata.sheets import read_sheet
from geodata.workbooks import EPOCH, write_stable

FINDINGS_SHEET: Final = "检查结果 Findings"
"""Name of the sheet that lists the findings."""
AUTHOR: Final = "tanhui"
_FILLS: Final = {"error": "FFF4B6AE", "warning": "FFFBE3A6", "info": "FFD6E6F2"}
_GRAVITY: Final = ("error", "warning", "info")
_WIDTHS: Final = (6, 10, 14, 8, 12, 12, 10, 70, 50, 70, 50)
_MARKABLE: Final = (".xlsx", ".xlsm")
MAX_NOTE: Final = 1500
"""Longest note at a cell [letter]."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A finding as it is shown."""

    source: str
    """File name, with ``[sheet]`` where there is one."""
    row: int | None
    """Row in the file, headings counted."""
    field: str | None
    """Heading of the column."""
    severity: Literal["error", "warning", "info"]
    """How grave it is."""
    note: str
    """What the note at the cell says."""
    cells: Sequence[Any]
    """Severity, sheet, row, column, plot, tree and the sentences, for the list."""


def write_marked(
    sources: Sequence[tuple[Path, str | Sequence[str]]],
    target: Path,
    marks: Iterable[Mark],
    headings: Sequence[str],
) -> Path:
    """Write the marked copy.

    Parameters
    ----------
    sources
        (file, its sheet) of each table; a workbook may stand here more than once.
    target
        Where the copy goes; it must not be one of the sources.
    marks
        What is marked and listed.
    headings
        Headings of the list.

    Raises
    ------
    TableError
        The copy would overwrite a source, or a source cannot be read.
    """
    if any(target.resolve() == path.resolve() for path, _ in sources):
        raise TableError("marked-over-source", file=target.name)
    chosen = list(marks)
    book = _load(sources)
    for (sheet, row, column), found in _by_cell(book, chosen).items():
        _mark(book[sheet].cell(row, column), found)
    _list(book, chosen, headings)
    book.properties.modified = EPOCH.replace(tzinfo=None)
    buffer = BytesIO()
    book.save(buffer)
    target.parent.mkdir(parents=True, exist_ok=True)
    write_stable(target, buffer)
    return target


def _load(sources: Sequence[tuple[Path, str | Sequence[str]]]) -> Any:
    from openpyxl import Workbook, load_workbook  # noqa: PLC0415 - slow to import
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    first = sources[0][0]
    if first.suffix.lower() in _MARKABLE and all(path == first for path, _ in sources):
        try:
            return load_workbook(first, keep_vba=first.suffix.lower() == ".xlsm")
        except (InvalidFileException, KeyError, OSError, ValueError) as error:
            raise TableError("workbook-unreadable", file=first.name, reason=str(error)) from error
    book = Workbook()
    book.remove(book.worksheets[0])
    for path, sheet in sources:
        read = read_sheet(path, sheet)
        page = book.create_sheet(_sheet_title(read.source))
        for column, heading in enumerate(read.headings, start=1):
            page.cell(read.heading_row or 1, column, heading)
        for row, cells in read.rows:
            for column, value in enumerate(cells, start=1):
                _plain(page.cell(row, column, value))
    return book


def _plain(cell: Any) -> None:
    """Keep text that looks like a formula from becoming one."""
    if cell.data_type == "f":
        cell.data_type = "s"


def _sheet_title(source: str) -> str:
    """Return the sheet that a source stands in; of a text file a name made from the file's.

    >>> _sheet_title("plots.xlsx[样地]"), _sheet_title("trees:2020.csv")
    ('样地', 'trees_2020')
    """
    found = re.search(r"\[([^\]]+)\]$", source)
    return found.group(1) if found else re.sub(r"[\[\]:*?/\\]", "_", Path(source).stem)[:31]


def _by_cell(book: Any, marks: Sequence[Mark]) -> dict[tuple[str, int, int], list[Mark]]:
    """Return the marks of each cell; those of no cell are only listed."""
    headings = {sheet.title: _headings(sheet) for sheet in book.worksheets}
    found: dict[tuple[str, int, int], list[Mark]] = {}
    for mark in marks:
        sheet = _sheet_title(mark.source)
        if mark.row is None or sheet not in headings:
            continue
        column = headings[sheet].get(mark.field or "", 1)
        found.setdefault((sheet, mark.row, column), []).append(mark)
    return found


def _headings(sheet: Any) -> dict[str, int]:
    """Return heading -> column of a sheet: its first row that is not empty."""
    for cells in sheet.iter_rows():
        named = {str(cell.value).strip(): cell.column for cell in cells if cell.value is not None}
        if any(named):
            return named
    return {}


def _mark(cell: Any, marks: Sequence[Mark]) -> None:
    from openpyxl.cell.cell import MergedCell  # noqa: PLC0415 - slow to import
    from openpyxl.comments import Comment  # noqa: PLC0415
    from openpyxl.styles import PatternFill  # noqa: PLC0415

    if isinstance(cell, MergedCell):
        return
    worst = min(marks, key=lambda mark: _GRAVITY.index(mark.severity)).severity
    cell.fill = PatternFill("solid", start_color=_FILLS[worst], end_color=_FILLS[worst])
    said = "\n\n".join(mark.note for mark in marks)
    before = f"{cell.comment.text}\n\n" if cell.comment else ""
    note = Comment((before + said)[:MAX_NOTE], AUTHOR)
    note.width, note.height = 380, min(60 + 22 * (before + said).count("\n") + len(said) // 2, 420)
    cell.comment = note


def _list(book: Any, marks: Sequence[Mark], headings: Sequence[str]) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill  # noqa: PLC0415 - slow to import
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    locked = book.security.lockStructure if book.security else None
    if FINDINGS_SHEET in book.sheetnames:
        book.remove(book[FINDINGS_SHEET])
    page = book.create_sheet(FINDINGS_SHEET)
    page.append(list(headings))
    for cell in page[1]:
        cell.font = Font(bold=True)
    known = {sheet.title: _headings(sheet) for sheet in book.worksheets}
    for number, mark in enumerate(marks, start=1):
        page.append([number, *mark.cells])
        row, sheet = page.max_row, _sheet_title(mark.source)
        page.cell(row, 2).fill = PatternFill("solid", start_color=_FILLS[mark.severity])
        if mark.row is not None and sheet in known:
            letter = get_column_letter(known[sheet].get(mark.field or "", 1))
            link = page.cell(row, 4)
            link.hyperlink = f"#'{sheet}'!{letter}{mark.row}"
            link.font = Font(color="FF0563C1", underline="single")
        for cell in page[row]:
            _plain(cell)
        for cell in page[row][7:]:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for place, width in enumerate(_WIDTHS[: len(headings)], start=1):
        page.column_dimensions[get_column_letter(place)].width = width
    page.freeze_panes = "A2"
    page.auto_filter.ref = page.dimensions
    book.active = book.sheetnames.index(FINDINGS_SHEET)
    for sheet in book.worksheets:
        sheet.sheet_view.tabSelected = sheet.title == FINDINGS_SHEET
    if locked:
        book.security.lockStructure = locked
