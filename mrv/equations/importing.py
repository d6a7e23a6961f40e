"""Equations collected by others, a table of formulas as text, become a library.

Each row of the table ends in exactly one place: usable, a height equation, or refused with its
reason. Nothing is edited by hand and nothing is repaired: a formula is parsed (`expressions`), units
are converted by factors of `mrv.units` and compared with the factors the table states, and the
result is examined (`examine`). Every imported equation is ``unverified``; a factor against the bias
of a fit in logarithms is not applied, because such tables say in one column whether and what.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from mrv.equations.examine import Examined, examine
from mrv.equations.expressions import parse_expression, variables_of
from mrv.equations.library import Library, make_library
from mrv.equations.model import Equation, Response
from mrv.errors import EquationError
from mrv.findings import Finding
from mrv.units import CM_PER_INCH, KG_PER_LB, KG_PER_T, M3_PER_FT3

COLUMNS: Final = (
    "equation_id",
    "equation_allometry",
    "dependent_variable",
    "independent_variable",
    "equation_taxa",
    "geographic_area",
    "dbh_min_cm",
    "dbh_max_cm",
    "dbh_units_original",
    "dbh_unit_cf",
    "output_units_original",
    "output_units_cf",
    "ref_id",
)
"""Columns a table of equations has, all of them text."""
OPTIONAL_COLUMNS: Final = ("log_biomass", "bias_corrected")
"""Columns that tell of a fit in logarithms whose bias nobody corrected; 1 yes, 0 no."""
NOT_STATED: Final = frozenset({"", "na", "ni", "nra", "nan"})
"""What such tables write where they do not know."""
FACTOR_TOLERANCE: Final = 1e-4
"""Relative difference between a table's own conversion factor and ours that rounding explains [1]."""
RESPONSES: Final[Mapping[str, Response]] = MappingProxyType(
    {
        "total aboveground biomass": "biomass_ag",
        "whole tree (above stump)": "biomass_ag",
        "whole tree (above and belowground)": "biomass_total",
        "stem biomass (with bark)": "biomass_stem",
        "stem biomass (without bark)": "biomass_stem",
        "stem volume": "stem_volume",
        "height": "height",
        "bark": "biomass_part",
        "foliage": "biomass_part",
        "branches (live)": "biomass_part",
        "branches (dead)": "biomass_part",
        "branches (live, dead)": "biomass_part",
        "crown (branches, foliage, twigs)": "biomass_part",
    }
)
"""What a table calls its dependent variable, and what it is here."""
_DBH_FACTORS: Final = MappingProxyType(
    {"cm": 1.0, "mm": 10.0, "inch": 1 / CM_PER_INCH, "in": 1 / CM_PER_INCH}
)
"""Unit of DBH -> that unit per centimetre."""
_MASS: Final = MappingProxyType(
    {"g": 1e-3, "kg": 1.0, "lb": KG_PER_LB, "lbs": KG_PER_LB, "mg": KG_PER_T, "t": KG_PER_T}
    | {"metric_ton": KG_PER_T}
)
_VOLUME: Final = MappingProxyType({"m3": 1.0, "dm3": 1e-3, "ft3": M3_PER_FT3})
_LENGTH: Final = MappingProxyType({"m": 1.0, "cm": 1e-2, "ft": 0.3048})
_OUTPUTS: Final[Mapping[str, tuple[str, Mapping[str, float]]]] = MappingProxyType(
    {"height": ("m", _LENGTH), "stem_volume": ("m3", _VOLUME)}
)
"""Response -> our unit and the units it may be given in; a mass for every other."""
_WORDS: Final = MappingProxyType({"dbh": "dbh", "h": "h", "ht": "h", "wd": "wd"})


class EquationTable(Protocol):
    """A table as columns of text, with the place of each row in the person's own file."""

    @property
    def source(self) -> str:
        """File name."""

    @property
    def columns(self) -> Mapping[str, NDArray[np.object_]]:
        """Column name -> texts."""

    @property
    def rows(self) -> NDArray[np.int64]:
        """Row of each record in the person's file."""


@dataclass(frozen=True, slots=True)
class ImportedLibrary:
    """Where every row of a table of equations went."""

    usable: Library
    """Equations of biomass or volume that hold over their range."""
    heights: Library
    """Equations of height that hold over their range."""
    refused: Mapping[str, tuple[Finding, ...]]
    """Equation (its row where it has no identifier) -> why it is refused."""
    kept: Library
    """Those among the refused that are equations and may be narrowed to where they hold."""
    examined: tuple[Examined, ...]
    """What the examination of each equation found."""
    findings: tuple[Finding, ...]
    """All findings, with their rows; those of refused equations are errors."""

    @property
    def count(self) -> int:
        """Rows accounted for [1]."""
        return len(self.usable) + len(self.heights) + len(self.refused)

    def reasons(self) -> dict[str, int]:
        """Return how many equations were refused for each reason, the first one counting [1]."""
        found = Counter(findings[0].rule for findings in self.refused.values())
        return dict(sorted(found.items()))


