"""Finished tables: what is repeated, dangling or out of all range is found with its row."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mrv.inventory import Columns
from mrv.table_checks import check_fiadb, check_order, check_plot_biomass, check_shares, check_words

NAN = float("nan")


def table(name: str, **columns: list[Any]) -> Columns:
    arrays = {
        key: np.array(values, dtype=object if isinstance(values[0], str) else None)
        for key, values in columns.items()
    }
    count = len(next(iter(columns.values())))
    return Columns(f"{name}.csv", arrays, np.arange(2, count + 2))


@pytest.fixture
def tables() -> dict[str, Columns]:
    """Return two plots in one stratum, three conditions, three trees, two of them alike."""
    return {
        "plots": table(
            "plots", cn=["1", "2"], plot_status_cd=[1, 2], lon_public=[-107.0, NAN], lat_public=[44.0, NAN]
        ),
        "conditions": table(
            "conditions",
            plt_cn=["1", "1", "2"],
            condid=[1, 2, 1],
            condprop_unadj=[0.75, 0.25, 1.0],
            subpprop_unadj=[0.75, 0.25, 1.0],
            micrprop_unadj=[1.0, 0.0, NAN],
            cond_status_cd=[1, 2, 2],
        ),
        "trees": table(
            "trees",
            plt_cn=["1", "1", "1"],
            subp=[1.0, 1.0, 1.0],
            tree=[1.0, 2.0, 3.0],
            condid=[1, 1, 1],
            spcd=[108, 108, 999],
            dia=[10.0, 10.0, NAN],
            ht=[50.0, 50.0, NAN],
            tpa_unadj=[6.0, 6.0, NAN],
            volcfnet=[10.0, 10.0, NAN],
            drybio_ag=[300.0, 300.0, NAN],
            carbon_ag=[150.0, 150.0, NAN],
        ),
        "assignment": table("assignment", cn=["1", "2"], estn_unit=[1, 1], stratumcd=[1, 1]),
        "strata": table("strata", estn_unit=[1], stratumcd=[1], p1pointcnt=[100], p2pointcnt=[2]),
        "unit_areas": table("unit_areas", estn_unit=[1], acres=[1000.0]),
    }


def change(tables: dict[str, Columns], name: str, column: str, row: int, value: Any) -> None:
    tables[name].columns[column][row - 2] = value


def test_sound_tables_have_no_findings(tables: dict[str, Columns]) -> None:
    assert check_fiadb(tables) == []


@pytest.mark.parametrize(
    ("name", "column", "row", "value", "rule", "shown"),
    [
        ("plots", "cn", 3, "1", "record-repeated", "1"),
        ("conditions", "condid", 3, 1, "record-repeated", "1, 1"),
        ("trees", "tree", 3, 1.0, "record-repeated", "1, 1, 1"),
        ("assignment", "cn", 3, "1", "record-repeated", "1"),
        ("trees", "plt_cn", 4, "9", "record-dangling", "9, 1"),
        ("assignment", "stratumcd", 2, 7, "record-dangling", "1, 7"),
        ("strata", "estn_unit", 2, 7, "record-dangling", "7"),
        ("trees", "dia", 2, -10.0, "value-out-of-range", "-10"),
        ("trees", "dia", 2, 0.0, "value-out-of-range", "0"),
        ("trees", "dia", 2, 999.9, "value-out-of-range", "999.9"),
        ("trees", "spcd", 3, 0, "value-out-of-range", "0"),
        ("trees", "volcfnet", 3, -9999.0, "value-out-of-range", "-9999"),
        ("trees", "carbon_ag", 3, -1.0, "value-out-of-range", "-1"),
        ("conditions", "condprop_unadj", 4, 1.5, "value-out-of-range", "1.5"),
        ("unit_areas", "acres", 2, -1000.0, "value-out-of-range", "-1000"),
    ],
)
def test_each_fault_is_found_in_its_row(
    tables: dict[str, Columns], name: str, column: str, row: int, value: Any, rule: str, shown: str
) -> None:
    change(tables, name, column, row, value)
    found = [finding for finding in check_fiadb(tables) if finding.rule == rule]
    assert (f"{name}.csv", row, shown) in {(f.source, f.row, f.value) for f in found}
    assert {f.severity for f in found} == {"error"}
    if rule == "record-repeated":
        assert found[0].params["first_row"] == 2
    if rule == "value-out-of-range":
        assert [f.field for f in found] == [column]


def test_trees_without_numbers_are_not_compared(tables: dict[str, Columns]) -> None:
    change(tables, "trees", "tree", 3, 1.0)
    trees = tables["trees"]
    assert [f.rule for f in check_fiadb(tables)] == ["record-repeated"]
    plain = {name: values for name, values in trees.columns.items() if name != "tree"}
    assert check_fiadb(tables | {"trees": Columns(trees.source, plain, trees.rows)}) == []
    trees.columns["tree"][:] = NAN
    assert check_fiadb(tables) == []


def test_a_reference_names_the_table_that_lacks_the_record(tables: dict[str, Columns]) -> None:
    change(tables, "conditions", "plt_cn", 4, "3")
    found = check_fiadb(tables)
    assert [(f.rule, f.source, f.row, f.field, f.params["other"]) for f in found] == [
        ("record-dangling", "conditions.csv", 4, "plt_cn", "plots.csv")
    ]


def test_biomass_of_plots() -> None:
    plots = table("bef", plot_id=["a", "b", "a"], first=[0.0, -5.0, NAN], second=[100.0, 3e6, 0.0])
    found = check_plot_biomass(plots, ["first", "second"])
    assert [(f.rule, f.row, f.field, f.value) for f in found] == [
        ("record-repeated", 4, "plot_id", "a"),
        ("value-out-of-range", 3, "first", "-5"),
        ("value-out-of-range", 3, "second", "3e+06"),
    ]


def test_words_that_are_not_allowed() -> None:
    (found,) = check_words(table("h", kind=["企业", "公司"]), "kind", ("企业", "农户"))
    assert (found.rule, found.row, found.field, found.value) == ("word-unknown", 3, "kind", "公司")
    assert found.params["allowed"] == "企业, 农户"


def test_a_period_must_end_after_it_begins() -> None:
    days = table(
        "r", start=["2020-01-01", "2020-01-01", "2021-01-01"], end=["2020-01-02", "2020-01-01", "2020-12-31"]
    )
    found = check_order(days, "start", "end")
    assert [(f.rule, f.row, f.field, f.value, f.params["first"]) for f in found] == [
        ("order-reversed", 3, "end", "2020-01-01", "2020-01-01"),
        ("order-reversed", 4, "end", "2020-12-31", "2021-01-01"),
    ]


def test_shares_add_up_exactly() -> None:
    """A third three times is one, which floating point would not say of every fraction."""
    shares = table(
        "r",
        no=["a", "a", "a", "b", "b", "c", "d"],
        part=[1, 1, 1, 1, 2, 3, 1],
        whole=[3, 3, 3, 2, 3, 2, 0],
    )
    found = check_shares(shares, ("no",), "part", "whole")
    assert [(f.rule, f.row, f.field, f.value, f.params["group"]) for f in found] == [
        ("shares-not-whole", 5, "part", "7/6", "b"),
        ("shares-not-whole", 7, "part", "3/2", "c"),
    ]
