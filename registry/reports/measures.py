"""Rows of a report that monitoring and accounting fill: areas, changes, estimates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from registry.reports.label import Label

Severity = Literal["error", "warning", "info"]


class FindingLike(Protocol):
    """A finding of any package: the science and the map readers each have their own class."""

    @property
    def rule(self) -> str:
        """Key of the message catalogue."""

    @property
    def severity(self) -> Severity:
        """How grave it is."""

    @property
    def source(self) -> str:
        """File it is about."""

    @property
    def row(self) -> int | None:
        """Row in the person's own file."""

    @property
    def field(self) -> str | None:
        """Heading of the column."""

    @property
    def value(self) -> str | None:
        """What stands there."""

    @property
    def params(self) -> Mapping[str, str | int | float]:
        """What else the sentence names."""


@dataclass(frozen=True, slots=True)
class ClassArea:
    """Area of one land-cover class."""

    domain: str
    """Identifier of the area counted: the county, a district, a stratum."""
    domain_label: Label
    """Name of the domain."""
    class_code: str
    """Code of the class in the raster."""
    label: Label
    """Name of the class."""
    year: int | None
    """Year of the raster; None when it has none."""
    area_ha: float
    """Area [ha]."""
    pixel_count: float | None = None
    """Pixels counted; a fraction under the exact rule."""
    rule: Literal["exact", "centre"] = "exact"
    """How a pixel on the edge counts."""
    is_forest: bool = False
    """Whether the class counts as forest."""


@dataclass(frozen=True, slots=True)
class AdjustedArea:
    """Area of one class adjusted for map error (Olofsson et al. 2014, equations 9 to 11)."""

    class_code: str
    """Class of the reference sample."""
    label: Label
    """Name of the class."""
    mapped_ha: float
    """Area on the map [ha]."""
    adjusted_ha: float
    """Estimate from the reference sample [ha]."""
    standard_error_ha: float
    """Standard error of the estimate [ha]."""
    interval_ha: tuple[float, float]
    """Lower and upper end of the interval [ha], not always as far from the estimate."""
    confidence_frac: float
    """Level of the interval, such as 0.95."""
    n_points: int | None = None
    """Reference points of the class."""
    users_accuracy_frac: float | None = None
    """User's accuracy [fraction]."""
    producers_accuracy_frac: float | None = None
    """Producer's accuracy [fraction]."""


@dataclass(frozen=True, slots=True)
class Transition:
    """Area that changed from one class to another, or stayed."""

    from_code: str
    """Class in the first year."""
    from_label: Label
    """Its name."""
    to_code: str
    """Class in the last year."""
    to_label: Label
    """Its name."""
    area_ha: float
    """Area [ha]."""


@dataclass(frozen=True, slots=True)
class DisturbanceRow:
    """Disturbed area of one year and kind."""

    year: int
    """Year in which the forest was lost."""
    label: Label
    """Kind: fire, clearing, unknown."""
    parcel_count: int
    """Parcels touched."""
    area_ha: float
    """Area [ha]."""


@dataclass(frozen=True, slots=True)
class EstimateRow:
    """One estimate with its uncertainty."""

    stage: str
    """Stage that made it."""
    domain: str
    """Identifier of what it is about: the county, a stratum, a district, a project."""
    label: Label
    """Name of the domain."""
    quantity: str
    """Identifier of the closed list `mrv.units.QUANTITIES`."""
    unit: str
    """Unit of the quantity in that list."""
    value: float
    """The estimate."""
    standard_error: float | None = None
    """Its standard error in the same unit; None when it has none."""
    low: float | None = None
    """Lower end of the interval."""
    high: float | None = None
    """Upper end of the interval."""
    confidence_frac: float | None = None
    """Level of the interval, such as 0.90."""
    n_plots: int | None = None
    """Plots it rests on."""
    year: int | None = None
    """Year of a stock."""
    period: tuple[int, int] | None = None
    """First and last year of a change."""
    is_total: bool = False
    """True for the whole (the county, the forest), false for a part of it."""
    model_based: bool = False
    """True when a model, not the sampling design, carries the inference."""

    @property
    def half_width(self) -> float | None:
        """Half width of the interval, in the unit of the estimate."""
        if self.low is None or self.high is None:
            return None
        return (self.high - self.low) / 2

    @property
    def when(self) -> str:
        """The year or the period as text."""
        if self.period is not None:
            return f"{self.period[0]}–{self.period[1]}"
        return "" if self.year is None else str(self.year)


@dataclass(frozen=True, slots=True)
class WaterfallLine:
    """One line of the project's accounting, in the order in which the profile applies it."""

    term: str
    """Identifier of the term."""
    label: Label
    """Name of the term."""
    value_tco2e: float
    """Signed amount of a step, or the level of a total [t CO2e]."""
    is_total: bool = False
    """True for a level (the claim), false for a step that adds or deducts."""
