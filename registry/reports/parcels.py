"""Rows of a report on parcels: sums before and after, years between campaigns, self-audit pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from registry.messages import Ruled
from registry.reports.label import Label

Verdict = Literal["ok", "look", "fail"]


@dataclass(frozen=True, slots=True)
class ParcelSumRow:
    """One stratum: what its parcels add up to before and after they are held to the plots."""

    stratum: str
    """Identifier; empty for all of them."""
    label: Label
    """Name."""
    n_parcels: int
    """Parcels."""
    area_ha: float
    """Area [ha]."""
    model_tc: float
    """By the register and the stand model alone [t C]."""
    calibrated_tc: float
    """Held to the plots [t C]."""
    standard_error_tc: float | None
    """Standard error of the plot estimate, which is that of the sum [t C]; None without plots."""
    factor: float | None
    """Ratio of the plot estimate to the model; None where there is none."""


@dataclass(frozen=True, slots=True)
class ParcelYearRow:
    """The whole county in one year."""

    year: int
    """Calendar year."""
    carbon_tc: float
    """Sum of the parcels [t C]."""
    campaign: bool
    """Whether the year was held to the plots; any other is a model-based update."""
    updated_tc: float | None = None
    """In a campaign after the first: what the update had come to [t C]."""
    low_tc: float | None = None
    """Lower end of the plot estimate's interval in a campaign [t C]."""
    high_tc: float | None = None
    """Upper end of it [t C]."""
    confidence_frac: float = 0.90
    """Level of the interval."""


@dataclass(frozen=True, slots=True)
class RecalibrationRow:
    """What a campaign said of the update since the one before, in one stratum or in all."""

    year: int
    """Campaign."""
    stratum: str
    """Identifier; empty for all of them."""
    label: Label
    """Name."""
    updated_tc: float
    """By growth and recorded changes alone [t C]."""
    estimate_tc: float
    """Plot estimate [t C]."""
    standard_error_tc: float
    """Its standard error [t C]."""


@dataclass(frozen=True, slots=True)
class ParcelReport:
    """All that a report says of the parcels' stock."""

    year: int
    """Campaign to which the parcels are held."""
    sums: tuple[ParcelSumRow, ...]
    """By stratum."""
    years: tuple[ParcelYearRow, ...]
    """The county by year."""
    recalibrations: tuple[RecalibrationRow, ...]
    """At each campaign after the first."""
    notes: tuple[Ruled, ...] = ()
    """What the reader must know."""

    @property
    def total(self) -> ParcelSumRow:
        """All strata; its standard error is that of independent strata."""
        errors = [row.standard_error_tc for row in self.sums]
        known = [error for error in errors if error is not None]
        error = sum(one**2 for one in known) ** 0.5 if len(known) == len(errors) else None
        model = sum(row.model_tc for row in self.sums)
        calibrated = sum(row.calibrated_tc for row in self.sums)
        return ParcelSumRow(
            stratum="",
            label=Label(""),
            n_parcels=sum(row.n_parcels for row in self.sums),
            area_ha=sum(row.area_ha for row in self.sums),
            model_tc=model,
            calibrated_tc=calibrated,
            standard_error_tc=error,
            factor=calibrated / model if model > 0 else None,
        )


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One line of a self-audit page."""

    check: Ruled
    """Sentence with its figures."""
    verdict: Verdict
    """What it comes to."""


@dataclass(frozen=True, slots=True)
class AuditPage:
    """The self-audit of one statement."""

    kind: str
    """``county_stock`` or ``project_removals``."""
    statement_sha256: str
    """Digest of the statement it is sealed in."""
    lines: tuple[AuditLine, ...]
    """In order."""

    def count(self, verdict: Verdict) -> int:
        """Return how many lines come to a verdict."""
        return sum(1 for line in self.lines if line.verdict == verdict)
