"""A data set of plots and trees whose periods stand in files of their own, in one folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from flows.errors import FieldError
from flows.field_records import FieldCheck, in_order
from flows.steps.reading import convert
from geodata.findings import Finding
from geodata.mapping import TableMapping
from geodata.tables import Table, read_table
from mrv.nfi_periods import check_periods, per_hectare, period_stocks, stock_changes

KINDS = ("plots", "trees")


def check_period_folder(
    folder: Path, tables: Mapping[str, TableMapping], plot_area_m2: float | None
) -> FieldCheck:
    """Read and check a data set whose periods stand in files of their own (`mrv.nfi_periods`).

    Parameters
    ----------
    folder
        Where the files are.
    tables
        Tables ``plots_<period>`` and ``trees_<period>`` of its mapping, each with its file.
    plot_area_m2
        Size of a plot, if somebody stated it [m2].
    """
    named = {kind: [t for name, t in tables.items() if name.startswith(f"{kind}_")] for kind in KINDS}
    if not named["plots"] or len(named["plots"]) != len(named["trees"]):
        raise FieldError("field-mapping-incomplete", mapping=str(folder), table="plots_<period>")
    findings: list[Finding] = []
    read: dict[str, tuple[Table, ...]] = {}
    for kind, chosen in named.items():
        found = [read_table(folder / (table.file or ""), table) for table in chosen]
        read[kind] = tuple(table for table, _ in found)
        findings += [finding for _, more in found for finding in more]
    everything = (*read["plots"], *read["trees"])
    findings += [convert(f, *everything) for f in check_periods(read["plots"], read["trees"])]
    sources = tuple((folder / (t.file or ""), t.sheet) for kind in KINDS for t in named[kind])
    periods = _periods(read["plots"], plot_area_m2)
    return FieldCheck(read["plots"], read["trees"], in_order(findings), sources, periods=periods)


def _periods(plots: Sequence[Table], plot_area_m2: float | None) -> tuple[dict[str, Any], ...]:
    """Return mean stock and change of each period; per hectare only where the plot size was stated."""
    stocks = period_stocks(plots)
    changes = {change.period[1]: change for change in stock_changes(stocks)}
    made = []
    for stock in stocks:
        row: dict[str, Any] = {
            "year": stock.year,
            "plots": len(stock.plot_id),
            "mean_m3_per_plot": stock.mean_m3,
            "mean_m3_per_ha": per_hectare(stock.mean_m3, plot_area_m2) if plot_area_m2 else None,
            "change": asdict(changes[stock.year]) if stock.year in changes else None,
        }
        made.append(row)
    return tuple(made)
