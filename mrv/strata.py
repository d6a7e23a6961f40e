"""Estimation units, their strata, and the rule by which strata of one plot are collapsed.

Rule: the stratum with the fewest plots (the first by name among equals) goes together with the next
fewest, until each has two. What was done is a record, never silent. Sources: Cochran (1977), section
5A.12; for post-strata Westfall and others (2011), Forest Science 57.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from mrv.errors import EstimationError

SinglePlot = Literal["refuse", "collapse"]
"""What is done with a stratum of one plot."""
MIN_PLOTS: Final = 2
"""Plots that a variance needs [1]."""


@dataclass(frozen=True, slots=True)
class EstimationUnit:
    """A part of the population whose area is known, with its strata."""

    id: str
    """Identifier."""
    area_ha: float
    """Area [ha]."""
    stratum_weights: Mapping[str, float]
    """Share of the area in each stratum, or counts of pixels: they are divided by their sum [1]."""


@dataclass(frozen=True, slots=True)
class Collapse:
    """One stratum that went together with another."""

    unit: str
    """Estimation unit; empty where there are none."""
    stratum: str
    """The stratum with too few plots."""
    into: str
    """The stratum it went to."""
    n_plots: int
    """Plots it had [1]."""


def shares_of(unit: EstimationUnit) -> dict[str, float]:
    """Return the share of each stratum of a unit [1]."""
    whole = math.fsum(unit.stratum_weights.values())
    if not whole > 0:
        raise EstimationError("unit-without-weights", unit=unit.id)
    return {str(name): weight / whole for name, weight in unit.stratum_weights.items()}


def refuse_single(plots: Mapping[str, int]) -> None:
    """Refuse strata of one plot, by name."""
    for name in sorted(plots):
        if plots[name] < MIN_PLOTS:
            raise EstimationError("stratum-single-plot", stratum=name, n_plots=plots[name])


def partner(plots: Mapping[str, int], name: str) -> str:
    """Return the stratum that another one is collapsed with: the next fewest plots, then by name."""
    others = [other for other in plots if other != name]
    if not others:
        raise EstimationError("stratum-single-plot", stratum=name, n_plots=plots[name])
    return min(others, key=lambda other: (plots[other], other))


def merge_small(
    unit: str, plots: Mapping[str, int], shares: Mapping[str, float]
) -> tuple[dict[str, str], dict[str, float], list[Collapse]]:
    """Return the stratum each one goes to, the shares of those left, and what was merged.

    Examples
    --------
    >>> merge_small("", {"a": 1, "b": 4, "c": 7}, {"a": 0.2, "b": 0.3, "c": 0.5})[:2]
    ({'a': 'b+a', 'b': 'b+a', 'c': 'c'}, {'c': 0.5, 'b+a': 0.5})
    """
    present = {name for name in {*plots, *shares} if plots.get(name, 0) or shares.get(name, 0.0)}
    counts = {name: plots.get(name, 0) for name in sorted(present)}
    left = {name: shares[name] for name in counts if name in shares}
    goes_to = {name: name for name in counts}
    done: list[Collapse] = []
    while counts and min(counts.values()) < MIN_PLOTS:
        small = min(counts, key=lambda name: (counts[name], name))
        other = partner(counts, small)
        merged = f"{other}+{small}"
        done.append(Collapse(unit, small, other, counts[small]))
        counts[merged] = counts.pop(small) + counts.pop(other)
        left[merged] = left.pop(small, 0.0) + left.pop(other, 0.0)
        goes_to = {name: merged if to in {small, other} else to for name, to in goes_to.items()}
    return goes_to, left, done


def pairs_of(
    plots: Mapping[str, int], singles: Sequence[str], single_plot: SinglePlot
) -> list[tuple[str, str]]:
    """Return each stratum of one plot with the stratum it takes its variance with, or refuse them."""
    if singles and single_plot == "refuse":
        raise EstimationError("stratum-single-plot", stratum=singles[0], n_plots=plots[singles[0]])
    return [(name, partner(plots, name)) for name in singles]
