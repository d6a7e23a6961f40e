"""A blind check by hand, and that it finds the error that was put in."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from mrv.blind_checks import audit_rules, compare_audit, measurement_error
from mrv.errors import EstimationError
from mrv.inventory import Columns, Inventory, build_tree_inventory

Maker = Callable[[list[tuple[Any, ...]]], Columns]
Records = list[tuple[Any, ...]]
RULES = audit_rules()


def inventory(plot_table: Maker, tree_table: Maker, plots: Records, trees: Records) -> Inventory:
    return build_tree_inventory(plot_table(plots), tree_table(trees))[0]


@pytest.fixture
def pair(
    plot_table: Maker, tree_table: Maker, plot_records: Records, tree_records: Records
) -> tuple[Inventory, Inventory]:
    """Return the field's records, and an audit of P1 and P2 in 2025 that reads otherwise."""
    field = inventory(plot_table, tree_table, plot_records, tree_records)
    audit = inventory(
        plot_table,
        tree_table,
        [r for r in plot_records if r[1] == 2025 and r[0] in {"P1", "P2"}],
        [
            ("P1", 2025, "1", "310", 20.5, 15.2, math.nan, "live"),  # field 20.0, 15.0
            ("P1", 2025, "3", "310", 5.9, 7.0, math.nan, "live"),  # field 6.0, 5.0
            ("P1", 2025, "4", "310", 8.0, 7.0, math.nan, "live"),  # not in the field's sheet
            ("P1", 2025, "5", "310", 9.0, 7.0, math.nan, "live"),
            ("P2", 2025, "1", "220", 18.0, 13.0, math.nan, "live"),  # the same
        ],
    )
    return field, audit


def test_by_hand(pair: tuple[Inventory, Inventory]) -> None:
    found = compare_audit(*pair, RULES)
    assert found.plots == 2
    assert found.dbh.pairs == 3
    # differences -0.5, +0.1, 0: mean -2/15, sum of squares about it 0.26 - 3 (2/15)^2
    assert found.dbh.bias == pytest.approx(-0.4 / 3)
    assert found.dbh.sd == pytest.approx(math.sqrt((0.26 - 3 * (0.4 / 3) ** 2) / 2))
    # t(2 df, 90 %) = 2.919986
    assert found.dbh.bias_half_width == pytest.approx(2.919986 * found.dbh.sd / math.sqrt(3), rel=1e-6)
    assert (found.dbh.within, found.height.within) == (2, 2)
    assert (found.missed, found.invented) == (2, 0)
    assert (found.count.bias, found.count.within) == (-1.0, 1)  # P1: 2 of 4, P2: 1 of 1
    assert not found.passed
    assert {(f.rule, f.row, f.params.get("tree")) for f in found.findings} == {
        ("audit-dbh", 9, "1"),
        ("audit-height", 11, "3"),
        ("audit-count", 7, None),
        ("audit-tree-missed", 7, "4"),
        ("audit-tree-missed", 7, "5"),
    }


def test_an_error_put_in_is_found(plot_table: Maker, tree_table: Maker) -> None:
    """Both teams err by 0.2 cm and 0.5 m; the field also reads 0.3 cm too much."""
    rng = np.random.default_rng(6)
    plots = [("P1", 2025, 1.0, 2.0, 600.0, "x", "杉木")]
    truth = rng.uniform(8, 30, 4000)

    def team(bias: float) -> Inventory:
        dbh = truth + rng.normal(bias, 0.2, truth.size)
        height = 0.7 * truth + rng.normal(0, 0.5, truth.size)
        trees = [
            ("P1", 2025, str(k), "310", float(d), float(h), math.nan, "live")
            for k, (d, h) in enumerate(zip(dbh, height, strict=True), start=1)
        ]
        return inventory(plot_table, tree_table, plots, trees)

    found = compare_audit(team(0.3), team(0.0), RULES)
    error = measurement_error(found)
    assert found.dbh.bias == pytest.approx(0.3, abs=0.02)
    assert error.dbh_sd_cm == pytest.approx(0.2, rel=0.05)
    assert error.height_sd_m == pytest.approx(0.5, rel=0.05)
    assert measurement_error(found, audit_is_exact=True).dbh_sd_cm == pytest.approx(0.2828, rel=0.05)


def test_the_same_readings_agree(pair: tuple[Inventory, Inventory]) -> None:
    found = compare_audit(pair[0], pair[0], RULES)
    assert found.passed
    assert found.findings == ()
    assert (found.dbh.bias, found.dbh.sd, found.height.sd) == (0.0, 0.0, 0.0)


def test_a_limit_admits_its_own_value(pair: tuple[Inventory, Inventory]) -> None:
    field, _ = pair
    audit = replace(field, trees=replace(field.trees, dbh_cm=field.trees.dbh_cm - 0.3))
    thin = compare_audit(field, audit, audit_rules({"dbh_frac": 0.0}))
    assert thin.dbh.within == thin.dbh.pairs
    assert compare_audit(field, audit, audit_rules({"dbh_frac": 0.0, "dbh_cm": 0.29})).dbh.within == 0


def test_refusals(pair: tuple[Inventory, Inventory]) -> None:
    field, audit = pair
    elsewhere = replace(audit, plots=replace(audit.plots, campaign_year=audit.plots.campaign_year + 1))
    with pytest.raises(EstimationError, match="audit-without-plots"):
        compare_audit(field, elsewhere, RULES)
    with pytest.raises(EstimationError, match="audit-rule-unknown: field=dbh_mm"):
        audit_rules({"dbh_mm": 3})
    with pytest.raises(EstimationError, match="audit-rule-unknown: field=dbh_cm"):
        audit_rules({"dbh_cm": "3"})
    one = replace(audit, trees=replace(audit.trees, tree_id=np.array(["1", "x", "y", "z", "w"])))
    with pytest.raises(EstimationError, match="audit-too-small: pairs=1"):
        measurement_error(compare_audit(field, one, RULES))
    assert audit_rules({"dbh_cm": 0.2}).status == "unverified"
