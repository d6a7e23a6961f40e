"""The tree inventory: plots and trees as typed columns, in one order whatever the file's order.

`build_tree_inventory` takes the columns that a mapping file has named and typed; it translates the
status words, sorts by identifier and runs every check of `mrv.checks`. No value is repaired.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from mrv.checks import check_inventory
from mrv.equations.library import Library
from mrv.errors import InventoryError
from mrv.findings import Finding
from mrv.moments import Floats, Labels
from mrv.plot_design import FIXED, PlotDesign

Ints = NDArray[np.int64]

STATUS_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "live": "live",
        "dead": "dead",
        "cut": "cut",
        "ingrowth": "ingrowth",
        "活立木": "live",
        "枯死": "dead",
        "枯立木": "dead",
        "采伐": "cut",
        "进界": "ingrowth",
        "进界木": "ingrowth",
    }
)
"""Words for the state of a tree, in Chinese and English, and what they mean."""

PLOT_COLUMNS: Final = ("plot_id", "campaign_year", "x_m", "y_m", "area_m2", "parcel_id", "stratum")
"""Columns a plot table must have, ``area_m2`` only where plots are of fixed area; ``slope_deg`` and
``sampled_frac`` may be there too."""
TREE_COLUMNS: Final = ("plot_id", "campaign_year", "tree_id", "species_code", "dbh_cm", "height_m", "status")
"""Columns a tree table must have; ``du`` (bamboo age), ``tally_count`` and ``part_id`` may be
there too."""


class ColumnTable(Protocol):
    """A table as columns, with the place of each row in the person's own file."""

    @property
    def source(self) -> str:
        """File name, with ``[sheet]`` where there is one."""

    @property
    def columns(self) -> Mapping[str, NDArray[Any]]:
        """Column name -> values."""

    @property
    def rows(self) -> Ints:
        """Row of each record in the person's file."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The plainest `ColumnTable`."""

    source: str
    """File name, with ``[sheet]`` where there is one."""
    columns: Mapping[str, NDArray[Any]]
    """Column name -> values."""
    rows: Ints
    """Row of each record in the person's file."""


@dataclass(frozen=True, slots=True)
class Plots:
    """Plot visits, sorted by campaign and plot; one record for each plot and campaign."""

    source: str
    """File and sheet."""
    row: Ints
    """Row in the person's file."""
    plot_id: Labels
    """Plot number."""
    campaign_year: Ints
    """Year of the campaign."""
    x_m: Floats
    """Easting [m], in the county's reference system."""
    y_m: Floats
    """Northing [m]."""
    area_m2: Floats
    """Area of the plot [m2]; horizontal, unless the design says that lengths follow the slope."""
    parcel_id: Labels
    """Sub-compartment the plot lies in."""
    stratum: Labels
    """Stratum it samples."""
    slope_deg: Floats
    """Slope [degrees]; NaN where unknown. It corrects areas only where the design says so."""
    sampled_frac: Floats
    """Part of the plot that lies in the population and was measured [1]; 1 where the file does not say."""


@dataclass(frozen=True, slots=True)
class Trees:
    """Tree records, sorted by campaign, plot and tree."""

    source: str
    """File and sheet."""
    row: Ints
    """Row in the person's file."""
    plot_id: Labels
    """Plot number."""
    campaign_year: Ints
    """Year of the campaign."""
    tree_id: Labels
    """Tree number within the plot."""
    species_code: Labels
    """Three-digit species code."""
    dbh_cm: Floats
    """Diameter at 1.3 m [cm]."""
    height_m: Floats
    """Height [m]; NaN where it was not measured."""
    du: Floats
    """Age class of a bamboo culm [du]; NaN otherwise."""
    status: Labels
    """live, dead, cut or ingrowth; the word of the file where it is none of the known ones."""
    tally_count: Floats
    """How often the tree counts [1]: 1, 2 by the walkthrough method, 0 outside the population."""
    part_id: Labels
    """Part of a split plot that the tree stands in; empty where plots are whole."""


@dataclass(frozen=True, slots=True)
class Inventory:
    """A checked inventory."""

    plots: Plots
    """Plot visits."""
    trees: Trees
    """Tree records."""
    design: PlotDesign = FIXED
    """How the plots choose their trees."""
    region: str = ""
    """Region the plots stand in, for equations made for one; empty where it is not known."""
    equations: Library | None = None
    """The county's own equations, which go before the packaged ones."""

    @property
    def campaigns(self) -> tuple[int, ...]:
        """Years of the campaigns, rising."""
        return tuple(int(year) for year in np.unique(self.plots.campaign_year))


