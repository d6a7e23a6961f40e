"""Write workbooks that a spreadsheet program opens, byte for byte the same each time."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Final

EPOCH: Final = datetime(2026, 1, 1, tzinfo=UTC)
Cells = Sequence[Sequence[Any]]


def write_workbook(path: Path, sheets: Mapping[str, Cells]) -> None:
    """Write sheets of cells, the first row of each as its headings.

    Parameters
    ----------
    path
        Where the ``.xlsx`` goes.
    sheets
        Name -> rows of cells (text, numbers, dates, None).
    """
    from openpyxl import Workbook  # noqa: PLC0415 - slow to import
    from openpyxl.styles import Font  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for cells in rows:
            sheet.append(list(cells))
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        sheet.freeze_panes = "A2"
        for column in range(1, sheet.max_column + 1):
            sheet.column_dimensions[get_column_letter(column)].width = 16
    book.properties.created = book.properties.modified = EPOCH.replace(tzinfo=None)
    buffer = BytesIO()
    book.save(buffer)
    write_stable(path, buffer)


def write_stable(path: Path, buffer: BytesIO) -> None:
    """Write the archive again with fixed times, so that the same cells give the same bytes."""
    stamp = EPOCH.timetuple()[:6]
    with zipfile.ZipFile(buffer) as made, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(made.namelist()):
            content = made.read(name)
            if name == "docProps/core.xml":
                content = _fixed_times(content)
            target.writestr(zipfile.ZipInfo(name, stamp), content, zipfile.ZIP_DEFLATED)


def _fixed_times(content: bytes) -> bytes:
    import re  # noqa: PLC0415 - needed here only

    text = EPOCH.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    return re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>" + text, content)