def import_equations(table: EquationTable) -> ImportedLibrary:
    """Turn a table of equations into a library; no row is lost.

    Parameters
    ----------
    table
        With the columns of `COLUMNS`.
    """
    usable: list[Equation] = []
    heights: list[Equation] = []
    examined: list[Examined] = []
    refused: dict[str, tuple[Finding, ...]] = {}
    findings: list[Finding] = []
    taken: set[str] = set()
    for row, fields in _records(table):
        name = fields["equation_id"] or f"row-{row}"
        result = _read(fields, name, taken)
        taken.add(name)
        if isinstance(result, Examined):
            examined.append(result)
        found = result.findings if isinstance(result, Examined) else (result,)
        placed = tuple(_placed(finding, table.source, row, name) for finding in found)
        findings += placed
        if isinstance(result, Examined) and result.usable:
            (heights if result.equation.response == "height" else usable).append(result.equation)
        else:
            key = name if name not in refused else f"{name} row-{row}"
            refused[key] = tuple(finding for finding in placed if finding.severity == "error")
    kept = [item.equation for item in examined if not item.usable]
    return ImportedLibrary(
        make_library(usable),
        make_library(heights),
        MappingProxyType(refused),
        make_library(kept),
        tuple(examined),
        tuple(findings),
    )


def _records(table: EquationTable) -> Iterator[tuple[int, dict[str, str]]]:
    known = [name for name in OPTIONAL_COLUMNS if name in table.columns]
    columns = {name: table.columns[name] for name in (*COLUMNS, *known)}
    for position, row in enumerate(table.rows.tolist()):
        yield row, {name: str(values[position]).strip() for name, values in columns.items()}


def _placed(finding: Finding, source: str, row: int, name: str) -> Finding:
    """Return a finding of an equation at its row of the table."""
    params: dict[str, str | int | float] = {**finding.params, "equation": name}
    return Finding(finding.rule, finding.severity, source, row, finding.field, finding.value, params)


def _read(fields: Mapping[str, str], name: str, taken: set[str]) -> Examined | Finding:
    """Return a row as an examined equation, or why it cannot become one."""
    if name in taken:
        return Finding("equation-twice-in-table", "error", name, None, "equation_id", name)
    response = RESPONSES.get(fields["dependent_variable"].lower())
    if response is None:
        value = fields["dependent_variable"]
        return Finding("equation-response-unknown", "error", name, None, "dependent_variable", value)
    factors = _factors(fields, response)
    if isinstance(factors, Finding):
        return factors
    return _parsed(fields, name, response, *factors)


def _parsed(
    fields: Mapping[str, str], name: str, response: Response, dbh_factor: float, output_factor: float
) -> Examined | Finding:
    formula = fields["equation_allometry"]
    try:
        asked = variables_of(parse_expression(formula))
    except EquationError as error:
        params: dict[str, str | int | float] = {
            "position": int(str(error.params["position"])),
            "reason": str(error.params["reason"]),
        }
        return Finding(
            "equation-formula-unreadable", "error", name, None, "equation_allometry", formula, params
        )
    said = {_WORDS.get(word.strip().lower(), word) for word in fields["independent_variable"].split(",")}
    if asked != said:
        value = f"{', '.join(sorted(asked)) or '-'} / {fields['independent_variable']}"
        return Finding("equation-variables-differ", "error", name, None, "independent_variable", value)
    limits = [_limit(fields, column) for column in ("dbh_min_cm", "dbh_max_cm")]
    for limit in limits:
        if isinstance(limit, Finding):
            return limit
    equation = Equation(
        id=name,
        response=response,
        form="expression",
        coefficients=MappingProxyType({}),
        species=(fields["equation_taxa"],) if fields["equation_taxa"] else (),
        region=fields["geographic_area"],
        dbh_range_cm=(float(limits[0]), float(limits[1])),  # type: ignore[arg-type]  # no finding
        height_range_m=(math.nan, math.nan),
        unit=_OUTPUTS.get(response, ("kg", _MASS))[0],
        residual_error=None,
        correction=1.0,
        source=fields["ref_id"] or "not stated",
        status="unverified",
        expression=formula,
        dbh_factor=dbh_factor,
        output_factor=output_factor,
    )
    found = examine(equation)
    if fields.get("log_biomass") == "1" and fields.get("bias_corrected") == "0":
        note = Finding("equation-log-uncorrected", "info", name, None, "bias_corrected", "0")
        return replace(found, findings=(*found.findings, note))
    return found


def _limit(fields: Mapping[str, str], column: str) -> float | Finding:
    """Return an end of the stated range [cm], NaN where none is stated."""
    text = fields[column]
    if text.lower() in NOT_STATED:
        return math.nan
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if math.isfinite(value) and value > 0:
        return value
    return Finding("equation-cell", "error", fields["equation_id"], None, column, text)


def _factors(fields: Mapping[str, str], response: Response) -> tuple[float, float] | Finding:
    """Return (formula's DBH unit per cm, our unit per formula's unit), both as the table says them."""
    _, outputs = _OUTPUTS.get(response, ("kg", _MASS))
    dbh = _factor(fields, "dbh_units_original", "dbh_unit_cf", _DBH_FACTORS)
    output = _factor(fields, "output_units_original", "output_units_cf", outputs)
    if isinstance(dbh, Finding):
        return dbh
    return output if isinstance(output, Finding) else (dbh, output)


def _factor(
    fields: Mapping[str, str], unit_column: str, factor_column: str, known: Mapping[str, float]
) -> float | Finding:
    """Return our factor of a unit; a factor the table states must be the same."""
    unit, stated = fields[unit_column], fields[factor_column]
    factor = known.get(unit.lower())
    if factor is None:
        return Finding("equation-unit-unknown", "error", fields["equation_id"], None, unit_column, unit)
    try:
        same = math.isclose(float(stated), factor, rel_tol=FACTOR_TOLERANCE)
    except ValueError:
        same = stated.lower() in NOT_STATED
    if same:
        return factor
    params: dict[str, str | int | float] = {"unit": unit, "factor": factor}
    return Finding(
        "equation-factor-differs", "error", fields["equation_id"], None, factor_column, stated, params
    )
