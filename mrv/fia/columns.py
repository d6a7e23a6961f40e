"""Which table a column stands in, and its values on conditions or on trees.

A column named alone is looked for in POP_PLOT_STRATUM_ASSGN (ESTN_UNIT, STRATUMCD), PLOT, COND and TREE. A
key that several tables share counts as the coarsest one's; any other name that stands in several tables has
to be written with its table (``COND.CN``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from mrv.errors import ExpressionError
from mrv.fia.frame import FiaFrame
from mrv.fia.tables import Table, names_of

LEVELS: Final = ("ASSGN", "PLOT", "COND", "TREE")
"""From the coarsest to the finest."""
SHARED_KEYS: Final = frozenset(
    {"PLT_CN", "CONDID", "SUBP", "INVYR", "STATECD", "UNITCD", "COUNTYCD", "PLOT", "ESTN_UNIT", "STRATUMCD"}
)
"""Names that mean the same wherever they stand."""


@dataclass(frozen=True, slots=True)
class FiaColumn:
    """A column in its table."""

    level: str
    """One of `LEVELS`."""
    name: str
    """Its name in upper case."""

    @property
    def of_trees(self) -> bool:
        """Whether it differs between the trees of a condition."""
        return self.level == "TREE"


def resolve(name: str, known: Mapping[str, Iterable[str]]) -> FiaColumn:
    """Return the column that a name means.

    Parameters
    ----------
    name
        As a person wrote it, in any case, with or without its table.
    known
        Level -> names of its columns in upper case.

    Raises
    ------
    ExpressionError
        Rule ``column-unknown``: no table has it; ``column-ambiguous``: several have.

    Examples
    --------
    >>> resolve("fortypcd", {"COND": ["FORTYPCD"], "TREE": ["SPCD"]}).level
    'COND'
    """
    table, _, column = name.upper().rpartition(".")
    table = "ASSGN" if table == "POP_PLOT_STRATUM_ASSGN" else table
    levels = [level for level in LEVELS if column in set(known.get(level, ())) and table in {"", level}]
    if not levels:
        raise ExpressionError(
            "column-unknown", column=name, tables=", ".join(known), similar=_like(column, known)
        )
    if len(levels) > 1 and column not in SHARED_KEYS:
        raise ExpressionError(
            "column-ambiguous", column=name, choices=" / ".join(f"{v}.{column}" for v in levels)
        )
    return FiaColumn(levels[0], column)


def _like(column: str, known: Mapping[str, Iterable[str]]) -> str:
    """Return known names that begin alike, so that a slip is seen."""
    names = {name for names in known.values() for name in names}
    alike = sorted(name for name in names if name[:4] == column[:4]) or sorted(
        name for name in names if column in name or name in column
    )
    return ", ".join(alike[:8])


def values_on_conditions(frame: FiaFrame, column: FiaColumn) -> NDArray[Any]:
    """Return a column's values on each condition, shape (conditions,)."""
    if column.level == "ASSGN":
        chosen = frame.population.unit if column.name == "ESTN_UNIT" else frame.population.stratum
        return _numbers_if_all(chosen)[frame.cond_plot]
    if column.level == "PLOT":
        return _as_named(column, frame.tables.plots)[frame.plot_row[frame.cond_plot]]
    return _as_named(column, frame.tables.conditions)[frame.cond_row]


def values_on_trees(frame: FiaFrame, column: FiaColumn) -> NDArray[Any]:
    """Return a column's values on each tree, shape (trees,)."""
    if column.of_trees:
        return _as_named(column, frame.tables.trees)[frame.tree_row]
    return values_on_conditions(frame, column)[frame.tree_cond]


def _as_named(column: FiaColumn, table: Table) -> NDArray[Any]:
    """Return a column's values; an identifier is text, however it was read."""
    values = table[column.name.lower()]
    return names_of(values) if column.name == "CN" or column.name.endswith("_CN") else values


def _numbers_if_all(names: NDArray[Any]) -> NDArray[Any]:
    return names.astype(np.float64) if np.char.isdigit(names).all() else names.astype(object)
