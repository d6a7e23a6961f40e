"""A population for post-stratification: its plots, their strata, the strata's weights, the areas.

The same estimator serves a whole evaluation (assignment and strata of the FIADB tables) and any
area with its own strata (plots inside it, counts of map cells).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mrv.errors import EstimationError
from mrv.moments import Labels
from mrv.sampling import EstimationUnit
from mrv.statement_items import Note
from mrv.strata import MIN_PLOTS, merge_small
from mrv.units import HA_PER_US_SURVEY_ACRE

Table = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class FiaPopulation:
    """Plots of a population, sorted by identifier, and its estimation units."""

    domain: str
    """Label, e.g. ``county`` or ``district:<id>``."""
    plot_id: Labels
    """Plots."""
    unit: Labels
    """Estimation unit of each plot."""
    stratum: Labels
    """Stratum of each plot."""
    units: tuple[EstimationUnit, ...]
    """Units with area [ha] and stratum weights [1]."""
    stratum_code: NDArray[np.intp]
    """A number for the stratum of each plot, counted over all units; equal where unit and stratum are."""

    def take(self, keep: NDArray[np.bool_]) -> FiaPopulation:
        """Return the population with some of its plots."""
        return replace(
            self,
            plot_id=self.plot_id[keep],
            unit=self.unit[keep],
            stratum=self.stratum[keep],
            stratum_code=self.stratum_code[keep],
        )

    def plots_by_stratum(self) -> dict[tuple[str, str], int]:
        """Return the number of plots of each (unit, stratum) that has any [1]."""
        _, first, count = np.unique(self.stratum_code, return_index=True, return_counts=True)
        names = zip(self.unit[first].tolist(), self.stratum[first].tolist(), strict=True)
        return dict(zip(names, count.tolist(), strict=True))


def stratum_codes(unit: ArrayLike, stratum: ArrayLike) -> NDArray[np.intp]:
    """Return a number for each pair of unit and stratum.

    >>> stratum_codes(["a", "a", "b"], ["1", "2", "1"]).tolist()
    [0, 1, 2]
    """
    _, owner = np.unique(np.asarray(unit), return_inverse=True)
    names, part = np.unique(np.asarray(stratum), return_inverse=True)
    codes: NDArray[np.intp] = np.unique(owner * names.size + part, return_inverse=True)[1]
    return codes


def make_population(
    domain: str,
    plot_id: ArrayLike,
    stratum: ArrayLike,
    *,
    units: tuple[EstimationUnit, ...],
    unit: ArrayLike | None = None,
    stratum_code: NDArray[np.intp] | None = None,
) -> FiaPopulation:
    """Return a population, its plots sorted.

    Parameters
    ----------
    domain
        Label of the estimates.
    plot_id, stratum
        Plots and their strata.
    units
        Estimation units.
    unit
        Unit of each plot; may be left out where there is one unit.
    stratum_code
        The numbers of `stratum_codes`, where they are at hand.
    """
    names, strata = np.asarray(plot_id, dtype=np.str_), np.asarray(stratum, dtype=np.str_)
    if unit is None and len(units) != 1:
        raise EstimationError("fia-units-not-assigned", domain=domain, count=len(units))
    owner = np.full(names.shape, units[0].id) if unit is None else np.asarray(unit, dtype=np.str_)
    order = _text_order(np.asarray(plot_id), names)
    codes = stratum_codes(owner, strata) if stratum_code is None else stratum_code
    return FiaPopulation(domain, names[order], owner[order], strata[order], units, codes[order])


def _text_order(given: NDArray[Any], names: Labels) -> NDArray[np.intp]:
    """Return the order of names as text; positive numbers of one length have the same order as numbers."""
    same = given.dtype.kind == "i" and given.size and given.min() > 0
    if same and len(str(given.min())) == len(str(given.max())):
        return np.argsort(given, kind="stable")
    return np.argsort(names, kind="stable")


def population_from_evaluation(
    assignment: Table, strata: Table, unit_areas: Table, *, domain: str = "county"
) -> FiaPopulation:
    """Return the population of a whole FIADB evaluation.

    Parameters
    ----------
    assignment
        cn, estn_unit, stratumcd.
    strata
        estn_unit, stratumcd, p1pointcnt (pixels).
    unit_areas
        estn_unit, acres [US survey acres].
    domain
        Label of the estimates.
    """
    weights: dict[str, dict[str, float]] = {}
    for owner, stratum, pixels in zip(
        _codes(strata["estn_unit"]).tolist(),
        _codes(strata["stratumcd"]).tolist(),
        np.asarray(strata["p1pointcnt"], dtype=np.float64).tolist(),
        strict=True,
    ):
        weights.setdefault(owner, {})[stratum] = pixels
    units = tuple(
        EstimationUnit(unit, acres * HA_PER_US_SURVEY_ACRE, weights.get(unit, {}))
        for unit, acres in zip(
            _codes(unit_areas["estn_unit"]).tolist(),
            np.asarray(unit_areas["acres"], dtype=np.float64).tolist(),
            strict=True,
        )
    )
    return make_population(
        domain,
        assignment["cn"],
        _codes(assignment["stratumcd"]),
        units=units,
        unit=_codes(assignment["estn_unit"]),
        stratum_code=stratum_codes(assignment["estn_unit"], assignment["stratumcd"]),
    )


def population_from_pixels(
    population_id: str, assignment: Table, strata: Table, units: Table, *, domain: str | None = None
) -> FiaPopulation:
    """Return one population whose strata are counts of map cells.

    Parameters
    ----------
    population_id
        Which one of the tables' populations.
    assignment
        population, plot_id, stratum.
    strata
        population, stratum, pixels.
    units
        population, area_ha.
    domain
        Label of the estimates; the identifier itself where it is not given.
    """
    mine = [name == population_id for name in units["population"]]
    if sum(mine) != 1:
        raise EstimationError("fia-population-unknown", population=population_id, count=sum(mine))
    weights = {
        str(stratum): float(pixels)
        for owner, stratum, pixels in zip(
            strata["population"], strata["stratum"], strata["pixels"], strict=True
        )
        if owner == population_id
    }
    unit = EstimationUnit(population_id, float(np.asarray(units["area_ha"])[mine][0]), weights)
    inside = np.asarray(assignment["population"], dtype=np.str_) == population_id
    return make_population(
        domain or population_id,
        np.asarray(assignment["plot_id"], dtype=np.str_)[inside],
        np.asarray(assignment["stratum"], dtype=np.str_)[inside],
        units=(unit,),
    )


def _codes(values: ArrayLike) -> Labels:
    """Return codes as text, 1.0 like 1."""
    array = np.asarray(values)
    if array.dtype.kind not in "iuf":
        return array.astype(np.str_)
    known, at = np.unique(array, return_inverse=True)
    return known.astype(np.int64).astype(np.str_)[at]


def collapse_strata(population: FiaPopulation) -> tuple[FiaPopulation, tuple[Note, ...]]:
    """Return the population with each stratum of fewer than two plots merged, and notes that say so.

    Rule: within a unit, while a stratum with weight has fewer than two plots, the one with the fewest
    plots (the first by name among equals) is merged with the next fewest; their weights add (collapsed
    strata, Cochran 1977, section 5A.12; small post-strata are merged likewise in Westfall and others
    2011). A unit with fewer than two plots in all is refused.
    """
    if _all_have_plots(population):
        return population, ()
    stratum = population.stratum.astype(object)
    units: list[EstimationUnit] = []
    notes: list[Note] = []
    for unit in population.units:
        rows = population.unit == unit.id
        weights = {name: weight for name, weight in unit.stratum_weights.items() if weight > 0}
        if int(rows.sum()) < MIN_PLOTS:
            raise EstimationError(
                "fia-unit-too-few-plots", domain=population.domain, unit=unit.id, n_plots=int(rows.sum())
            )
        known, counts = np.unique(stratum[rows].astype(np.str_), return_counts=True)
        plots = dict(zip(known.tolist(), counts.tolist(), strict=True))
        for name, count in plots.items():
            if name not in weights:
                raise EstimationError("stratum-without-weight", stratum=name, n_plots=count)
        goes_to, weights, merges = merge_small(unit.id, plots, weights)
        stratum[rows] = [goes_to[name] for name in stratum[rows]]
        for one in merges:
            params = {"domain": population.domain, "unit": unit.id, "stratum": one.stratum, "into": one.into}
            merged = f"{one.into}+{one.stratum}"
            notes.append(Note("strata-collapsed", {**params, "n_plots": one.n_plots, "merged": merged}))
        units.append(replace(unit, stratum_weights=weights))
    merged_names = stratum.astype(np.str_)
    codes = stratum_codes(population.unit, merged_names)
    collapsed = replace(population, stratum=merged_names, units=tuple(units), stratum_code=codes)
    return collapsed, tuple(notes)


def _all_have_plots(population: FiaPopulation) -> bool:
    """Return whether each stratum with weight has two plots or more, and each stratum with plots a weight."""
    plots = population.plots_by_stratum()
    weighted = {
        (unit.id, name)
        for unit in population.units
        for name, weight in unit.stratum_weights.items()
        if weight > 0
    }
    return set(plots) == weighted and min(plots.values(), default=0) >= MIN_PLOTS
