"""What each design makes of plots and strata: groups of plots and what they are multiplied by.

`mrv.population` puts these together; the formulas are those of its designs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from mrv.domain_totals import Factors
from mrv.errors import EstimationError
from mrv.moments import Floats, Ints, Labels, check_strata, sorted_by_id
from mrv.strata import Collapse, EstimationUnit, SinglePlot, merge_small, refuse_single, shares_of


def sorted_labels(plot_id: ArrayLike, *labels: ArrayLike) -> tuple[Labels, Ints, tuple[Labels, ...]]:
    """Return sorted identifiers, their order, and the labels in it."""
    ids = np.asarray(plot_id, dtype=np.str_)
    if ids.size == 0:
        raise EstimationError("sample-empty")
    order = sorted_by_id(ids)
    columns = [np.asarray(column, dtype=np.str_) for column in labels]
    for column in columns:
        if column.size != ids.size:
            raise EstimationError("sample-lengths-differ", plots=ids.size, values=column.size)
    return ids[order], order, tuple(column[order] for column in columns)


@dataclass(frozen=True, slots=True)
class UnitStrata:
    """The pairs of unit and stratum that have plots, by unit and then by name."""

    strata: list[str]
    """Stratum of each pair."""
    plots: Ints
    """Plots of each pair [1], shape (pairs,)."""
    code: Ints
    """Pair of each plot, shape (n,)."""
    of_unit: dict[str, slice]
    """Pairs of each unit."""


def unit_strata(owner: Labels, stratum: Labels) -> UnitStrata:
    """Return the pairs of unit and stratum of plots, found in one sort.

    Examples
    --------
    >>> found = unit_strata(np.array(["b", "a", "b"]), np.array(["1", "1", "2"]))
    >>> found.strata, found.of_unit["b"], found.code.tolist()
    (['1', '1', '2'], slice(1, 3, None), [1, 0, 2])
    """
    units, unit_code = np.unique(owner, return_inverse=True)
    names, name_code = np.unique(stratum, return_inverse=True)
    pair, code, plots = np.unique(unit_code * names.size + name_code, return_inverse=True, return_counts=True)
    ends = np.searchsorted(pair, np.arange(units.size + 1) * names.size).tolist()
    slices = (slice(first, last) for first, last in pairwise(ends))
    return UnitStrata(
        names[pair % names.size].tolist(), plots, code, dict(zip(units.tolist(), slices, strict=True))
    )


def not_measured(plots: Mapping[str, int], stratum_plots: Mapping[str, float]) -> Floats:
    """Return 1 - n_h / N_h for each stratum [1]; 1 where N_h is not given."""
    for name, count in plots.items():
        if name in stratum_plots and not stratum_plots[name] >= count:
            raise EstimationError(
                "stratum-plots-too-many", stratum=name, n_plots=count, whole=stratum_plots[name]
            )
    return np.array(
        [1 - n / stratum_plots[name] if name in stratum_plots else 1.0 for name, n in plots.items()]
    )


def with_lenders(codes: Ints, pairs: list[tuple[int, int]]) -> tuple[Ints, Ints]:
    """Return members and their groups, each pair of collapsed strata a further group."""
    rows, group = [np.arange(codes.size)], [codes]
    for extra, (a, b) in enumerate(pairs):
        members = np.flatnonzero((codes == a) | (codes == b))
        rows.append(members)
        group.append(np.full(members.size, int(codes.max()) + 1 + extra))
    return np.concatenate(rows), np.concatenate(group)


def plain_factors(expansion: Floats, spread: Floats) -> Factors:
    """Return the factors of a design without units, from those of mean [ha] and covariance [ha2]."""
    none = np.zeros(expansion.size)
    return Factors(expansion, spread, none.astype(np.intp), none, none)


def check_units(owner: Labels, units: Sequence[EstimationUnit]) -> None:
    """Refuse plots of a unit that is not listed."""
    known = {unit.id for unit in units}
    for unit_id in np.unique(owner).tolist():
        if unit_id not in known:
            raise EstimationError("unit-unknown", unit=unit_id)


def strata_of_unit(
    unit: EstimationUnit, plots: Mapping[str, int], single_plot: SinglePlot
) -> tuple[list[str], Ints, Floats, list[Collapse]]:
    """Return the strata of a unit that are left, which of them each one given became, shares and merges.

    Parameters
    ----------
    unit
        The unit.
    plots
        Strata that have plots, sorted, with their number [1].
    single_plot
        What becomes of a stratum with one plot.
    """
    strata = list(plots)
    shares = shares_of(unit)
    if single_plot == "refuse":
        refuse_single(plots)
        check_strata(plots, shares)
        return strata, np.arange(len(strata)), np.array([shares[name] for name in strata]), []
    for name in strata:
        if name not in shares:
            raise EstimationError("stratum-without-weight", stratum=name, n_plots=plots[name])
    goes_to, left, merged = merge_small(unit.id, plots, shares)
    kept = sorted(set(goes_to.values()))
    codes = np.array([kept.index(goes_to[name]) for name in strata], dtype=np.intp)
    return kept, codes, np.array([left[name] for name in kept]), merged


def unit_factors(method: str, unit: EstimationUnit, index: int, share: Floats, n_h: Floats) -> Floats:
    """Return expansion, spread, unit, share and between factor of a unit's groups, shape (5, h)."""
    A2, n = unit.area_ha**2, n_h.sum()
    W = share
    if method == "post_stratified":
        spread, between = A2 * (W / n + (1 - W) / n**2), np.zeros(W.size)
    else:
        points = float(sum(unit.stratum_weights.values()))
        if not points > 1:
            raise EstimationError("unit-without-weights", unit=unit.id)
        spread = A2 * np.maximum(W * points - 1, 0.0) / (points - 1) * W / n_h
        between = A2 * W / (points - 1)
    return np.array([unit.area_ha * W, spread, np.full(W.size, float(index)), W, between])
