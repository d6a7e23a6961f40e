"""Findings about a plot visit or a tree: who, when and where, in the words of the person's own sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mrv.findings import Finding, Severity

if TYPE_CHECKING:
    from mrv.inventory import Plots, Trees

Param = str | int | float


def positions(mask: NDArray[np.bool_]) -> list[int]:
    """Return where a mask holds, as plain numbers.

    Examples
    --------
    >>> positions(np.array([True, False, True]))
    [0, 2]
    """
    return [int(i) for i in np.flatnonzero(mask)]


def plot_finding(
    plots: Plots, i: int, rule: str, severity: Severity, field: str, /, **params: Param
) -> Finding:
    """Return a finding about a plot visit.

    Parameters
    ----------
    plots
        Plot visits.
    i
        Position of the visit.
    rule, severity, field
        What was found, how grave it is, and in which column.
    **params
        Further values the message names; ``value`` stands for the cell's own.
    """
    where: dict[str, Param] = {"plot": str(plots.plot_id[i]), "year": int(plots.campaign_year[i])}
    value = str(params.pop("value", getattr(plots, field)[i]))
    return Finding(rule, severity, plots.source, int(plots.row[i]), field, value, {**where, **params})


def tree_finding(
    trees: Trees, i: int, rule: str, severity: Severity, field: str, /, **params: Param
) -> Finding:
    """Return a finding about a tree.

    Parameters
    ----------
    trees
        Tree records.
    i
        Position of the tree.
    rule, severity, field
        What was found, how grave it is, and in which column.
    **params
        Further values the message names; ``value`` stands for the cell's own.
    """
    where: dict[str, Param] = {
        "plot": str(trees.plot_id[i]),
        "tree": str(trees.tree_id[i]),
        "year": int(trees.campaign_year[i]),
    }
    value = str(params.pop("value", getattr(trees, field)[i]))
    return Finding(rule, severity, trees.source, int(trees.row[i]), field, value, {**where, **params})
