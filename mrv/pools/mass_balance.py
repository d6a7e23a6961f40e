"""Stocks and flows of carbon through disturbances and decay, with nothing made and nothing lost.

Every flow leaves one pool and enters another; the atmosphere is a pool like any other, which growth draws
from and decay and fire fill. So pools plus cumulated net emissions are the same at every step, by
construction and by test.
In t C: the non-CO2 part of a fire is `mrv.pools.fire`'s and no part of this balance.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from mrv.errors import EstimationError
from mrv.pools.checks import not_negative, share

POOLS: Final = ("above_ground", "below_ground", "dead_wood", "litter", "soil", "products")
"""Carbon pools of the bookkeeping."""
ATMOSPHERE: Final = "atmosphere"
"""Where emissions go and growth comes from."""
Flow = tuple[str, str]
"""(from, to)."""


@dataclass(frozen=True, slots=True)
class CarbonState:
    """What every pool holds, and what went to the atmosphere since the start."""

    stock_tc: Mapping[str, float]
    """Pool -> stock [t C]."""
    emitted_tc: float = 0.0
    """Cumulated emissions less cumulated uptake [t C]."""

    @property
    def total_tc(self) -> float:
        """Pools plus cumulated net emissions [t C]: the same at every step."""
        return math.fsum([*(self.stock_tc[pool] for pool in POOLS), self.emitted_tc])

    @property
    def pools_tc(self) -> float:
        """All pools together [t C]."""
        return math.fsum(self.stock_tc[pool] for pool in POOLS)


@dataclass(frozen=True, slots=True)
class FlowMatrix:
    """Which share of which pool goes where, all at once; what no flow names stays."""

    shares: Mapping[Flow, float]
    """(from, to) -> share of the pool [1]."""

    def __post_init__(self) -> None:
        """Refuse shares of an unknown pool, and a pool that would give more than it has."""
        leaving: dict[str, list[float]] = {}
        for (source, sink), value in self.shares.items():
            if source not in POOLS or sink not in (*POOLS, ATMOSPHERE) or source == sink:
                raise EstimationError("flow-unknown", source=source, sink=sink)
            share(**{f"{source}->{sink}": value})
            leaving.setdefault(source, []).append(value)
        for source, values in leaving.items():
            if math.fsum(values) > 1 + 1e-12:
                raise EstimationError("flow-exceeds-pool", source=source, share_frac=math.fsum(values))


def opened(stock_tc: Mapping[str, float]) -> CarbonState:
    """Return the state at the start; a pool that is not named holds nothing [t C]."""
    unknown = sorted(set(stock_tc) - set(POOLS))
    if unknown:
        raise EstimationError("flow-unknown", source=unknown[0], sink="-")
    not_negative(**stock_tc)
    return CarbonState(MappingProxyType({pool: float(stock_tc.get(pool, 0.0)) for pool in POOLS}))


def moved(state: CarbonState, matrix: FlowMatrix, affected_frac: float = 1.0) -> CarbonState:
    """Return the state after a disturbance or a year of decay.

    Parameters
    ----------
    state
        Before.
    matrix
        Shares that move, of what stands before.
    affected_frac
        Share of the area that it happens to [1].

    Examples
    --------
    >>> burned = moved(opened({"above_ground": 100.0}), fire(0.5, 1.0, 0.5), 0.5)
    >>> round(burned.pools_tc, 6), round(burned.emitted_tc, 6), round(burned.total_tc, 6)
    (75.0, 25.0, 100.0)
    """
    share(affected_frac=affected_frac)
    stock = dict(state.stock_tc)
    emitted = state.emitted_tc
    for (source, sink), value in sorted(matrix.shares.items()):
        amount = state.stock_tc[source] * value * affected_frac
        stock[source] -= amount
        if sink == ATMOSPHERE:
            emitted += amount
        else:
            stock[sink] += amount
    # the shares sum to 1 at most: what falls below 0 is the last bit of a subtraction
    return CarbonState(MappingProxyType({pool: max(held, 0.0) for pool, held in stock.items()}), emitted)


def grown(state: CarbonState, uptake_tc: Mapping[str, float]) -> CarbonState:
    """Return the state after growth, which takes from the atmosphere what it adds to pools [t C].

    Examples
    --------
    >>> grown(opened({}), {"above_ground": 4.0, "below_ground": 1.0}).total_tc
    0.0
    """
    not_negative(**uptake_tc)
    stock = dict(state.stock_tc)
    for pool, amount in uptake_tc.items():
        if pool not in POOLS:
            raise EstimationError("flow-unknown", source=ATMOSPHERE, sink=pool)
        stock[pool] += amount
    return CarbonState(MappingProxyType(stock), state.emitted_tc - math.fsum(uptake_tc.values()))


def decay(rates_per_year: Mapping[str, float], years: float = 1.0) -> FlowMatrix:
    """Return the flows of first-order decay to the atmosphere, 1 - exp(-k years) of each pool.

    Parameters
    ----------
    rates_per_year
        Pool -> rate k [1/a].
    years
        Length of the step [a].
    """
    not_negative(years=years, **rates_per_year)
    return FlowMatrix(
        MappingProxyType({(pool, ATMOSPHERE): -math.expm1(-k * years) for pool, k in rates_per_year.items()})
    )


def felling(products_frac: float, removed_frac: float = 1.0) -> FlowMatrix:
    """Return the flows of a felling: stems to products, the rest of the tops to litter, roots to dead wood.

    Parameters
    ----------
    products_frac
        Share of the felled above-ground carbon that becomes products [1].
    removed_frac
        Share of the standing trees that is felled [1].
    """
    share(products_frac=products_frac, removed_frac=removed_frac)
    return FlowMatrix(
        MappingProxyType(
            {
                ("above_ground", "products"): removed_frac * products_frac,
                ("above_ground", "litter"): removed_frac * (1 - products_frac),
                ("below_ground", "dead_wood"): removed_frac,
            }
        )
    )


def mortality(dying_frac: float) -> FlowMatrix:
    """Return the flows of trees that die standing: all of them to dead wood.

    Parameters
    ----------
    dying_frac
        Share of the trees' carbon [1].
    """
    share(dying_frac=dying_frac)
    return FlowMatrix(
        MappingProxyType(
            {("above_ground", "dead_wood"): dying_frac, ("below_ground", "dead_wood"): dying_frac}
        )
    )


def fire(combusted_frac: float, killed_frac: float, dead_organic_frac: float) -> FlowMatrix:
    """Return the flows of a fire: part of the trees burns, the rest of those killed becomes dead wood.

    Parameters
    ----------
    combusted_frac
        Share of above-ground carbon that burns [1].
    killed_frac
        Share of the trees that the fire kills, those burned included [1].
    dead_organic_frac
        Share of dead wood and litter that burns [1].
    """
    share(combusted_frac=combusted_frac, killed_frac=killed_frac, dead_organic_frac=dead_organic_frac)
    if combusted_frac > killed_frac:
        raise EstimationError("flow-exceeds-pool", source="above_ground", share_frac=combusted_frac)
    return FlowMatrix(
        MappingProxyType(
            {
                ("above_ground", ATMOSPHERE): combusted_frac,
                ("above_ground", "dead_wood"): killed_frac - combusted_frac,
                ("below_ground", "dead_wood"): killed_frac,
                ("dead_wood", ATMOSPHERE): dead_organic_frac,
                ("litter", ATMOSPHERE): dead_organic_frac,
            }
        )
    )


def run(state: CarbonState, steps: Iterable[FlowMatrix | Mapping[str, float]]) -> tuple[CarbonState, ...]:
    """Return the states after each step: flows as a `FlowMatrix`, growth as pool -> uptake [t C]."""
    states = [state]
    for step in steps:
        now = states[-1]
        states.append(moved(now, step) if isinstance(step, FlowMatrix) else grown(now, step))
    return tuple(states)
