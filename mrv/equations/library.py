"""Libraries of equations: the packaged one, and those that people import or keep.

The packaged tables of `mrv/tables` become one library; a species' factors become an expansion
(volume to biomass), a root:shoot ratio and a carbon fraction, each by itself, so that each has its
own source, status and parameters.
"""

from __future__ import annotations

import csv
import io
import math
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from mrv.coefficients import read_rows
from mrv.equations.model import Equation
from mrv.equations.records import COLUMNS, equation_of_record, record_of_equation
from mrv.errors import EquationError

Library = Mapping[str, Equation]
"""Equations by identifier."""
_FACTORS: Final = (
    ("expansion", "biomass_ag", "kg", "expansion", ("svd", "bef")),
    ("root-shoot", "ratio", "1", "constant", ("rsr",)),
    ("carbon", "ratio", "1", "constant", ("cf",)),
)


def make_library(equations: Iterable[Equation]) -> Library:
    """Return equations by identifier, in their order; an identifier that comes twice is refused."""
    found: dict[str, Equation] = {}
    for equation in equations:
        if equation.id in found:
            raise EquationError("equation-twice", equation=equation.id)
        found[equation.id] = equation
    return MappingProxyType(found)


def with_own(own: Library | None) -> Library:
    """Return a county's own equations and the packaged ones; its own stand in for those of the same name."""
    if not own:
        return packaged_library()
    packaged = packaged_library()
    return make_library([*own.values(), *(packaged[name] for name in packaged if name not in own)])


@cache
def packaged_library() -> Library:
    """Return every equation of the packaged tables.

    Examples
    --------
    >>> packaged_library()["fir-ly208"].unit
    'm3'
    """
    return make_library(
        [
            *_volume_equations(),
            *_own_records("biomass_equations"),
            *_factor_equations("biomass_factors", "species_code"),
            *_factor_equations("group_factors", "id"),
            *_bamboo(),
            *_stand_equations(),
            *_own_records("ratios"),
        ]
    )


def _own_records(table: str) -> Iterator[Equation]:
    for row in read_rows(table):
        yield equation_of_record(row, f"{table}.csv:{row['id']}")


def _volume_equations() -> Iterator[Equation]:
    """Volume equations; the common form where the exponents do not vary."""
    for row in read_rows("volume_equations"):
        varies = float(row["b2"]) != 0 or float(row["c2"]) != 0
        names = {"a": "a", "b1": "b1", "b2": "b2", "c1": "c1", "c2": "c2"} if varies else {}
        names = names or {"a": "a", "b1": "b", "c1": "c"}
        record = {name: text for name, text in row.items() if name in COLUMNS}
        record |= {
            "response": "stem_volume",
            "form": "power_variable" if varies else "power_height",
            "coefficients": ";".join(f"{ours}={row[column]}" for column, ours in names.items()),
            "unit": "m3",
        }
        yield equation_of_record(record, f"volume_equations.csv:{row['id']}")


def _factor_equations(table: str, key: str) -> Iterator[Equation]:
    """Expansion, root:shoot ratio and carbon fraction of each row; none where a value is not known."""
    for row in read_rows(table):
        for prefix, response, unit, form, columns in _FACTORS:
            if not all(row[column] for column in columns):
                continue
            names = ("r",) if form == "constant" else columns
            pairs = zip(names, (row[column] for column in columns), strict=True)
            record = {
                "id": f"{prefix}-{row[key]}",
                "response": response,
                "form": form,
                "coefficients": ";".join(f"{name}={value}" for name, value in pairs),
                "species": row["species_code"],
                "unit": unit,
                "source": row["source"],
                "status": row["status"],
            }
            yield equation_of_record(record, f"{table}.csv:{row[key]}")


def _bamboo() -> Iterator[Equation]:
    for row in read_rows("bamboo_culm"):
        record = {
            "id": "moso-culm",
            "response": "biomass_ag",
            "form": "bamboo_culm",
            "coefficients": ";".join(f"{name}={row[name]}" for name in "abcdef"),
            "species": row["species_code"],
            "groups": "bamboo",
            "dbh_min_cm": row["dbh_min_cm"],
            "dbh_max_cm": row["dbh_max_cm"],
            "unit": "kg",
            "source": row["source"],
            "status": row["status"],
        }
        yield equation_of_record(record, f"bamboo_culm.csv:{row['species_code']}")


def _stand_equations() -> Iterator[Equation]:
    for row in read_rows("stand_equations"):
        record = {
            "id": f"stand-{row['id']}",
            "response": "stand_biomass",
            "form": "stand_linear",
            "coefficients": f"a={row['a']};b={row['b']}",
            "unit": "t/ha",
            "source": row["source"],
            "status": row["status"],
        }
        yield equation_of_record(record, f"stand_equations.csv:{row['id']}")


def library_to_csv(library: Library) -> str:
    """Return a library as the text of a CSV file, one row for each equation."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(record_of_equation(equation) for equation in library.values())
    return text.getvalue()


def library_to_toml(library: Library) -> str:
    """Return a library as the text of a TOML file; fields that are not known are left out."""
    lines: list[str] = []
    for equation in library.values():
        lines.append("[[equation]]")
        fields = record_of_equation(equation).items()
        lines += [f"{name} = {_quoted(value)}" for name, value in fields if value]
        lines.append("")
    return "\n".join(lines)


def _quoted(text: str) -> str:
    """Return a TOML basic string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in escaped) + '"'


def library_from_text(text: str, name: str) -> Library:
    """Read a library from the text of its file.

    Parameters
    ----------
    text
        Of `library_to_csv` or `library_to_toml`, or written by hand.
    name
        Name of the file, which decides the format and is named in what is refused.

    Raises
    ------
    EquationError
        The text is not a library, or one of its equations is refused.
    """
    records = _toml_records(text, name) if name.endswith(".toml") else _csv_records(text, name)
    return make_library(
        equation_of_record(record, f"{name}:{number}") for number, record in enumerate(records, start=1)
    )


def _toml_records(text: str, name: str) -> list[dict[str, str]]:
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise EquationError("equation-library-unreadable", file=name, reason=str(error)) from error
    records = content.get("equation")
    if set(content) != {"equation"} or not isinstance(records, list):
        raise EquationError("equation-library-unreadable", file=name, reason="[[equation]]")
    if not all(isinstance(record, dict) for record in records):
        raise EquationError("equation-library-unreadable", file=name, reason="[[equation]]")
    return [{key: _plain(value) for key, value in record.items()} for record in records]


def _plain(value: object) -> str:
    if isinstance(value, list):
        return "; ".join(map(str, value))
    return "" if isinstance(value, float) and math.isnan(value) else str(value)


def _csv_records(text: str, name: str) -> list[dict[str, str]]:
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    try:
        rows = list(csv.DictReader(lines, strict=True))
    except csv.Error as error:
        raise EquationError("equation-library-unreadable", file=name, reason=str(error)) from error
    if not rows or "id" not in rows[0]:
        raise EquationError("equation-library-unreadable", file=name, reason="id")
    for number, row in enumerate(rows, start=1):
        if None in row or None in row.values():
            raise EquationError("equation-library-unreadable", file=name, reason=f"row {number}")
    return rows


def find_equation(library: Library, equation_id: str) -> Equation:
    """Return an equation by its identifier; an unknown one is refused."""
    try:
        return library[equation_id]
    except KeyError:
        raise EquationError("equation-unknown", equation=equation_id, count=len(library)) from None
