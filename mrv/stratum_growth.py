"""How the undisturbed land of each stratum grows, from its plots of two campaigns.

Where the ages of the plots' stands are known, Richards' curve is fitted (`mrv.growth`); where the plots do
not tell one, the mean annual net change stands in its place. A plot that held trees and was then emptied is
disturbed: its loss is recorded by monitoring and must not be counted twice.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from mrv.errors import EstimationError
from mrv.growth_fit import GrowthFit, fit_growth
from mrv.moments import Floats, Labels
from mrv.yearly_update import StratumGrowth


def stratum_growth(
    plot_id: ArrayLike,
    stratum: ArrayLike,
    first_tc_per_ha: ArrayLike,
    second_tc_per_ha: ArrayLike,
    second_age_year: ArrayLike,
    years: tuple[int, int],
) -> dict[str, StratumGrowth]:
    """Return the growth of each stratum from plots measured twice.

    Parameters
    ----------
    plot_id, stratum
        Plots measured in both campaigns, and their strata.
    first_tc_per_ha, second_tc_per_ha
        Carbon density at each campaign [t C/ha].
    second_age_year
        Age of the stand at the second campaign [a]; NaN where unknown.
    years
        The two campaigns.

    Examples
    --------
    >>> ages, fir = [np.nan, np.nan], ["fir", "fir"]
    >>> found = stratum_growth(["1", "2"], fir, [10.0, 9.0], [20.0, 0.0], ages, (2020, 2025))
    >>> found["fir"].net_tc_per_ha_year, found["fir"].reason
    (2.0, 'growth-ages-unknown')
    """
    ids, names = np.asarray(plot_id, dtype=np.str_), np.asarray(stratum, dtype=np.str_)
    table = np.column_stack(
        [np.asarray(x, dtype=np.float64) for x in (first_tc_per_ha, second_tc_per_ha, second_age_year)]
    )
    if years[0] >= years[1]:
        raise EstimationError("campaigns-reversed", first=years[0], second=years[1])
    return {
        str(name): _one(str(name), ids[names == name], table[names == name], years)
        for name in np.unique(names)
        if name
    }


def _one(name: str, ids: Labels, table: Floats, years: tuple[int, int]) -> StratumGrowth:
    first, second, period = table[:, 0], table[:, 1], years[1] - years[0]
    left = ~((first > 0) & (second == 0))
    net = float(np.mean((second - first)[left])) / period if left.any() else 0.0
    fit, reason = _curve(ids[left], table[left], period)
    if fit is None:
        return StratumGrowth(name, net, int(left.sum()), years, reason=reason)
    return StratumGrowth(name, net, int(left.sum()), years, fit.curve, fit.age_range_year)


def _curve(ids: Labels, table: Floats, period: int) -> tuple[GrowthFit | None, str]:
    first, second, age = table.T
    known = np.isfinite(age) & (age > period) & (first > 0)
    if not known.any():
        return None, "growth-ages-unknown"
    try:
        fit = fit_growth(ids[known], age[known] - period, first[known], age[known], second[known])
    except EstimationError as error:
        return None, error.rule
    return fit, ""


def reasons(growth: Mapping[str, StratumGrowth]) -> dict[str, str]:
    """Return the strata that grow by their mean net change, and why there is no curve."""
    return {name: rule.reason for name, rule in sorted(growth.items()) if rule.curve is None}
