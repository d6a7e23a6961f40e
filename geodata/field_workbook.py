"""The workbook a crew fills in: headings as the import reads them, cells that refuse what cannot be.

Plots are filled in already; every other cell is open, the headings and the sheets are locked (without a
password: against slips, not against people). What a cell takes stands beside it in both languages when it is
chosen. A diameter beyond the plausible range of its species is not refused but turns orange: it may be right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from geodata.mapping import ColumnMapping, load_mapping
from geodata.workbooks import EPOCH, write_stable

STATUSES: Final = ("活立木", "枯死", "采伐", "进界")
"""Words for the state of a tree, as the import knows them."""
LAST_ROW: Final = 20_000
"""Down to this row cells are checked while they are typed."""
SPECIES_SHEET: Final = "树种"
HELP_SHEET: Final = "说明"
_WIDTHS: Final[Mapping[str, float]] = {"parcel_id": 24, "note": 30, "x_m": 14, "y_m": 14}
_TEXT: Final = frozenset({"plot_id", "tree_id", "species_code", "parcel_id", "stratum", "team", "part_id"})
_GREEN, _GREY, _ORANGE = "FF2F6B52", "FFE6E8E7", "FFF6D9A8"


@dataclass(frozen=True, slots=True)
class SpeciesRow:
    """A species that may be entered."""

    code: str
    """Three-digit code."""
    zh: str
    """Name in Chinese."""
    en: str
    """Name in English."""
    dbh_cm: tuple[float, float]
    """Plausible DBH [cm]."""
    height_m: tuple[float, float]
    """Plausible height [m]."""


@dataclass(frozen=True, slots=True)
class FieldTexts:
    """The sentences of the workbook, both languages in each."""

    prompts: Mapping[str, str]
    """Column -> what belongs into it."""
    refusal: str
    """What is said of a value that is not taken."""
    help_lines: Sequence[str]
    """Lines of the help sheet."""
    species_headings: Sequence[str]
    """Headings of the species sheet: code, name, name in English, DBH from, to, height from, to."""


def write_field_workbook(
    path: Path,
    plots: Sequence[Mapping[str, Any]],
    species: Sequence[SpeciesRow],
    texts: FieldTexts,
    mapping: str = "nfi_workbook",
) -> Path:
    """Write the workbook.

    Parameters
    ----------
    path
        Where it goes.
    plots
        The planned plots: columns of the mapping's table ``plots`` that are known already.
    species
        Species that may be entered.
    texts
        Its sentences.
    mapping
        Mapping by which it will be read back.
    """
    from openpyxl import Workbook  # noqa: PLC0415 - slow to import

    tables = load_mapping(mapping)
    book = Workbook()
    book.remove(book.worksheets[0])
    _help_sheet(book, texts)
    of_plots, of_trees = tables["plots"], tables["trees"]
    plot_sheet = _data_sheet(book, of_plots.sheet[0], of_plots.columns)
    for row, plot in enumerate(plots, start=2):
        for column, item in enumerate(of_plots.columns, start=1):
            _put(plot_sheet, row, column, item.name, plot.get(item.name))
    _data_sheet(book, of_trees.sheet[0], of_trees.columns)
    parts = tables.get("parts")
    part_sheet = None if parts is None else _data_sheet(book, parts.sheet[0], parts.columns)
    _species_sheet(book, species, texts)
    names = {"plots": of_plots.sheet[0], "species": f"'{SPECIES_SHEET}'!$A$2:$A${len(species) + 1}"}
    _rules(book[of_plots.sheet[0]], of_plots.columns, _plot_rules(names), texts)
    letters = _letters(of_trees.columns)
    plot_list = f"'{names['plots']}'!$A$2:$A${max(len(plots), 1) + 1}"
    _rules(book[of_trees.sheet[0]], of_trees.columns, _tree_rules(letters, plot_list, names), texts)
    _highlight(book[of_trees.sheet[0]], letters, len(species))
    if parts is not None:
        _rules(part_sheet, parts.columns, _part_rules(plot_list), texts)
    book.security.lockStructure = True
    book.active = 1
    book.properties.created = book.properties.modified = EPOCH.replace(tzinfo=None)
    buffer = BytesIO()
    book.save(buffer)
    write_stable(path, buffer)
    return path


def _letters(columns: Sequence[ColumnMapping]) -> dict[str, str]:
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 - slow to import

    return {item.name: get_column_letter(place) for place, item in enumerate(columns, start=1)}


def _put(sheet: Any, row: int, column: int, name: str, value: Any) -> None:
    from openpyxl.styles import Protection  # noqa: PLC0415 - slow to import

    if value is None:
        return
    cell = sheet.cell(row, column, str(value) if name in _TEXT else value)
    cell.protection = Protection(locked=False)
    if name in _TEXT:
        cell.number_format = "@"


def _data_sheet(book: Any, name: str, columns: Sequence[ColumnMapping]) -> Any:
    from openpyxl.styles import Alignment, Font, PatternFill, Protection  # noqa: PLC0415 - slow to import

    sheet = book.create_sheet(name)
    for letter, item in zip(_letters(columns).values(), columns, strict=True):
        heading = sheet[f"{letter}1"]
        heading.value = item.headings[0]
        heading.font = Font(bold=True, color="FFFFFFFF")
        heading.fill = PatternFill("solid", start_color=_GREEN)
        heading.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        dimension = sheet.column_dimensions[letter]
        dimension.width = _WIDTHS.get(item.name, 12)
        dimension.protection = Protection(locked=False)
        dimension.number_format = "@" if item.name in _TEXT else "General"
    sheet.row_dimensions[1].height = 30
    sheet.freeze_panes = "A2"
    _protect(sheet)
    return sheet


def _protect(sheet: Any) -> None:
    sheet.protection.sheet = True
    sheet.protection.formatColumns = False
    sheet.protection.formatCells = False
    sheet.protection.sort = False
    sheet.protection.autoFilter = False


def _species_sheet(book: Any, species: Sequence[SpeciesRow], texts: FieldTexts) -> None:
    from openpyxl.styles import Font  # noqa: PLC0415 - slow to import

    sheet = book.create_sheet(SPECIES_SHEET)
    sheet.append(list(texts.species_headings))
    for item in species:
        sheet.append([item.code, item.zh, item.en, *item.dbh_cm, *item.height_m])
        sheet.cell(sheet.max_row, 1).number_format = "@"
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for letter, width in zip("ABCDEFG", (10, 16, 26, 14, 14, 14, 14), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    _protect(sheet)


def _help_sheet(book: Any, texts: FieldTexts) -> None:
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415 - slow to import

    sheet = book.create_sheet(HELP_SHEET)
    sheet.column_dimensions["A"].width = 110
    for row, line in enumerate(texts.help_lines, start=1):
        cell = sheet.cell(row, 1, line)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cell.font = Font(bold=row == 1, size=14 if row == 1 else 11)
    _protect(sheet)


Rule = Mapping[str, Any]


def _plot_rules(names: Mapping[str, str]) -> dict[str, Rule]:
    return {
        "campaign_year": _between("whole", 1900, 2100),
        "x_m": _between("decimal", 0, 1e8),
        "y_m": _between("decimal", 0, 1e7),
        "area_m2": _between("decimal", 1, 100_000),
        "species_code": {"type": "list", "formula1": names["species"]},
        "slope_deg": _between("decimal", 0, 60),
        "sampled_frac": _between("decimal", 0.01, 1),
    }


def _tree_rules(letters: Mapping[str, str], plot_list: str, names: Mapping[str, str]) -> dict[str, Rule]:
    key = ",".join(
        f"${letters[name]}$2:${letters[name]}${LAST_ROW},${letters[name]}2"
        for name in ("plot_id", "campaign_year", "tree_id")
    )
    return {
        "plot_id": {"type": "list", "formula1": plot_list},
        "campaign_year": _between("whole", 1900, 2100),
        "tree_id": {"type": "custom", "formula1": f"COUNTIFS({key})=1"},
        "species_code": {"type": "list", "formula1": names["species"]},
        "dbh_cm": _one_decimal(letters["dbh_cm"], 300),
        "height_m": _one_decimal(letters["height_m"], 100),
        "du": _between("whole", 1, 10),
        "status": {"type": "list", "formula1": '"' + ",".join(STATUSES) + '"'},
        "tally_count": _between("whole", 1, 2),
    }


def _part_rules(plot_list: str) -> dict[str, Rule]:
    return {
        "plot_id": {"type": "list", "formula1": plot_list},
        "campaign_year": _between("whole", 1900, 2100),
        "part_frac": _between("decimal", 0, 1),
        "in_population": {"type": "list", "formula1": '"是,否"'},
    }


def _between(kind: str, low: float, high: float) -> Rule:
    return {"type": kind, "operator": "between", "formula1": f"{low:.12g}", "formula2": f"{high:.12g}"}


def _one_decimal(letter: str, high: float) -> Rule:
    cell = f"{letter}2"
    formula = f"AND(ISNUMBER({cell}),{cell}>0,{cell}<={high:g},ABS({cell}*10-ROUND({cell}*10,0))<0.000001)"
    return {"type": "custom", "formula1": formula}


def _rules(
    sheet: Any, columns: Sequence[ColumnMapping], rules: Mapping[str, Rule], texts: FieldTexts
) -> None:
    """Attach to each column what it takes and the sentence that says so."""
    from openpyxl.worksheet.datavalidation import DataValidation  # noqa: PLC0415 - slow to import

    for name, letter in _letters(columns).items():
        prompt = texts.prompts.get(name)
        if name not in rules and prompt is None:
            continue
        heading = next(item.headings[0] for item in columns if item.name == name)
        # a validation without a rule takes everything and only shows its sentence
        rule = DataValidation(allow_blank=True, **(rules.get(name) or {"type": None}))
        rule.promptTitle, rule.prompt = heading[:32], (prompt or "")[:255] or None
        rule.showInputMessage = prompt is not None
        rule.errorTitle, rule.error = heading[:32], texts.refusal[:225]
        rule.errorStyle, rule.showErrorMessage = "stop", name in rules
        rule.add(f"{letter}2:{letter}{LAST_ROW}")
        sheet.add_data_validation(rule)


def _highlight(sheet: Any, letters: Mapping[str, str], species: int) -> None:
    """Colour a diameter or height beyond the plausible range of its species."""
    from openpyxl.formatting.rule import FormulaRule  # noqa: PLC0415 - slow to import
    from openpyxl.styles import PatternFill  # noqa: PLC0415

    fill = PatternFill("solid", start_color=_ORANGE, end_color=_ORANGE)
    table = f"'{SPECIES_SHEET}'!$A$2:$G${species + 1}"
    code = f"${letters['species_code']}2"
    for name, low, high in (("dbh_cm", 4, 5), ("height_m", 6, 7)):
        cell = f"${letters[name]}2"
        limits = [f'IFERROR(VLOOKUP({code}&"",{table},{place},FALSE),{cell})' for place in (low, high)]
        formula = f"AND(ISNUMBER({cell}),OR({cell}<{limits[0]},{cell}>{limits[1]}))"
        area = f"{letters[name]}2:{letters[name]}{LAST_ROW}"
        rule = FormulaRule(formula=[formula], fill=fill)  # type: ignore[no-untyped-call]
        sheet.conditional_formatting.add(area, rule)
