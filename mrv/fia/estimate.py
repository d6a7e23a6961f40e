"""Totals and ratios of an evaluation, for the whole domain and for groups, with their full covariance.

Post-stratified estimation of Bechtold and Patterson (2005), chapter 4: the plots' adjusted values of all
variables and groups go through one kernel, so that a grouped figure and an ungrouped one cannot drift
apart. Plots without forest are zeros and stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from mrv.fia.adjustment import Adjustment, GivenFactors, adjustment_of, condition_factors, tree_factors
from mrv.fia.columns import FiaColumn, values_on_conditions, values_on_trees
from mrv.fia.domains import Domain, Group, Groups, label_of, make_domain, make_groups
from mrv.fia.frame import FiaFrame, make_frame
from mrv.fia.quantities import tree_values
from mrv.fia.request import FiaRequest
from mrv.fia.tables import FiaTables, Positions, binned_sums, reals_of
from mrv.fia_population import FiaPopulation, collapse_strata
from mrv.moments import Floats
from mrv.sampling import Estimate, Totals, totals_post_stratified
from mrv.statement_items import Note
from mrv.units import HA_PER_US_SURVEY_ACRE
from mrv.where import is_null

SHOWN: Final = 20
"""Names of groups that a note lists."""


@dataclass(frozen=True, slots=True)
class FiaRow:
    """One figure of an answer."""

    group: Group
    """Values of the grouping columns; empty for the whole domain."""
    estimate: Estimate
    """Total or ratio, in SI units."""
    n_nonzero: int
    """Plots on which the quantity is not zero [1]."""
    numerator: Estimate
    """Total of the quantity, in SI units."""
    denominator: Estimate | None
    """Area of the land [ha], for a ratio."""
    covariance: float
    """Covariance of numerator and denominator, in the product of their units; 0 for a total."""


@dataclass(frozen=True, slots=True)
class FiaAnswer:
    """What an evaluation says to a request."""

    rows: tuple[FiaRow, ...]
    """The whole domain first, then the groups."""
    group_covariance: Floats
    """Covariance of the groups' totals, shape (groups, groups), in the square of the quantity's unit."""
    adjustment: str
    """Where the adjustment factors come from: ``computed`` or ``given``."""
    notes: tuple[Note, ...]
    """What the reader must know."""


def estimate_fia(
    tables: FiaTables,
    population: FiaPopulation,
    request: FiaRequest,
    columns: Mapping[str, FiaColumn] | None = None,
    given: GivenFactors | None = None,
) -> FiaAnswer:
    """Return the totals or ratios that were asked for, with their errors.

    Parameters
    ----------
    tables
        Plots, conditions and trees with the columns of `mrv.fia.request.needed_columns`.
    population
        All plots of the evaluation with their strata. Strata with fewer than two plots are collapsed by the
        rule of `mrv.fia_population.collapse_strata`, and a note says so.
    request
        What is to be estimated.
    columns
        Column of each name in the request (`mrv.fia.request.resolved`).
    given
        Adjustment factors of POP_STRATUM; computed from the conditions where None.

    Returns
    -------
    FiaAnswer
        In SI units: [ha], [m3], [t], [t C], [m2] or numbers, or those per hectare of the land.
    """
    frame = make_frame(tables, population)
    usable, collapsed = collapse_strata(frame.population)
    adjustment = adjustment_of(frame, usable, given)
    named = columns or {}
    domain = make_domain(
        frame,
        named,
        land=request.land,
        trees=request.trees,
        where=request.where,
        of_trees=request.quantity.of_trees,
    )
    by = tuple(named[name] for name in request.by)
    groups = make_groups(frame, domain, by) if by else None
    table, nulls = _plot_table(frame, adjustment, domain, groups, request)
    totals = totals_post_stratified(usable.plot_id, table, usable.unit, usable.stratum, usable.units)
    rows = _rows(totals, table, groups, request)
    notes = (
        *collapsed,
        *frame.notes,
        *adjustment.notes,
        *_tree_notes(frame, request, nulls),
        *_row_notes(rows),
        *_absent_notes(frame, domain, by),
    )
    count = len(rows) - 1
    chosen = [_columns_of(position, count, groups, request)[0] for position in range(1, count + 1)]
    return FiaAnswer(rows, totals.covariance[np.ix_(chosen, chosen)], adjustment.source, notes)


def _plot_table(
    frame: FiaFrame, adjustment: Adjustment, domain: Domain, groups: Groups | None, request: FiaRequest
) -> tuple[Floats, int]:
    """Return the plots' values: quantity of the whole and of each group [SI/ha], then areas [1]."""
    areas = _areas(frame, adjustment, domain, groups if groups and groups.of_conditions is not None else None)
    if not request.quantity.of_trees:
        return areas, 0
    trees = np.flatnonzero(domain.trees)
    values, nulls = tree_values(frame.tables.trees, frame.tree_row[trees], request.quantity)
    tpa = reals_of(frame.tables.trees["tpa_unadj"])[frame.tree_row[trees]]
    per_ha = values * tpa * tree_factors(frame, adjustment, trees) / HA_PER_US_SURVEY_ACRE
    amounts = _by_plot(
        frame, frame.tree_plot[trees], per_ha, groups, groups.of_trees[trees] if groups else None
    )
    return (np.column_stack([amounts, areas]) if request.per_area else amounts), nulls


