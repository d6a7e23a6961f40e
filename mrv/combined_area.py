"""The area of several classes together, with the variance of their sum.

The areas of two classes come from the same points, so their variances do not add: a point is in one of
them or in none, and the sum is estimated as a class of its own.
"""

from __future__ import annotations

import math
from collections.abc import Collection

import numpy as np

from mrv.area import AreaAccuracy
from mrv.errors import EstimationError
from mrv.sampling import Estimate


def combined_area(accuracy: AreaAccuracy, classes: Collection[str]) -> Estimate:
    """Return the error-adjusted area of some classes together [ha] (Olofsson and others 2014, eq. 9-11).

    A = sum_i A_i q_i, V = sum_i A_i^2 q_i (1 - q_i) / (n_i - 1), q_i the share of the points of map
    class i whose reference is one of the classes.

    Parameters
    ----------
    accuracy
        Of the map, with its error matrix.
    classes
        Reference classes to take together, e.g. those that are forest at the end.
    """
    wanted = np.array([name in classes for name in accuracy.classes])
    if int(wanted.sum()) != len(set(classes)):
        unknown = sorted(set(classes) - set(accuracy.classes))
        raise EstimationError("area-class-unknown", classes=", ".join(unknown))
    n_i = accuracy.matrix.sum(axis=1)
    q = accuracy.matrix[:, wanted].sum(axis=1) / np.where(n_i > 0, n_i, 1.0)
    spread = q * (1 - q) / np.where(n_i > 1, n_i - 1, 1.0)
    value = math.fsum(accuracy.mapped_ha * q)
    variance = math.fsum(accuracy.mapped_ha**2 * spread)
    return Estimate(value, variance, math.inf, "ha", int(n_i.sum()), "olofsson")
