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

from mrv.answer import AnswerRow, Layout, answer_rows, covariance_of_groups, notes_of_rows
from mrv.fia.adjustment import Adjustment, GivenFactors, adjustment_of, condition_factors, tree_factors
from mrv.fia.columns import FiaColumn, values_on_conditions, values_on_trees
from mrv.fia.domains import Domain, Groups, make_domain, make_groups
from mrv.fia.frame import FiaFrame, make_frame
from mrv.fia.quantities import tree_values
from mrv.fia.request import FiaRequest
from mrv.fia.tables import FiaTables, Positions, binned_sums, reals_of
from mrv.fia_population import FiaPopulation, collapse_strata
from mrv.groups import values_outside
from mrv.moments import Floats
from mrv.population import Population
from mrv.statement_items import Note
from mrv.units import HA_PER_US_SURVEY_ACRE

SHOWN: Final = 20
"""Names of groups that a note lists."""


@dataclass(frozen=True, slots=True)
class FiaAnswer:
    """What an evaluation says to a request."""

    rows: tuple[AnswerRow, ...]
    """The whole domain first, then the groups."""
    group_covariance: Floats
    """Covariance of the groups' totals, shape (groups, groups), in the square of the quantity's unit."""
    adjustment: str
    """Where the adjustment factors come from: ``computed`` or ``given``."""
    notes: tuple[Note, ...]
    """What the reader must know."""


@dataclass(frozen=True, slots=True)
class PreparedFia:
    """An evaluation ready for any number of questions."""

    frame: FiaFrame
    """Rows in their places."""
    population: Population
    """Plots, strata and areas of the design, small strata collapsed."""
    adjustment: str
    """Where its adjustment factors come from: ``computed`` or ``given``."""
    cond_share: Floats
    """Adjusted share of its plot of each condition [1], shape (conditions,)."""
    tree_plot: Positions
    """Position of the plot of each tree, shape (trees,)."""
    tree_per_ha: Floats
    """Trees per hectare that each tree stands for, adjusted; NaN without TPA_UNADJ, shape (trees,)."""
    notes: tuple[Note, ...]
    """What was collapsed, did not fit together, or disagrees."""


def prepare_fia(
    tables: FiaTables, population: FiaPopulation, given: GivenFactors | None = None
) -> PreparedFia:
    """Return an evaluation ready for questions.

    Parameters
    ----------
    tables
        Plots, conditions and trees with the columns of `mrv.fia.request.needed_columns`.
    population
        All plots of the evaluation with their strata. Strata with fewer than two plots are collapsed by the
        rule of `mrv.fia_population.collapse_strata`, and a note says so.
    given
        Adjustment factors of POP_STRATUM; computed from the conditions where None.
    """
    frame = make_frame(tables, population)
    usable, collapsed = collapse_strata(frame.population)
    adjustment = adjustment_of(frame, usable, given)
    design = Population.post_stratified(usable.plot_id, usable.unit, usable.stratum, usable.units)
    share = np.nan_to_num(reals_of(tables.conditions["condprop_unadj"])[frame.cond_row])
    notes = (*collapsed, *frame.notes, *adjustment.notes)
    return PreparedFia(
        frame,
        design,
        adjustment.source,
        share * condition_factors(frame, adjustment),
        frame.tree_plot,
        _trees_per_ha(frame, adjustment),
        notes,
    )


def _trees_per_ha(frame: FiaFrame, adjustment: Adjustment) -> Floats:
    if frame.tree_row.size == 0:
        return np.empty(0)
    tpa = reals_of(frame.tables.trees["tpa_unadj"])[frame.tree_row]
    expanded = np.flatnonzero(np.isfinite(tpa))
    found = np.full(tpa.size, np.nan)
    found[expanded] = tpa[expanded] * tree_factors(frame, adjustment, expanded) / HA_PER_US_SURVEY_ACRE
    return found


