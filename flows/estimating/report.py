"""Figures as people and machines take them away: in the units asked for, with errors and what to know."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from flows.errors import EstimateError
from mrv.answer import AnswerRow
from mrv.estimate import LEVEL, Estimate
from mrv.fia.quantities import FiaQuantity
from mrv.statement_items import Note
from mrv.units import HA_PER_US_SURVEY_ACRE

ROUNDING: Final = 1e-7
"""Relative error below which a ratio is constant but for the rounding of its parts [1]."""


@dataclass(frozen=True, slots=True)
class Presentation:
    """How figures are shown."""

    units: str = "si"
    """``si`` or ``us``."""
    level: float = LEVEL
    """Confidence level of the intervals."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Factors from SI to the units asked for, and their names."""

    value: float
    """Of the figure [1]."""
    unit: str
    """Unit of the figure."""
    total: float
    """Of the numerator [1]."""
    total_unit: str
    """Unit of the numerator."""
    area: float
    """Of the denominator [1]."""
    area_unit: str
    """Unit of the denominator."""


def scale_of(quantity: FiaQuantity, units: str, *, per_area: bool) -> Scale:
    """Return the factors from SI to a system of units, for a quantity."""
    us = units == "us"
    return Scale(
        value=quantity.us_per_si(per_area=per_area) if us else 1.0,
        unit=quantity.unit_in(units, per_area=per_area),
        total=quantity.us_per_si(per_area=False) if us else 1.0,
        total_unit=quantity.unit_in(units, per_area=False),
        area=1.0 / HA_PER_US_SURVEY_ACRE if us else 1.0,
        area_unit="acre" if us else "ha",
    )


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One figure in the units asked for."""

    group: Mapping[str, str]
    """Grouping column -> value; empty for the whole."""
    estimate: Estimate
    """The figure."""
    n_nonzero: int
    """Plots on which the quantity is not zero."""
    numerator: Estimate
    """Total of the quantity."""
    denominator: Estimate | None
    """Area, for a ratio."""
    covariance: float
    """Covariance of numerator and denominator, in the product of their units."""

    @property
    def has_error(self) -> bool:
        """Whether an error can be known: a zero on all plots and a ratio within one plot have none."""
        if self.denominator is None or self.n_nonzero != 1:
            return self.n_nonzero > 0
        return self.estimate.standard_error > ROUNDING * abs(self.estimate.value)


@dataclass(frozen=True, slots=True)
class EstimateReport:
    """An answer with all it rests on."""

    source: Mapping[str, Any]
    """Where the inventory came from."""
    question: Mapping[str, Any]
    """What was asked."""
    unit: str
    """Unit of the figures."""
    level: float
    """Confidence level of the intervals."""
    rows: tuple[ReportRow, ...]
    """The whole first, then the groups."""
    group_covariance: Sequence[Sequence[float]]
    """Covariance of the groups' totals, in the square of the total's unit."""
    notes: tuple[Note, ...]
    """What the reader must know."""

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain values; sentences of notes in both languages are added by the caller."""
        return {
            "source": dict(self.source),
            "question": dict(self.question),
            "unit": self.unit,
            "level": self.level,
            "estimates": [_row_as_json(row, self.level) for row in self.rows],
            "group_covariance": [list(line) for line in self.group_covariance],
        }


def make_rows(figures: Sequence[AnswerRow], by: Sequence[str], scale: Scale) -> tuple[ReportRow, ...]:
    """Return figures in the units asked for."""
    return tuple(
        ReportRow(
            dict(zip(by, figure.group, strict=True)) if figure.group else {},
            figure.estimate.scaled(scale.value, scale.unit),
            figure.n_nonzero,
            figure.numerator.scaled(scale.total, scale.total_unit),
            None if figure.denominator is None else figure.denominator.scaled(scale.area, scale.area_unit),
            figure.covariance * scale.total * scale.area,
        )
        for figure in figures
    )


def write_csv(report: EstimateReport, path: Path) -> None:
    """Write the figures as a table, one row each."""
    if not path.parent.is_dir():
        raise EstimateError("estimate-out-folder", folder=str(path.parent))
    by = list(report.question["by"])
    names = ["value", "standard_error", "relative_standard_error_frac", "low", "high", "df"]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*by, "quantity", "unit", *names, "n_plots", "n_nonzero", "error_known"])
        for row in report.rows:
            figures = estimate_as_json(row.estimate, report.level)
            writer.writerow(
                [*(row.group.get(name, "") for name in by), report.question["quantity"], report.unit]
                + [figures[name] for name in names]
                + [row.estimate.n_plots, row.n_nonzero, row.has_error]
            )


def estimate_as_json(estimate: Estimate, level: float) -> dict[str, Any]:
    """Return one estimate as plain values; what does not exist is null."""
    low, high = estimate.interval(level)
    return {
        "value": estimate.value,
        "unit": estimate.unit,
        "standard_error": estimate.standard_error,
        "variance": estimate.variance,
        "relative_standard_error_frac": relative_error(estimate),
        "low": low,
        "high": high,
        "df": estimate.df,
        "n_plots": estimate.n_plots,
        "method": estimate.method,
        "warnings": list(estimate.warnings),
    }


def relative_error(estimate: Estimate) -> float | None:
    """Return the standard error over the value [1]; None where the value is zero."""
    return estimate.standard_error / abs(estimate.value) if estimate.value else None


def _row_as_json(row: ReportRow, level: float) -> dict[str, Any]:
    found = {
        "group": dict(row.group),
        "n_nonzero": row.n_nonzero,
        "error_known": row.has_error,
    } | estimate_as_json(row.estimate, level)
    if row.denominator is not None:
        found["numerator"] = estimate_as_json(row.numerator, level)
        found["denominator"] = estimate_as_json(row.denominator, level)
        found["covariance"] = row.covariance
    return found
