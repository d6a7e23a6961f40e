"""A total assisted by a regression, for one's own tables: GREG, or two-phase where the means are a sample's.

Which of the two it is follows from what is known of the auxiliary means (`mrv.regression` has the formulas).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mrv.answer import AnswerRow
from mrv.moments import Floats
from mrv.population import Population
from mrv.regression import estimate_greg, estimate_two_phase
from mrv.statement_items import Note


@dataclass(frozen=True, slots=True)
class Assisted:
    """Auxiliary columns and what is known of them."""

    means: Mapping[str, float]
    """Column of the plots -> its mean, in the column's unit."""
    points: int | None = None
    """Points of the first phase that the means come from; None where they are of the whole area."""


def assisted_row(
    population: Population, values: Floats, auxiliary: Floats, assisted: Assisted, unit: str
) -> tuple[AnswerRow, Note]:
    """Return the total of the whole, and what the regression did for it.

    Parameters
    ----------
    population
        The plots and their design.
    values
        The quantity per hectare on each plot, shape (n,), in the caller's order.
    auxiliary
        Auxiliary columns, shape (n, q), in the order of `assisted`.
    assisted
        Their means.
    unit
        Unit of the total.
    """
    means = np.array(list(assisted.means.values()))
    if assisted.points is None:
        found = estimate_greg(population, values, auxiliary, means, unit=unit)
    else:
        found = estimate_two_phase(population, values, auxiliary, means, assisted.points, unit=unit)
    row = AnswerRow((), found.estimate, int(np.count_nonzero(values)), found.estimate, None, 0.0)
    told: dict[str, str | int | float] = {
        "columns": ", ".join(assisted.means),
        "efficiency": float(min(found.relative_efficiency, 1e6)),
        "direct": found.direct.value,
        "direct_se": found.direct.standard_error,
        "unit": unit,
    }
    return row, Note("estimate-regression", told)