def estimate_fia(
    prepared: PreparedFia, request: FiaRequest, columns: Mapping[str, FiaColumn] | None = None
) -> FiaAnswer:
    """Return the totals or ratios that were asked for, with their errors.

    Parameters
    ----------
    prepared
        The evaluation.
    request
        What is to be estimated.
    columns
        Column of each name in the request (`mrv.fia.request.resolved`).

    Returns
    -------
    FiaAnswer
        In SI units: [ha], [m3], [t], [t C], [m2] or numbers, or those per hectare of the land.
    """
    frame, named, quantity = prepared.frame, columns or {}, request.quantity
    domain = make_domain(
        frame,
        named,
        land=request.land,
        trees=request.trees,
        where=request.where,
        of_trees=quantity.of_trees,
    )
    by = tuple(named[name] for name in request.by)
    groups = make_groups(frame, domain, by) if by else None
    table, nulls = _plot_table(prepared, domain, groups, request)
    totals = prepared.population.totals(table)
    own_area = groups is not None and groups.of_conditions is not None
    layout = Layout(groups.names if groups else (), request.per_area, own_area)
    ratio_unit = quantity.unit_in("si", per_area=True)
    rows = answer_rows(totals, table, layout, unit=quantity.unit, ratio_unit=ratio_unit)
    notes = (
        *prepared.notes,
        *_tree_notes(prepared, request, nulls),
        *notes_of_rows(rows),
        *_absent_notes(frame, domain, by),
    )
    return FiaAnswer(rows, covariance_of_groups(totals, layout), prepared.adjustment, notes)


def _plot_table(
    prepared: PreparedFia, domain: Domain, groups: Groups | None, request: FiaRequest
) -> tuple[Floats, int]:
    """Return the plots' values: quantity of the whole and of each group [SI/ha], then areas [1]."""
    if not request.quantity.of_trees:
        return _areas(prepared, domain, groups), 0
    frame, trees = prepared.frame, np.flatnonzero(domain.trees)
    values, nulls = tree_values(frame.tables.trees, frame.tree_row[trees], request.quantity)
    of_trees = groups.of_trees[trees] if groups else None
    amounts = _by_plot(
        frame, prepared.tree_plot[trees], values * prepared.tree_per_ha[trees], groups, of_trees
    )
    if not request.per_area:
        return amounts, nulls
    return np.column_stack([amounts, _areas(prepared, domain, groups)]), nulls


def _areas(prepared: PreparedFia, domain: Domain, groups: Groups | None) -> Floats:
    frame, rows = prepared.frame, np.flatnonzero(domain.conditions)
    mine = groups.of_conditions[rows] if groups and groups.of_conditions is not None else None
    return _by_plot(frame, frame.cond_plot[rows], prepared.cond_share[rows], groups, mine)


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


def _tree_notes(prepared: PreparedFia, request: FiaRequest, nulls: int) -> tuple[Note, ...]:
    if not request.quantity.of_trees:
        return ()
    missing = int(np.isnan(prepared.tree_per_ha).sum())
    notes = []
    if nulls:
        field = ", ".join(name.upper() for name in request.quantity.columns)
        notes.append(Note("fia-null-is-zero", {"field": field, "count": nulls}))
    if missing:
        notes.append(
            Note("fia-tree-without-expansion", {"count": missing, "domain": prepared.frame.population.domain})
        )
    return tuple(notes)


def _absent_notes(frame: FiaFrame, domain: Domain, by: tuple[FiaColumn, ...]) -> tuple[Note, ...]:
    """Return a note on values of a grouping column that occur, but not in the domain."""
    notes = []
    for column in by:
        values = values_on_trees(frame, column) if column.of_trees else values_on_conditions(frame, column)
        mask = domain.trees if column.of_trees else domain.conditions
        outside = values_outside(values, mask)
        if outside:
            shown = ", ".join(outside[:SHOWN]) + (", …" if len(outside) > SHOWN else "")
            count = len(outside)
            notes.append(
                Note("estimate-groups-outside", {"column": column.name, "count": count, "groups": shown})
            )
    return tuple(notes)
