"""Figures for a whole and for its groups, taken from one table of totals with their full covariance.

The columns of the table are the quantity of the whole, that of each group, then (for ratios) the area of the
whole and, where groups have areas of their own, that of each group.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mrv.domain_totals import ALL, DomainTotals
from mrv.estimate import Estimate
from mrv.groups import Group
from mrv.moments import Floats
from mrv.statement_items import Note


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One figure of an answer."""

    group: Group
    """Values of the grouping columns; empty for the whole."""
    estimate: Estimate
    """Total or ratio, in SI units."""
    n_nonzero: int
    """Plots on which the quantity is not zero [1]."""
    numerator: Estimate
    """Total of the quantity, in SI units."""
    denominator: Estimate | None
    """Area [ha], for a ratio."""
    covariance: float
    """Covariance of numerator and denominator, in the product of their units; 0 for a total."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Which column of the table is which."""

    groups: tuple[Group, ...] = ()
    """Groups, in the order of their columns."""
    per_area: bool = False
    """Whether there are areas, and ratios are asked for."""
    own_area: bool = False
    """Whether each group has an area of its own."""

    def columns(self, position: int) -> tuple[int, int | None]:
        """Return the columns of quantity and area of a row: 0 the whole, then the groups."""
        if not self.per_area:
            return position, None
        return position, 1 + len(self.groups) + (position if self.own_area else 0)


def answer_rows(
    totals: DomainTotals, table: Floats, layout: Layout, *, unit: str, ratio_unit: str
) -> tuple[AnswerRow, ...]:
    """Return the figures, the whole first.

    Parameters
    ----------
    totals
        Totals of the columns of `table` over one domain.
    table
        Values of the plots, shape (plots, columns).
    layout
        Which column is which.
    unit, ratio_unit
        Unit of the totals of the quantity, and of the ratios.
    """
    rows = []
    for position, group in enumerate(((), *layout.groups)):
        above, below = layout.columns(position)
        numerator = totals.estimate(above, ALL, unit)
        nonzero = int(np.count_nonzero(table[:, above]))
        if below is None:
            rows.append(AnswerRow(group, numerator, nonzero, numerator, None, 0.0))
            continue
        ratio = totals.ratio(above, below, ALL, ratio_unit)
        area, shared = totals.estimate(below, ALL, "ha"), float(totals.covariance[above, below])
        rows.append(AnswerRow(group, ratio, nonzero, numerator, area, shared))
    return tuple(rows)


def covariance_of_groups(totals: DomainTotals, layout: Layout) -> Floats:
    """Return the covariance of the groups' totals, shape (groups, groups), in the square of their unit."""
    chosen = [layout.columns(position)[0] for position in range(1, len(layout.groups) + 1)]
    return np.asarray(totals.covariance[np.ix_(chosen, chosen)], dtype=np.float64)


def notes_of_rows(rows: tuple[AnswerRow, ...]) -> tuple[Note, ...]:
    """Return notes on figures that rest on one plot or on none."""
    if rows[0].n_nonzero == 0:
        return (Note("estimate-domain-empty", {}),)
    notes = []
    for count, rule in ((0, "estimate-groups-all-zero"), (1, "estimate-groups-single-plot")):
        names = ["/".join(row.group) for row in rows[1:] if row.n_nonzero == count]
        if names:
            notes.append(Note(rule, {"groups": ", ".join(names), "count": len(names)}))
    return tuple(notes)
