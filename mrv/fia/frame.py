"""Every row of an evaluation set in its place: conditions on plots, trees on conditions.

Plots with PLOT_STATUS_CD 3 and conditions with COND_STATUS_CD 5 are not sampled and leave. What does not fit
together is refused (a condition that stands twice would be counted twice) or counted in a note.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mrv.errors import InventoryError
from mrv.fia.tables import (
    Codes,
    FiaTables,
    Places,
    Positions,
    Table,
    codes_of,
    keys_of,
    places_of,
    positions_of,
    reals_of,
)
from mrv.fia_population import FiaPopulation
from mrv.statement_items import Note

NOT_SAMPLED_PLOT = 3
NOT_SAMPLED_CONDITION = 5


@dataclass(frozen=True, slots=True)
class FiaFrame:
    """Places of the rows of a population."""

    tables: FiaTables
    """The tables themselves."""
    population: FiaPopulation
    """Sampled plots, sorted; strata as given."""
    plot_row: Positions
    """Row of the plot table of each plot, shape (plots,)."""
    cond_row: Positions
    """Rows of sampled conditions, by plot and number, shape (conditions,)."""
    cond_plot: Positions
    """Position of the plot of each of these conditions."""
    tree_row: Positions
    """Rows of the trees that stand on these conditions, shape (trees,)."""
    tree_cond: Positions
    """Position of the condition of each of these trees."""
    notes: tuple[Note, ...]
    """What did not fit together."""

    @property
    def tree_plot(self) -> Positions:
        """Position of the plot of each tree."""
        return self.cond_plot[self.tree_cond]


def sampled_population(tables: FiaTables, population: FiaPopulation) -> FiaPopulation:
    """Return the population without the plots that were not sampled (PLOT_STATUS_CD 3)."""
    return _sampled(tables, population, places_of(population.plot_id))[0]


def make_frame(tables: FiaTables, population: FiaPopulation) -> FiaFrame:
    """Return the rows of a population in their places.

    Parameters
    ----------
    tables
        Plots, conditions and trees; more plots than the population's do no harm.
    population
        Plots with their strata, sampled or not.

    Raises
    ------
    InventoryError
        Rule ``fia-plot-unknown``: a plot of the population is not in the plot table;
        ``fia-row-repeated``: a plot or a condition stands twice.
    """
    places = places_of(population.plot_id)
    sampled, plot_row = _sampled(tables, population, places)
    places = places if sampled is population else places_of(sampled.plot_id)
    cond_row, cond_plot, bare = _condition_rows(tables.conditions, places)
    tree_row, tree_cond, strays = _tree_rows(tables, places, cond_row, cond_plot)
    notes = []
    if bare:
        notes.append(Note("fia-plot-without-condition", {"count": bare, "domain": sampled.domain}))
    if strays:
        notes.append(Note("fia-tree-without-condition", {"count": strays, "domain": sampled.domain}))
    return FiaFrame(tables, sampled, plot_row, cond_row, cond_plot, tree_row, tree_cond, tuple(notes))


def _sampled(tables: FiaTables, population: FiaPopulation, places: Places) -> tuple[FiaPopulation, Positions]:
    rows = _plot_rows(tables, population, places)
    sampled = reals_of(tables.plots["plot_status_cd"])[rows] != NOT_SAMPLED_PLOT
    return (population if sampled.all() else population.take(sampled)), rows[sampled]


def _plot_rows(tables: FiaTables, population: FiaPopulation, places: Places) -> Positions:
    names = keys_of(tables.plots["cn"])
    at = places.find(names)
    rows = np.flatnonzero(at >= 0)
    count = np.bincount(at[rows], minlength=population.plot_id.size)
    if (count == 0).any():
        raise InventoryError("fia-plot-unknown", plot=str(population.plot_id[count == 0][0]))
    if (count > 1).any():
        name = str(population.plot_id[count > 1][0])
        raise InventoryError("fia-row-repeated", table="PLOT", name=name)
    found = np.empty(population.plot_id.size, dtype=np.intp)
    found[at[rows]] = rows
    return found


def _condition_rows(conditions: Table, places: Places) -> tuple[Positions, Positions, int]:
    """Return rows and plots of the sampled conditions, and how many plots have no condition at all."""
    at = places.find(keys_of(conditions["plt_cn"]))
    number = codes_of(conditions["condid"])
    rows = np.flatnonzero((at >= 0) & (reals_of(conditions["cond_status_cd"]) != NOT_SAMPLED_CONDITION))
    rows = rows[np.lexsort((number[rows], at[rows]))]
    twice = (np.diff(at[rows]) == 0) & (np.diff(number[rows]) == 0)
    if twice.any():
        row = int(np.flatnonzero(twice)[0])
        name = f"{places.names[at[rows[row]]]} CONDID {number[rows[row]]}"
        raise InventoryError("fia-row-repeated", table="COND", name=name)
    seen = np.bincount(at[at >= 0], minlength=places.names.size)
    return rows, at[rows], int((seen == 0).sum())


def _tree_rows(
    tables: FiaTables, places: Places, cond_row: Positions, cond_plot: Positions
) -> tuple[Positions, Positions, int]:
    """Return rows and conditions of the trees, and how many stand on no condition of the table."""
    if "plt_cn" not in tables.trees:
        none = np.empty(0, dtype=np.intp)
        return none, none, 0
    at = places.find(keys_of(tables.trees["plt_cn"]))
    number = codes_of(tables.trees["condid"])
    place = _condition_of(at, number, cond_plot, codes_of(tables.conditions["condid"])[cond_row])
    lost = np.flatnonzero((at >= 0) & (place < 0))
    rows = np.flatnonzero(place >= 0)
    strays = lost.size - (_on_unsampled(tables, places, at[lost], number[lost]) if lost.size else 0)
    return rows, place[rows], strays


def _condition_of(at: Positions, number: Codes, cond_plot: Positions, cond_number: Codes) -> Positions:
    """Return the condition of each tree by its plot and number, -1 where there is none.

    Conditions of a plot are nearly always numbered from 1 on, so the place is guessed and checked; only
    where the guess is wrong is it looked for.
    """
    if cond_plot.size == 0:
        return np.full(at.shape, -1, dtype=np.intp)
    first = np.searchsorted(cond_plot, np.arange(cond_plot[-1] + 2))
    known = np.clip(at, 0, cond_plot[-1])
    guess = np.clip(first[known] + number - 1, 0, cond_plot.size - 1)
    right = (cond_plot[guess] == at) & (cond_number[guess] == number)
    place = np.where(right, guess, -1).astype(np.intp)
    rest = np.flatnonzero(~right & (at >= 0))
    if rest.size:
        width = int(max(number.max(), cond_number.max())) + 2
        wanted = at[rest] * width + number[rest]
        place[rest] = positions_of(cond_plot * width + cond_number, wanted)
    return place


def _on_unsampled(tables: FiaTables, places: Places, at: Positions, number: Codes) -> int:
    """Return how many trees stand on a condition that was not sampled; they are no strays."""
    conditions = tables.conditions
    gone = reals_of(conditions["cond_status_cd"]) == NOT_SAMPLED_CONDITION
    where = places.find(keys_of(conditions["plt_cn"])[gone])
    pairs = set(zip(where.tolist(), codes_of(conditions["condid"])[gone].tolist(), strict=True))
    return sum(pair in pairs for pair in zip(at.tolist(), number.tolist(), strict=True))
