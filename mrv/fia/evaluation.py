"""The population of an evaluation from its POP tables, with its adjustment factors and what disagrees.

W_h = P1POINTCNT of the stratum over their sum in the unit; the area of a unit is AREA_USED [acre]; the plots
of a stratum are those assigned to it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from mrv.errors import InventoryError
from mrv.fia.adjustment import GivenFactors
from mrv.fia.tables import Table, codes_of, reals_of
from mrv.fia_population import FiaPopulation, population_from_evaluation
from mrv.statement_items import Note

_PARTS: Final = ("subp", "micr", "macr")


def population_of_pop_tables(
    assignment: Table, strata: Table, units: Table, *, domain: str
) -> tuple[FiaPopulation, GivenFactors | None, tuple[Note, ...]]:
    """Return the population of an evaluation, the factors its strata give, and notes.

    Parameters
    ----------
    assignment
        plt_cn, estn_unit, stratumcd.
    strata
        estn_unit, stratumcd, p1pointcnt; p2pointcnt and adj_factor_subp, _micr, _macr where they are there.
    units
        estn_unit, area_used [US survey acre]; p1pntcnt_eu where it is there.
    domain
        Label of the estimates.

    Returns
    -------
    tuple
        Population, factors (None where POP_STRATUM has none, or not for each stratum), notes.

    Raises
    ------
    InventoryError
        Rule ``fia-row-repeated``: a plot, a stratum or a unit stands twice in the evaluation.
    """
    keys = _stratum_keys(strata)
    _refuse_repeated("POP_PLOT_STRATUM_ASSGN", np.asarray(assignment["plt_cn"]).tolist())
    _refuse_repeated("POP_STRATUM", [f"ESTN_UNIT {unit} STRATUMCD {stratum}" for unit, stratum in keys])
    _refuse_repeated("POP_ESTN_UNIT", [f"ESTN_UNIT {unit}" for unit in codes_of(units["estn_unit"]).tolist()])
    population = population_from_evaluation(
        {**assignment, "cn": assignment["plt_cn"]},
        strata,
        {**units, "acres": units["area_used"]},
        domain=domain,
    )
    notes = (*_plot_counts(population, strata, keys), *_pixel_counts(strata, units))
    return population, _given(strata, keys), notes


def _stratum_keys(table: Table) -> list[tuple[str, str]]:
    unit, stratum = codes_of(table["estn_unit"]), codes_of(table["stratumcd"])
    return [(str(u), str(h)) for u, h in zip(unit.tolist(), stratum.tolist(), strict=True)]


def _refuse_repeated(table: str, names: list[Any]) -> None:
    if len(set(names)) == len(names):
        return
    twice = next(name for name, count in Counter(names).items() if count > 1)
    raise InventoryError("fia-row-repeated", table=table, name=str(twice))


def _given(strata: Table, keys: list[tuple[str, str]]) -> GivenFactors | None:
    """Return the factors of the strata; None unless each has one for its subplots."""
    if "adj_factor_subp" not in strata or np.isnan(reals_of(strata["adj_factor_subp"])).any():
        return None
    none = np.full(len(keys), np.nan)
    columns = {part: reals_of(strata.get(f"adj_factor_{part}", none)) for part in _PARTS}
    return {
        key: {part: float(values[row]) for part, values in columns.items()} for row, key in enumerate(keys)
    }


def _plot_counts(population: FiaPopulation, strata: Table, keys: list[tuple[str, str]]) -> list[Note]:
    """Return a note for each stratum whose P2POINTCNT is not the number of plots assigned to it."""
    if "p2pointcnt" not in strata:
        return []
    assigned = population.plots_by_stratum()
    said: Mapping[tuple[str, str], float] = dict(
        zip(keys, reals_of(strata["p2pointcnt"]).tolist(), strict=True)
    )
    return [
        Note(
            "fia-plots-disagree",
            {"unit": key[0], "stratum": key[1], "given": int(count), "count": assigned.get(key, 0)},
        )
        for key, count in said.items()
        if np.isfinite(count) and count != assigned.get(key, 0)
    ]


def _pixel_counts(strata: Table, units: Table) -> list[Note]:
    """Return a note for each unit whose strata do not have all its pixels; weights are shares of theirs."""
    if "p1pntcnt_eu" not in units:
        return []
    owner: NDArray[Any] = codes_of(strata["estn_unit"])
    pixels = reals_of(strata["p1pointcnt"])
    notes = []
    for unit, said in zip(codes_of(units["estn_unit"]).tolist(), reals_of(units["p1pntcnt_eu"]), strict=True):
        found = float(pixels[owner == unit].sum())
        if np.isfinite(said) and said != found:
            notes.append(
                Note("fia-pixels-disagree", {"unit": str(unit), "given": float(said), "found": found})
            )
    return notes