def _areas(frame: FiaFrame, adjustment: Adjustment, domain: Domain, groups: Groups | None) -> Floats:
    rows = np.flatnonzero(domain.conditions)
    share = np.nan_to_num(reals_of(frame.tables.conditions["condprop_unadj"])[frame.cond_row[rows]])
    adjusted = share * condition_factors(frame, adjustment)[rows]
    mine = groups.of_conditions[rows] if groups and groups.of_conditions is not None else None
    return _by_plot(frame, frame.cond_plot[rows], adjusted, groups, mine)


def _by_plot(
    frame: FiaFrame, plot: Positions, values: Floats, groups: Groups | None, group: Positions | None
) -> Floats:
    """Return the sums of each plot: the whole in the first column, then each group."""
    n = frame.population.plot_id.size
    whole = binned_sums(plot, values, n)
    if groups is None or group is None:
        return whole.reshape(-1, 1)
    count = len(groups.names)
    inside = group >= 0
    bins = plot[inside] * count + group[inside]
    return np.column_stack([whole, binned_sums(bins, values[inside], n * count).reshape(n, count)])


def _columns_of(
    position: int, count: int, groups: Groups | None, request: FiaRequest
) -> tuple[int, int | None]:
    """Return the columns of numerator and denominator of a row of the answer."""
    if not request.per_area:
        return position, None
    own_area = groups is not None and groups.of_conditions is not None
    return position, 1 + count + (position if own_area else 0)


def _rows(totals: Totals, table: Floats, groups: Groups | None, request: FiaRequest) -> tuple[FiaRow, ...]:
    names: tuple[Group, ...] = ((), *(groups.names if groups else ()))
    quantity = request.quantity
    found = []
    for position, name in enumerate(names):
        above, below = _columns_of(position, len(names) - 1, groups, request)
        numerator = totals.estimate(above, quantity.unit)
        nonzero = int(np.count_nonzero(table[:, above]))
        if below is None:
            found.append(FiaRow(name, numerator, nonzero, numerator, None, 0.0))
            continue
        ratio = totals.ratio(above, below, quantity.unit_in("si", per_area=True))
        shared = float(totals.covariance[above, below])
        found.append(FiaRow(name, ratio, nonzero, numerator, totals.estimate(below, "ha"), shared))
    return tuple(found)


def _tree_notes(frame: FiaFrame, request: FiaRequest, nulls: int) -> tuple[Note, ...]:
    if not request.quantity.of_trees:
        return ()
    missing = int(np.isnan(reals_of(frame.tables.trees["tpa_unadj"])[frame.tree_row]).sum())
    notes = []
    if nulls:
        field = ", ".join(name.upper() for name in request.quantity.columns)
        notes.append(Note("fia-null-is-zero", {"field": field, "count": nulls}))
    if missing:
        notes.append(
            Note("fia-tree-without-expansion", {"count": missing, "domain": frame.population.domain})
        )
    return tuple(notes)


def _row_notes(rows: tuple[FiaRow, ...]) -> tuple[Note, ...]:
    """Return notes on figures that rest on one plot or on none."""
    if rows[0].n_nonzero == 0:
        return (Note("estimate-domain-empty", {}),)
    notes = []
    for count, rule in ((0, "estimate-groups-all-zero"), (1, "estimate-groups-single-plot")):
        names = ["/".join(row.group) for row in rows[1:] if row.n_nonzero == count]
        if names:
            notes.append(Note(rule, {"groups": ", ".join(names), "count": len(names)}))
    return tuple(notes)


def _absent_notes(frame: FiaFrame, domain: Domain, by: tuple[FiaColumn, ...]) -> tuple[Note, ...]:
    """Return a note on values of a grouping column that occur, but not in the domain."""
    notes = []
    for column in by:
        values = values_on_trees(frame, column) if column.of_trees else values_on_conditions(frame, column)
        mask = domain.trees if column.of_trees else domain.conditions
        outside = np.setdiff1d(values[~mask & ~is_null(values)], values[mask])
        if outside.size:
            shown = ", ".join(label_of(value) for value in outside[:SHOWN].tolist())
            shown += ", …" if outside.size > SHOWN else ""
            count = int(outside.size)
            notes.append(
                Note("estimate-groups-outside", {"column": column.name, "count": count, "groups": shown})
            )
    return tuple(notes)
