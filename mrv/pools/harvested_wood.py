"""Harvested wood in use: first-order decay by kind of product (IPCC 2006, volume 4, eq. 12.1).

C(i + 1) = exp(-k) C(i) + (1 - exp(-k)) / k Inflow(i), k = ln 2 / half-life. The inflow of a year arrives
evenly over the year, so part of it has already decayed at the year's end. What decays is emitted.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from mrv.errors import EstimationError
from mrv.pools.checks import not_negative
from mrv.units import CO2_PER_C


def decay_rate_per_year(half_life_year: float) -> float:
    """Return the decay rate k = ln 2 / half-life [1/a].

    Examples
    --------
    >>> round(decay_rate_per_year(35.0), 6)
    0.019804
    """
    if not half_life_year > 0:
        raise EstimationError("pool-value-negative", name="half_life_year", value=half_life_year)
    return math.log(2) / half_life_year


@dataclass(frozen=True, slots=True)
class ProductYear:
    """One product pool over one year."""

    year: int
    """Year."""
    stock_tc: float
    """Stock at the end of the year [t C]."""
    emitted_tc: float
    """What decayed in the year [t C]."""


def product_series(
    inflow_tc: Mapping[int, float],
    half_life_year: float,
    last_year: int,
    *,
    initial_tc: float = 0.0,
    first_year: int | None = None,
) -> tuple[ProductYear, ...]:
    """Return the stock of one kind of product at the end of each year [t C], and what decayed.

    Parameters
    ----------
    inflow_tc
        Carbon that enters use in each year [t C]; a year that is not named has none.
    half_life_year
        Half-life in use [a] (`mrv.pools.factors.half_life`).
    last_year
        Last year of the series.
    initial_tc
        Stock at the start of the first year [t C].
    first_year
        First year; the first with an inflow where it is not given.

    Examples
    --------
    >>> round(product_series({2020: 100.0}, 35.0, 2020)[0].stock_tc, 6)
    99.016294
    """
    not_negative(initial_tc=initial_tc, **{f"inflow_tc[{year}]": x for year, x in inflow_tc.items()})
    begin = min(inflow_tc, default=last_year) if first_year is None else first_year
    if begin > last_year or any(not begin <= year <= last_year for year in inflow_tc):
        raise EstimationError("campaigns-reversed", first=begin, second=last_year)
    k = decay_rate_per_year(half_life_year)
    kept, arrived = math.exp(-k), -math.expm1(-k) / k
    stock, rows = initial_tc, []
    for year in range(begin, last_year + 1):
        inflow = inflow_tc.get(year, 0.0)
        after = kept * stock + arrived * inflow
        rows.append(ProductYear(year, after, stock + inflow - after))
        stock = after
    return tuple(rows)


def products_change_tco2e(
    inflow_tc: Mapping[int, float], half_life_year: float, first_year: int, last_year: int
) -> float:
    """Return the change of one kind of product over calendar years, both included [t CO2e].

    Parameters
    ----------
    inflow_tc
        Carbon of the project that entered use in each year, earlier ones included [t C].
    half_life_year
        Half-life in use [a].
    first_year, last_year
        The years of the period.

    Examples
    --------
    >>> round(products_change_tco2e({2021: 100.0}, 35.0, 2021, 2025), 3)
    335.409
    """
    if first_year > last_year:
        raise EstimationError("campaigns-reversed", first=first_year, second=last_year)
    past = {year: x for year, x in inflow_tc.items() if year <= last_year}
    begin = min([first_year - 1, *past])
    series = {
        row.year: row.stock_tc for row in product_series(past, half_life_year, last_year, first_year=begin)
    }
    return CO2_PER_C * (series[last_year] - series[first_year - 1])
