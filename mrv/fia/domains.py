"""What is estimated for: land, trees, conditions in words, and groups that add up to the whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from mrv.errors import ExpressionError
from mrv.fia.columns import FiaColumn, values_on_conditions, values_on_trees
from mrv.fia.frame import FiaFrame
from mrv.fia.tables import Positions, codes_of, reals_of
from mrv.groups import Group, group_rows
from mrv.where import Mask, Node, column_names, conjuncts, matches

LANDS: Final = ("forest", "timber", "all")
"""Forest land (COND_STATUS_CD 1); timberland (that, not reserved, SITECLCD 1 to 6); all that was sampled."""
TREES: Final = ("live", "dead", "all")
"""Live (STATUSCD 1), standing dead (2, STANDING_DEAD_CD 1), both."""


@dataclass(frozen=True, slots=True)
class Domain:
    """Rows of a frame that belong to a domain."""

    conditions: Mask
    """Of each condition, shape (conditions,)."""
    trees: Mask
    """Of each tree, shape (trees,)."""


@dataclass(frozen=True, slots=True)
class Groups:
    """A number for the group of each row."""

    names: tuple[Group, ...]
    """The groups in their order; one value for each column they are by."""
    of_conditions: Positions | None
    """Group of each condition, -1 outside; None where groups differ within a condition."""
    of_trees: Positions
    """Group of each tree, -1 outside."""


def make_domain(
    frame: FiaFrame,
    columns: Mapping[str, FiaColumn],
    *,
    land: str = "forest",
    trees: str = "live",
    where: Node | None = None,
    of_trees: bool = True,
) -> Domain:
    """Return the conditions and trees of a domain.

    The parts of `where` that name columns of conditions and plots restrict land and trees; a part that
    names a column of trees restricts the trees alone, so the area of a ratio stays that of the land.

    Parameters
    ----------
    frame
        Rows in their places.
    columns
        Column of each name in `where`.
    land, trees
        One of `LANDS` and of `TREES`.
    where
        A parsed condition.
    of_trees
        Whether trees are estimated; an area cannot be restricted by a column of trees.
    """
    chosen = land_mask(frame, land)
    tree_mask = _tree_status(frame, trees) if of_trees else np.zeros(frame.tree_row.size, dtype=bool)
    for part in conjuncts(where) if where else ():
        names = [name for name in column_names(part) if columns[name].of_trees]
        if not names:
            chosen &= matches(part, lambda name: values_on_conditions(frame, columns[name]), chosen.size)
        elif of_trees:
            tree_mask &= matches(part, lambda name: values_on_trees(frame, columns[name]), tree_mask.size)
        else:
            raise ExpressionError("where-tree-column-of-area", column=names[0])
    return Domain(chosen, tree_mask & chosen[frame.tree_cond])


def land_mask(frame: FiaFrame, land: str) -> Mask:
    """Return which conditions are of a kind of land."""
    conditions = frame.tables.conditions
    if land == "all":
        return np.ones(frame.cond_row.size, dtype=bool)
    forest: Mask = codes_of(conditions["cond_status_cd"])[frame.cond_row] == 1
    if land == "forest":
        return forest
    free = codes_of(conditions["reservcd"])[frame.cond_row] == 0
    site = codes_of(conditions["siteclcd"])[frame.cond_row]
    timber: Mask = forest & free & (site >= 1) & (site <= 6)
    return timber


def _tree_status(frame: FiaFrame, trees: str) -> Mask:
    status = codes_of(frame.tables.trees["statuscd"])[frame.tree_row]
    expanded = np.isfinite(reals_of(frame.tables.trees["tpa_unadj"])[frame.tree_row])
    live: Mask = status == 1
    if trees == "live":
        return live & expanded
    dead: Mask = (status == 2) & (codes_of(frame.tables.trees["standing_dead_cd"])[frame.tree_row] == 1)
    return (dead if trees == "dead" else live | dead) & expanded


def make_groups(frame: FiaFrame, domain: Domain, columns: Sequence[FiaColumn]) -> Groups:
    """Return the groups of a domain by the values of some columns.

    Rows without a value are a group of their own, so that the groups add up to the whole.
    """
    of_trees = any(column.of_trees for column in columns)
    mask = domain.trees if of_trees else domain.conditions
    get = values_on_trees if of_trees else values_on_conditions
    group = np.full(mask.size, -1, dtype=np.intp)
    names, group[mask] = group_rows(
        [get(frame, column)[mask] for column in columns], [column.name for column in columns]
    )
    if of_trees:
        return Groups(names, None, group)
    return Groups(names, group, np.where(domain.trees, group[frame.tree_cond], -1).astype(np.intp))
