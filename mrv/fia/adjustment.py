"""Adjustment for what was not sampled: factors of each stratum, computed or taken from POP_STRATUM.

Computed: n_h over the sum of sampled proportions of the stratum, for conditions (CONDPROP), subplots
(SUBPPROP), microplots (MICRPROP) and macroplots (MACRPROP) apart (Bechtold and Patterson 2005, section 4.2).
Given: ADJ_FACTOR_SUBP, ADJ_FACTOR_MICR and ADJ_FACTOR_MACR; a condition takes that of its PROP_BASIS. Where
both exist the given ones count, and a note names each stratum where they disagree.

A tree belongs to the microplot where TPA_UNADJ is over 50 per acre, to the macroplot where its diameter
reaches the plot's MACRO_BREAKPOINT_DIA, else to the subplot.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from mrv.errors import EstimationError, InventoryError
from mrv.fia.frame import FiaFrame
from mrv.fia.tables import Positions, binned_sums, reals_of
from mrv.fia_population import FiaPopulation
from mrv.moments import Floats
from mrv.statement_items import Note

MICROPLOT_TPA: Final = 50.0
"""Trees per acre over which a tree was tallied on the microplot [1/acre]."""
TOLERANCE: Final = 1.5e-4
"""Largest difference of factors that rounding to four decimals explains [1]."""
_PROPORTIONS: Final = {
    "cond": "condprop_unadj",
    "subp": "subpprop_unadj",
    "micr": "micrprop_unadj",
    "macr": "macrprop_unadj",
}
GivenFactors = Mapping[tuple[str, str], Mapping[str, float]]
"""(unit, stratum) -> ``subp``, ``micr``, ``macr`` -> factor [1]; NaN where the table has none."""


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Factors of each plot, by the part of the plot that was measured."""

    by_part: Mapping[str, Floats]
    """``cond``, ``subp``, ``micr``, ``macr`` -> factor of each plot [1], shape (plots,); NaN where there is
    none."""
    source: str
    """``computed`` or ``given``."""
    notes: tuple[Note, ...] = ()
    """Strata where given and computed factors disagree."""


def adjustment_of(
    frame: FiaFrame, population: FiaPopulation, given: GivenFactors | None = None
) -> Adjustment:
    """Return the factors of each plot.

    Parameters
    ----------
    frame
        Rows in their places; its own population has the strata as the tables give them.
    population
        The same plots with the strata they are estimated in (small ones collapsed).
    given
        Factors of POP_STRATUM by the strata as the tables give them.
    """
    codes = population.stratum_code
    computed = {part: _computed(frame, codes, column) for part, column in _PROPORTIONS.items()}
    if np.isnan(computed["cond"]).any():
        raise EstimationError("stratum-not-sampled", domain=population.domain)
    if given is None:
        return Adjustment(computed, "computed")
    own = frame.population.stratum_code
    _, first, at = np.unique(own, return_index=True, return_inverse=True)
    unit, stratum = frame.population.unit[first].tolist(), frame.population.stratum[first].tolist()
    keys = list(zip(unit, stratum, strict=True))
    found = {part: np.array([given[key][part] for key in keys])[at] for part in ("subp", "micr", "macr")}
    found["cond"] = found["subp"]
    return Adjustment(found, "given", _disagreements(frame, own, first, found))


def condition_factors(frame: FiaFrame, adjustment: Adjustment) -> Floats:
    """Return the factor of the area of each condition [1], shape (conditions,)."""
    factors = adjustment.by_part["cond"][frame.cond_plot]
    basis = frame.tables.conditions.get("prop_basis")
    if adjustment.source == "given" and basis is not None:
        macro = np.asarray(basis, dtype=np.str_)[frame.cond_row] == "MACR"
        factors = np.where(macro, adjustment.by_part["macr"][frame.cond_plot], factors)
    return _complete(factors, "COND")


def tree_factors(frame: FiaFrame, adjustment: Adjustment, trees: NDArray[np.intp]) -> Floats:
    """Return the factor of some trees [1].

    Parameters
    ----------
    frame
        Rows in their places.
    adjustment
        Factors of each plot.
    trees
        Positions in `frame.tree_row`.
    """
    rows, plot = frame.tree_row[trees], frame.tree_plot[trees]
    micro = reals_of(frame.tables.trees["tpa_unadj"])[rows] > MICROPLOT_TPA
    macro = _on_macroplot(frame, rows, plot) & ~micro
    factors = np.where(micro, adjustment.by_part["micr"][plot], adjustment.by_part["subp"][plot])
    return _complete(np.where(macro, adjustment.by_part["macr"][plot], factors), "TREE")


def _on_macroplot(frame: FiaFrame, rows: NDArray[np.intp], plot: NDArray[np.intp]) -> NDArray[Any]:
    limit = frame.tables.plots.get("macro_breakpoint_dia")
    diameter = frame.tables.trees.get("dia")
    if limit is None or diameter is None:
        return np.zeros(rows.size, dtype=bool)
    reached: NDArray[Any] = reals_of(diameter)[rows] >= reals_of(limit)[frame.plot_row[plot]]
    return reached


def _complete(factors: Floats, table: str) -> Floats:
    if np.isnan(factors).any():
        raise InventoryError("fia-factor-missing", table=table, count=int(np.isnan(factors).sum()))
    return factors


def _computed(frame: FiaFrame, codes: Positions, column: str) -> Floats:
    """Return plots over the sum of sampled proportions of each plot's stratum [1]; NaN if none were."""
    if column not in frame.tables.conditions:
        return np.full(codes.size, np.nan)
    share = np.nan_to_num(reals_of(frame.tables.conditions[column])[frame.cond_row])
    plots = np.bincount(codes)
    proportion = binned_sums(codes[frame.cond_plot], share, plots.size)
    factor = np.full(plots.size, np.nan)
    np.divide(plots, proportion, out=factor, where=proportion > 0)
    return np.asarray(factor[codes], dtype=np.float64)


def _disagreements(
    frame: FiaFrame, codes: Positions, first: Positions, given: Mapping[str, Floats]
) -> tuple[Note, ...]:
    """Return a note for each stratum whose given factor is not the one its conditions give."""
    population = frame.population
    notes: list[Note] = []
    for part in ("subp", "micr", "macr"):
        computed = _computed(frame, codes, _PROPORTIONS[part])
        apart = np.abs(given[part] - computed) > TOLERANCE
        for plot in first[apart[first]]:
            notes.append(
                Note(
                    "fia-adjustment-disagrees",
                    {
                        "unit": str(population.unit[plot]),
                        "stratum": str(population.stratum[plot]),
                        "field": f"ADJ_FACTOR_{part.upper()}",
                        "given": float(given[part][plot]),
                        "computed": float(computed[plot]),
                    },
                )
            )
    return tuple(notes)
