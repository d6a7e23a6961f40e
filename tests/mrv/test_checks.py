"""Each kind of bad inventory gets its finding, with the row of the person's own sheet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from mrv.findings import Finding
from mrv.inventory import Columns, build_tree_inventory

Maker = Callable[[list[tuple[Any, ...]]], Columns]
Records = list[tuple[Any, ...]]
NAN = float("nan")


@pytest.fixture
def check(plot_table: Maker, tree_table: Maker) -> Callable[[Records, Records], list[Finding]]:
    return lambda plots, trees: build_tree_inventory(plot_table(plots), tree_table(trees))[1]


def changed(record: tuple[Any, ...], position: int, value: object) -> tuple[Any, ...]:
    return (*record[:position], value, *record[position + 1 :])


@pytest.mark.parametrize(
    ("row", "position", "value", "rule", "severity", "field"),
    [
        (0, 4, 0.0, "plot-area-missing", "error", "area_m2"),
        (0, 4, NAN, "plot-area-missing", "error", "area_m2"),
        (0, 4, -600.0, "plot-area-missing", "error", "area_m2"),
        (0, 2, NAN, "plot-place-missing", "warning", "x_m"),
        (0, 1, 20, "campaign-year-absurd", "error", "campaign_year"),
        (0, 1, 20205, "campaign-year-absurd", "error", "campaign_year"),
        (1, 1, 2025, "plot-duplicated", "error", "plot_id"),
    ],
)
def test_bad_plots(
    check: Callable[[Records, Records], list[Finding]],
    plot_records: Records,
    row: int,
    position: int,
    value: object,
    rule: str,
    severity: str,
    field: str,
) -> None:
    plot_records[row] = changed(plot_records[row], position, value)
    found = [finding for finding in check(plot_records, []) if finding.rule == rule]
    assert [(f.severity, f.field) for f in found] == [(severity, field)]
    # a repetition is shown at the later of the two rows
    assert found[0].row == (8 if rule == "plot-duplicated" else row + 2)


def test_a_plot_without_or_with_another_stratum(
    check: Callable[[Records, Records], list[Finding]], plot_records: Records
) -> None:
    plot_records[5] = changed(plot_records[5], 6, "松类")
    plot_records[6] = changed(plot_records[6], 6, "")
    found = {(f.rule, f.severity, f.row) for f in check(plot_records, [])}
    assert ("plot-stratum-changed", "warning", 7) in found
    assert ("plot-stratum-missing", "error", 8) in found


@pytest.mark.parametrize(
    ("row", "position", "value", "rule", "severity", "field"),
    [
        (0, 4, -18.0, "dbh-absurd", "error", "dbh_cm"),
        (0, 4, 0.0, "dbh-absurd", "error", "dbh_cm"),
        (0, 4, NAN, "dbh-absurd", "error", "dbh_cm"),
        (0, 4, 1800.0, "dbh-absurd", "error", "dbh_cm"),
        (7, 4, 90.0, "dbh-range", "warning", "dbh_cm"),
        (0, 3, "999", "species-unknown", "error", "species_code"),
        (0, 0, "P9", "tree-without-plot", "error", "plot_id"),
        (1, 2, "1", "tree-duplicated", "error", "tree_id"),
        (0, 7, "风倒", "tree-status-unknown", "error", "status"),
        (5, 6, NAN, "bamboo-age-missing", "warning", "du"),
        (7, 5, 60.0, "height-range", "warning", "height_m"),
        (7, 5, -3.0, "height-absurd", "error", "height_m"),
        (7, 5, 0.0, "height-absurd", "error", "height_m"),
        (7, 5, 9999.0, "height-absurd", "error", "height_m"),
        (7, 4, 17.0, "dbh-shrunk", "warning", "dbh_cm"),
        (7, 3, "410", "species-changed", "warning", "species_code"),
        (7, 7, "进界", "ingrowth-not-new", "warning", "status"),
    ],
)
def test_bad_trees(
    check: Callable[[Records, Records], list[Finding]],
    plot_records: Records,
    tree_records: Records,
    row: int,
    position: int,
    value: object,
    rule: str,
    severity: str,
    field: str,
) -> None:
    tree_records[row] = changed(tree_records[row], position, value)
    found = [finding for finding in check(plot_records, tree_records) if finding.rule == rule]
    assert [(f.severity, f.field, f.row) for f in found] == [(severity, field, row + 2)]
    assert found[0].source == "plots.xlsx[样木]"


def test_the_dead_do_not_live_again(
    check: Callable[[Records, Records], list[Finding]], plot_records: Records, tree_records: Records
) -> None:
    tree_records[0] = changed(tree_records[0], 7, "枯死")
    found = [f for f in check(plot_records, tree_records) if f.rule == "tree-revived"]
    assert [(f.row, f.params["before"], f.params["tree"]) for f in found] == [(9, "dead", "1")]


def test_a_reading_error_of_half_a_centimetre_is_none(
    check: Callable[[Records, Records], list[Finding]], plot_records: Records, tree_records: Records
) -> None:
    tree_records[7] = changed(tree_records[7], 4, 17.5)
    assert check(plot_records, tree_records) == []


def many_trees(dbh_first: float, dbh_second: float) -> Records:
    return [
        ("P1", year, str(i), "310", dbh + i, 10.0 + 0.3 * i, NAN, "live")
        for year, dbh in ((2020, dbh_first), (2025, dbh_second))
        for i in range(12)
    ]


def test_exchanged_campaigns_are_seen(
    check: Callable[[Records, Records], list[Finding]], plot_records: Records
) -> None:
    found = [f for f in check(plot_records, many_trees(12.0, 10.0)) if f.rule == "campaign-order"]
    assert [(f.severity, f.params["shrunk"], f.params["trees"]) for f in found] == [("error", 12, 12)]
    # the first row of the later campaign whose tree is thinner than before
    assert [(f.row, f.field, f.value) for f in found] == [(14, "campaign_year", "2025")]
    assert [f for f in check(plot_records, many_trees(10.0, 12.0)) if f.rule == "campaign-order"] == []


def test_a_height_far_off_its_species(
    check: Callable[[Records, Records], list[Finding]], plot_records: Records
) -> None:
    rng = np.random.default_rng(5)
    trees: Records = [
        ("P1", 2020, str(i), "310", float(d), float(0.9 * d**0.9 * rng.normal(1, 0.05)), NAN, "live")
        for i, d in enumerate(np.linspace(8, 30, 40))
    ]
    trees[20] = changed(trees[20], 5, 2.0)
    found = [f for f in check(plot_records, trees) if f.rule == "height-outlier"]
    assert [(f.row, f.severity) for f in found] == [(22, "warning")]
