"""Periods of a national-inventory sample: means, paired change, the refusal of a guess."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mrv.errors import EstimationError
from mrv.inventory import Columns
from mrv.nfi_periods import check_periods, per_hectare, period_stocks, stock_changes


def table(source: str, **columns: list[Any]) -> Columns:
    size = len(next(iter(columns.values())))
    arrays = {name: np.array(values, dtype=object) for name, values in columns.items()}
    return Columns(source, arrays, np.arange(2, size + 2))


def plots(year: int, stock: dict[str, float]) -> Columns:
    years = [year] * len(stock)
    return table(f"p{year}", plot_id=list(stock), campaign_year=years, growing_stock_m3=list(stock.values()))


def trees(year: int, rows: list[tuple[str, str, str, str]]) -> Columns:
    names = ("plot_id", "tree_id", "species_code", "status")
    columns = {name: [row[i] for row in rows] for i, name in enumerate(names)}
    return table(f"t{year}", campaign_year=[year] * len(rows), **columns)


FIRST = plots(2005, {"B": 2.0, "A": 4.0, "C": 0.0})
SECOND = plots(2010, {"A": 5.0, "B": 4.0, "D": 9.0})


def test_means_keep_the_plots_without_trees_and_change_is_paired() -> None:
    stocks = period_stocks([SECOND, FIRST])
    assert [(s.year, s.mean_m3) for s in stocks] == [(2005, 2.0), (2010, 6.0)]
    change = stock_changes(stocks)[0]
    assert (change.period, change.plots, change.mean_m3) == ((2005, 2010), 2, 1.5)
    # differences 1 and 2: sd .7071, t(1 df, 90 %) = 6.313752
    assert change.half_width_m3 == pytest.approx(6.313752 * 0.5, rel=1e-6)


def test_nothing_per_hectare_without_a_plot_size() -> None:
    for unknown in (None, 0.0, -1.0):
        with pytest.raises(EstimationError, match="nfi-plot-area-not-stated"):
            per_hectare(2.64, unknown)
    assert per_hectare(2.0, 666.6667) == pytest.approx(30, rel=1e-6)


def test_checks_name_the_file_of_the_finding() -> None:
    before = trees(2005, [("A", "1", "410", "live"), ("A", "2", "410", "live"), ("B", "1", "150", "dead")])
    after = trees(2010, [("A", "1", "420", "live"), ("B", "1", "150", "live"), ("X", "1", "150", "15")])
    found = {(f.rule, f.source, f.row) for f in check_periods([FIRST, SECOND], [before, after])}
    assert found == {
        ("tree-without-plot", "t2010", 4),
        ("plot-not-revisited", "p2005", 4),
        ("tree-vanished", "t2005", 3),
        ("species-changed", "t2010", 2),
        ("tree-revived", "t2010", 3),
    }


def test_what_is_no_period() -> None:
    with pytest.raises(EstimationError, match="nfi-stock-missing: source=p2005; row=3"):
        period_stocks([plots(2005, {"A": 1.0, "B": float("nan")})])
    mixed = table("p", plot_id=["A", "A"], campaign_year=[2005, 2005], growing_stock_m3=[1.0, 2.0])
    with pytest.raises(EstimationError, match="nfi-period-mixed"):
        period_stocks([mixed])
