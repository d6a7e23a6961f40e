"""A question put to a FIADB evaluation, and the columns it needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from mrv.errors import EstimationError, InventoryError
from mrv.fia.columns import FiaColumn, resolve
from mrv.fia.domains import LANDS, TREES
from mrv.fia.quantities import FiaQuantity, fia_quantity
from mrv.where import Node, column_names, parse_condition

_PLOT: Final = ("CN", "PLOT_STATUS_CD")
_COND: Final = ("PLT_CN", "CONDID", "COND_STATUS_CD", "CONDPROP_UNADJ")
_COND_OF_TREES: Final = ("SUBPPROP_UNADJ", "MICRPROP_UNADJ")
_TREE: Final = ("PLT_CN", "CONDID", "STATUSCD", "TPA_UNADJ")
_WHERE_THERE: Final = {
    "PLOT": ("MACRO_BREAKPOINT_DIA",),
    "COND": ("SUBPPROP_UNADJ", "MICRPROP_UNADJ", "MACRPROP_UNADJ", "PROP_BASIS"),
}
"""Columns that are read where the table has them."""
Known = Mapping[str, Iterable[str]]
"""Level (``ASSGN``, ``PLOT``, ``COND``, ``TREE``) -> columns that its table has, in upper case."""


@dataclass(frozen=True, slots=True)
class FiaRequest:
    """What is to be estimated."""

    quantity: FiaQuantity
    """The quantity."""
    per_area: bool = False
    """Whether the ratio to the area of the land is asked for, not the total."""
    land: str = "forest"
    """``forest``, ``timber`` or ``all``."""
    trees: str = "live"
    """``live``, ``dead`` or ``all``."""
    where: Node | None = None
    """Condition on plots, conditions and trees."""
    by: tuple[str, ...] = ()
    """Columns to group by."""

    def names(self) -> tuple[str, ...]:
        """Return the columns that a person named."""
        return tuple(dict.fromkeys([*self.by, *(column_names(self.where) if self.where else ())]))


def make_request(
    quantity: str,
    *,
    per_area: bool = False,
    land: str = "forest",
    trees: str = "live",
    where: str | None = None,
    by: Iterable[str] = (),
) -> FiaRequest:
    """Return a request from words.

    Raises
    ------
    EstimationError
        Rule ``estimate-quantity-unknown``, ``estimate-choice-unknown`` or ``estimate-area-per-area``.
    ExpressionError
        The condition cannot be read.

    Examples
    --------
    >>> make_request("volume", where="FORTYPCD = 281").names()
    ('FORTYPCD',)
    """
    chosen = fia_quantity(quantity)
    for option, value, choices in (("--land", land, LANDS), ("--tree-status", trees, TREES)):
        if value not in choices:
            raise EstimationError(
                "estimate-choice-unknown", option=option, value=value, choices=", ".join(choices)
            )
    if per_area and not chosen.of_trees:
        raise EstimationError("estimate-area-per-area", quantity=quantity)
    return FiaRequest(chosen, per_area, land, trees, parse_condition(where) if where else None, tuple(by))


def resolved(request: FiaRequest, known: Known) -> Mapping[str, FiaColumn]:
    """Return the column of each name in a request; an area has no groups by columns of trees."""
    found = {name: resolve(name, known) for name in request.names()}
    for name in request.by:
        if found[name].of_trees and not request.quantity.of_trees:
            raise EstimationError("estimate-area-by-trees", column=found[name].name)
    return found


def needed_columns(request: FiaRequest, known: Known) -> dict[str, tuple[str, ...]]:
    """Return the columns of PLOT, COND and TREE to read, in upper case.

    Raises
    ------
    InventoryError
        Rule ``fia-column-missing``: the quantity or the rules of estimation need a column that is not there.
    """
    needed = {"PLOT": [*_PLOT], "COND": [*_COND], "TREE": []}
    if request.land == "timber":
        needed["COND"] += ["RESERVCD", "SITECLCD"]
    if request.quantity.of_trees:
        needed["COND"] += _COND_OF_TREES
        needed["TREE"] += [*_TREE, *(name.upper() for name in request.quantity.columns)]
        needed["TREE"] += [] if request.trees == "live" else ["STANDING_DEAD_CD"]
    for table, names in needed.items():
        there = set(known.get(table, ()))
        for name in names:
            if name not in there:
                raise InventoryError(
                    "fia-column-missing", table=table, field=name, quantity=request.quantity.id
                )
        needed[table] = names + [name for name in _WHERE_THERE.get(table, ()) if name in there]
    if request.quantity.of_trees and "MACRO_BREAKPOINT_DIA" in needed["PLOT"] and "DIA" in set(known["TREE"]):
        needed["TREE"].append("DIA")
    for column in resolved(request, known).values():
        if column.level in needed:
            needed[column.level].append(column.name)
    return {table: tuple(dict.fromkeys(names)) for table, names in needed.items() if names}
