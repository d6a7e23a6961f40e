"""The equation library at the desk: import a collected table, open a library, examine it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geodata.tables import read_table
from mrv.equations.examine import Examined, examine, narrow, range_cm
from mrv.equations.forms import FORMS, needs
from mrv.equations.importing import ImportedLibrary, import_equations
from mrv.equations.library import (
    Library,
    library_from_text,
    library_to_csv,
    library_to_toml,
    make_library,
    packaged_library,
)
from mrv.equations.model import Equation
from mrv.equations.records import record_of_equation
from mrv.errors import EquationError
from mrv.findings import Finding

DATASET_KEY = "equation_library"
"""Under which a dataset keeps the county's own equations, as the text of a CSV library."""


@dataclass(frozen=True, slots=True)
class LibraryImport:
    """An imported table and what was written of it."""

    imported: ImportedLibrary
    """Where every row went."""
    written: Library
    """The equations of the library file, those that fail among them."""


def import_file(path: Path, mapping: str, out: Path | None, *, narrowed: bool) -> LibraryImport:
    """Import a table of equations and write the library.

    Parameters
    ----------
    path
        The person's table.
    mapping
        Packaged mapping, or the path of one.
    out
        Library to write (TOML or CSV); nothing is written when None.
    narrowed
        Whether an equation that fails is written with the range over which it holds, where it has one.
    """
    table, _ = read_table(path, mapping)
    imported = import_equations(table)
    library = make_library(_kept(item, narrowed) for item in imported.examined)
    if out is not None:
        write_library(library, out)
    return LibraryImport(imported, library)


def _kept(item: Examined, narrowed: bool) -> Equation:
    if item.usable or not narrowed or item.sound_range_cm is None:
        return item.equation
    return narrow(item.equation, *item.sound_range_cm)


def write_library(library: Library, out: Path) -> None:
    """Write a library as TOML or CSV, by the ending of its name."""
    writers = {".toml": library_to_toml, ".csv": library_to_csv}
    if out.suffix not in writers:
        raise EquationError("equation-extension", file=out.name)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(writers[out.suffix](library), "utf-8")


def open_library(path: Path | None) -> Library:
    """Return a library from its file, or the packaged one when None."""
    if path is None:
        return packaged_library()
    if path.suffix not in {".toml", ".csv"}:
        raise EquationError("equation-extension", file=path.name)
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise EquationError("equation-library-unreadable", file=path.name, reason=str(error)) from error
    return library_from_text(text, path.name)


def matching(library: Library, species: str, response: str) -> list[Equation]:
    """Return the equations whose species has a word in it and that predict a response; all for no word."""
    word = species.casefold()
    return [
        equation
        for equation in library.values()
        if response in {"", equation.response}
        and (not word or any(word in name.casefold() for name in (*equation.species, *equation.groups)))
    ]


def examine_library(library: Library) -> list[Examined]:
    """Return the examination of every equation."""
    return [examine(equation) for equation in library.values()]


def refusals(examined: list[Examined]) -> list[Finding]:
    """Return the findings that refuse an equation."""
    return [finding for item in examined for finding in item.findings if finding.severity == "error"]


def range_text(equation: Equation) -> str:
    """Return the DBH range of an equation as people read it; a dash where it asks for no DBH."""
    low, high = range_cm(equation)
    return f"{low:g}–{high:g} cm" if "dbh_cm" in needs(equation) else "–"


def formula_of(equation: Equation) -> str:
    """Return the formula of an equation as people read it."""
    if equation.form == "expression":
        return equation.expression
    return FORMS[equation.form].text


def as_json(item: Examined) -> dict[str, Any]:
    """Return an equation and its examination as plain values."""
    equation = item.equation
    record: Mapping[str, str] = record_of_equation(equation)
    return {
        **{name: text for name, text in record.items() if text},
        "formula": formula_of(equation),
        "usable": item.usable,
        "range_cm": list(range_cm(equation)) if "dbh_cm" in needs(equation) else None,
        "holds_cm": list(item.sound_range_cm) if item.sound_range_cm else None,
        "findings": [
            {
                "rule": f.rule,
                "severity": f.severity,
                "field": f.field,
                "value": f.value,
                "params": dict(f.params),
            }
            for f in item.findings
        ],
    }
