"""Rows of a report on uncertainty: what each source of error adds to an estimate."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from registry.reports.label import Label

GROUPS = ("sampling", "model", "measurement", "area")
"""Sources whose squares add up, in the order of the account."""
TOTAL = "total"


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """What one source adds to the uncertainty of one estimate."""

    kind: str
    """Kind of statement it stands in."""
    domain: str
    """Identifier of what the estimate is about."""
    label: Label
    """Name of the domain."""
    is_whole: bool
    """Whether it is the county or the project, not a part."""
    quantity: str
    """Identifier of `mrv.units.QUANTITIES`."""
    unit: str
    """Unit of the quantity."""
    value: float
    """The estimate."""
    when: str
    """Year or period of the estimate."""
    source: str
    """One of `GROUPS`, a finer one after a slash, or ``total``."""
    standard_error: float
    """Standard error from this source alone, in the unit."""
    share_frac: float
    """Share of the total variance [1]."""
    draws: int | None = None
    """Monte Carlo draws; None where nothing was drawn."""
    mc_error_frac: float | None = None
    """Monte Carlo error of the standard error, as a share of it [1]."""
    settled: str = "yes"
    """``yes``, or the catalogue key of what is wrong with the draws."""
    path: str = ""
    """How it was drawn: ``collapsed``, ``exact`` or both."""
    status: str = ""
    """Of what it rests on: verified, stated, unverified, placeholder, fitted; empty for the design's own."""

    @property
    def group(self) -> str:
        """The source without what is finer."""
        return self.source.partition("/")[0]

    @property
    def is_detail(self) -> bool:
        """Whether it is one term of a group."""
        return "/" in self.source

    @property
    def relative_frac(self) -> float | None:
        """Standard error as a share of the estimate [1]; None for an estimate of 0."""
        return self.standard_error / abs(self.value) if self.value else None


def panels(rows: Iterable[BudgetRow], *, whole: bool = True) -> list[tuple[BudgetRow, ...]]:
    """Return the rows of each estimate together: the total, then the groups, each with its terms by size.

    An estimate whose only source is its sample is left out: its standard error stands beside it already.

    Parameters
    ----------
    rows
        Of one statement or several.
    whole
        Whether the county and the project are wanted, or their parts.
    """
    found: dict[tuple[str, str, str], list[BudgetRow]] = {}
    for row in rows:
        if row.is_whole is whole:
            found.setdefault((row.kind, row.quantity, row.domain), []).append(row)
    told = [members for members in found.values() if len({row.group for row in members} - {TOTAL}) > 1]
    return [tuple(sorted(members, key=_order)) for members in told]


def _order(row: BudgetRow) -> tuple[int, bool, float]:
    place = -1 if row.source == TOTAL else GROUPS.index(row.group)
    return place, row.is_detail, -row.standard_error