def build_tree_inventory(
    plots: ColumnTable, trees: ColumnTable, design: PlotDesign = FIXED
) -> tuple[Inventory, list[Finding]]:
    """Return the inventory and what the checks found in it.

    Parameters
    ----------
    plots
        Columns `PLOT_COLUMNS`, and ``slope_deg`` [degrees] and ``sampled_frac`` [1] if known.
    trees
        Columns `TREE_COLUMNS`, and ``du`` and ``tally_count`` [1] if known.
    design
        How the plots choose their trees.

    Returns
    -------
    Inventory, list of Finding
        A finding of severity ``error`` blocks the account stage.

    Raises
    ------
    InventoryError
        A column is missing, or columns differ in length.
    """
    inventory = Inventory(build_plots(plots, design), build_trees(trees), design)
    return inventory, check_inventory(inventory)


def build_plots(table: ColumnTable, design: PlotDesign = FIXED) -> Plots:
    """Return plot visits, sorted by campaign and plot, without a check of what they say."""
    sized = design.kind == "fixed"
    _require(table, tuple(name for name in PLOT_COLUMNS if sized or name != "area_m2"))
    plot_id, year = _text(table, "plot_id"), _whole(table, "campaign_year")
    order = np.lexsort((table.rows, plot_id, year))
    return Plots(
        source=table.source,
        row=_rows(table)[order],
        plot_id=plot_id[order],
        campaign_year=year[order],
        x_m=_real(table, "x_m")[order],
        y_m=_real(table, "y_m")[order],
        area_m2=_real(table, "area_m2")[order],
        parcel_id=_text(table, "parcel_id")[order],
        stratum=_text(table, "stratum")[order],
        slope_deg=_real(table, "slope_deg")[order],
        sampled_frac=_one_unless_stated(table, "sampled_frac")[order],
    )


def build_trees(table: ColumnTable) -> Trees:
    """Return tree records, sorted by campaign, plot and tree, without a check of what they say."""
    _require(table, TREE_COLUMNS)
    plot_id, tree_id = _text(table, "plot_id"), _text(table, "tree_id")
    year = _whole(table, "campaign_year")
    order = np.lexsort((table.rows, tree_id, plot_id, year))
    words = _text(table, "status")
    stated = "part_id" in table.columns
    part = _text(table, "part_id") if stated else np.full(len(table.rows), "", dtype=np.str_)
    status = np.array([STATUS_WORDS.get(str(word).strip().lower(), str(word)) for word in words], np.str_)
    return Trees(
        source=table.source,
        row=_rows(table)[order],
        plot_id=plot_id[order],
        campaign_year=year[order],
        tree_id=tree_id[order],
        species_code=_text(table, "species_code")[order],
        dbh_cm=_real(table, "dbh_cm")[order],
        height_m=_real(table, "height_m")[order],
        du=_real(table, "du")[order],
        status=status[order] if status.size else status.astype(np.str_),
        tally_count=_one_unless_stated(table, "tally_count")[order],
        part_id=part[order] if part.size else part.astype(np.str_),
    )


def _require(table: ColumnTable, names: tuple[str, ...]) -> None:
    for name in names:
        if name not in table.columns:
            raise InventoryError("inventory-column-missing", source=table.source, field=name)
    for name, values in table.columns.items():
        if len(values) != len(table.rows):
            raise InventoryError(
                "inventory-column-length", source=table.source, field=name, count=len(values)
            )


def _rows(table: ColumnTable) -> Ints:
    return np.asarray(table.rows, dtype=np.int64)


def _text(table: ColumnTable, name: str) -> Labels:
    values = table.columns[name]
    missing = [value is None or value != value for value in values]  # noqa: PLR0124 - NaN
    plain = ["" if gone else str(value).strip() for value, gone in zip(values, missing, strict=True)]
    return np.array(plain, dtype=np.str_)


def _real(table: ColumnTable, name: str) -> Floats:
    values = table.columns.get(name)
    if values is None:
        return np.full(len(table.rows), np.nan)
    plain = [np.nan if value is None or value == "" else value for value in values]
    return np.array(plain, dtype=np.float64)


def _one_unless_stated(table: ColumnTable, name: str) -> Floats:
    values = _real(table, name)
    return np.where(np.isnan(values), 1.0, values)


def _whole(table: ColumnTable, name: str) -> Ints:
    values = _real(table, name)
    bad = np.flatnonzero(~np.isfinite(values) | (values != np.round(values)))
    if bad.size:
        row = int(_rows(table)[bad[0]])
        raise InventoryError(
            "year-missing", source=table.source, row=row, field=name, value=str(table.columns[name][bad[0]])
        )
    return values.astype(np.int64)
