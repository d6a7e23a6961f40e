"""Area and accuracy of a map from a stratified reference sample whose strata are not the map's classes.

Every quantity is a ratio of two means of indicators under stratified sampling: of y (in the class, right)
to x (in the row or column). Formulas: Stehman (2014), International Journal of Remote Sensing
35:4923-4939. Where strata are the map's classes this is Olofsson and others (2014).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mrv.domain_totals import DomainTotals
from mrv.errors import EstimationError
from mrv.estimate import Estimate
from mrv.moments import Floats
from mrv.population import Population


@dataclass(frozen=True, slots=True)
class StratifiedAccuracy:
    """Areas, accuracies and the error matrix, with their intervals."""

    classes: tuple[str, ...]
    """Classes, in the order of all that follows."""
    area: tuple[Estimate, ...]
    """Area of each reference class [ha]."""
    share: tuple[Estimate, ...]
    """Share of each reference class in the whole [1]."""
    users_accuracy: tuple[Estimate | None, ...]
    """Share of the mapped class that is right [1]; None where no point is mapped so."""
    producers_accuracy: tuple[Estimate | None, ...]
    """Share of the true class that is mapped [1]; None where no point is truly so."""
    overall_accuracy: Estimate
    """Share of the map that is right [1]."""
    matrix: Floats
    """Estimated share of each map class (row) and reference class (column) [1]."""


def estimate_area_stratified(
    point_id: ArrayLike,
    stratum: ArrayLike,
    map_class: ArrayLike,
    reference_class: ArrayLike,
    classes: Sequence[str],
    stratum_area_ha: Mapping[str, float],
    *,
    stratum_units: Mapping[str, float] | None = None,
) -> StratifiedAccuracy:
    """Return areas and accuracies from points drawn within strata.

    Parameters
    ----------
    point_id
        Identifier of each point.
    stratum
        Stratum each point was drawn in.
    map_class, reference_class
        Class of each point on the map and in the reference.
    classes
        All classes.
    stratum_area_ha
        Area of each stratum [ha].
    stratum_units
        Map cells in each stratum [1], for the finite correction; without it there is none.
    """
    mapped, true = np.asarray(map_class, dtype=np.str_), np.asarray(reference_class, dtype=np.str_)
    for row, pair in enumerate(zip(mapped.tolist(), true.tolist(), strict=True)):
        if not set(pair) <= set(classes):
            raise EstimationError(
                "reference-class-unknown", point=row, map_class=pair[0], reference_class=pair[1]
            )
    population = Population.stratified(point_id, stratum, stratum_area_ha, stratum_plots=stratum_units)
    one = np.ones(mapped.size)
    columns = [one, (mapped == true).astype(np.float64)]
    for name in classes:
        columns += [(true == name) * one, (mapped == name) * one, ((true == name) & (mapped == name)) * one]
    totals = population.totals(np.column_stack(columns))
    share = tuple(_of(totals, 2 + 3 * i, 0, "1") for i in range(len(classes)))
    area_ha = math.fsum(stratum_area_ha.values())
    weight = population.weight_ha[np.argsort(population.order)] / area_ha
    matrix = np.array([[weight[(mapped == i) & (true == j)].sum() for j in classes] for i in classes])
    return StratifiedAccuracy(
        tuple(classes),
        tuple(totals.estimate(2 + 3 * i, "all", "ha") for i in range(len(classes))),
        share,
        tuple(_rate(totals, 4 + 3 * i, 3 + 3 * i) for i in range(len(classes))),
        tuple(_rate(totals, 4 + 3 * i, 2 + 3 * i) for i in range(len(classes))),
        _of(totals, 1, 0, "1"),
        matrix,
    )


def _of(totals: DomainTotals, numerator: int, denominator: int, unit: str) -> Estimate:
    return totals.ratio(numerator, denominator, "all", unit)


def _rate(totals: DomainTotals, numerator: int, denominator: int) -> Estimate | None:
    if float(totals.total[0, denominator]) == 0:
        return None
    return _of(totals, numerator, denominator, "1")
