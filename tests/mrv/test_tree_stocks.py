from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

from mrv.inventory import Columns, Inventory, build_tree_inventory
from mrv.profile import Profile, load
from mrv.tree_stocks import MAX_FINDINGS, inventory_stocks, tree_stocks

Maker = Callable[[list[tuple[Any, ...]]], Columns]
Records = list[tuple[Any, ...]]
PROFILE = load("county-stock-v1")
NAN = float("nan")


def preferring(name: str) -> Profile:
    value = replace(PROFILE.values["biomass_equation"], value=name)
    return replace(PROFILE, values=MappingProxyType({**PROFILE.values, "biomass_equation": value}))


@pytest.fixture
def build(plot_table: Maker, tree_table: Maker, plot_records: Records) -> Callable[[Records], Inventory]:
    return lambda trees: build_tree_inventory(plot_table(plot_records), tree_table(trees))[0]


def test_each_tallied_tree_has_its_equation_and_level(
    build: Callable[[Records], Inventory], tree_records: Records
) -> None:
    stocks = inventory_stocks(build(tree_records), PROFILE)
    assert stocks.equations.volume.index.size == int(stocks.tallied.sum()) == 12
    assert set(stocks.equations.biomass.level.tolist()) == {"species"}
    notes = {note.rule: note.params for note in stocks.notes}
    assert notes["note.equations-species"]["equations"] == (
        "fir-ly208 (5), masson-ly208 (3), expansion-220 (3), expansion-310 (5), moso-culm (4)"
    )
    assert stocks.equations.unverified() == (
        "bamboo_culm.csv:660",
        "biomass_factors.csv:220",
        "biomass_factors.csv:310",
        "biomass_factors.csv:660",
        "volume_equations.csv:masson-ly208",
    )
    assert (stocks.findings, stocks.extrapolated_frac) == ((), 0.0)


def test_the_profile_names_its_preference(
    build: Callable[[Records], Inventory], tree_records: Records
) -> None:
    inventory = build(tree_records)
    vbef, allometry = (tree_stocks(inventory.trees, preferring(name)) for name in ("vbef", "allometry"))
    np.testing.assert_array_equal(vbef.mass.volume_m3, allometry.mass.volume_m3)
    # a fir of 20 cm and 15 m: 122.159 kg by volume and factors, 105.058 kg by LY/T 2264
    tree = int(np.flatnonzero((inventory.trees.dbh_cm == 20.0) & (inventory.trees.height_m == 15.0))[0])
    assert vbef.mass.biomass_ag_kg[tree] == pytest.approx(122.159114, rel=1e-6)
    assert allometry.mass.biomass_ag_kg[tree] == pytest.approx(105.057559, rel=1e-6)
    assert "biomass_equations.csv:fir-lyt2264" in allometry.equations.unverified()


def test_the_region_chooses_among_the_equations_of_a_species(
    build: Callable[[Records], Inventory], tree_records: Records
) -> None:
    stocks = inventory_stocks(replace(build(tree_records), region="Fujian"), PROFILE)
    assert {"fir-db35", "masson-db35"} == {e.id for e in stocks.equations.volume.equations()}
    assert stocks.region == "Fujian"
    assert {note.rule for note in stocks.notes} >= {"note.equations-species-region", "note.equations-species"}


def test_a_tree_outside_its_equation_is_a_finding_with_its_row(
    build: Callable[[Records], Inventory], tree_records: Records
) -> None:
    thick = [*tree_records, ("P3", 2025, "9", "310", 95.0, 41.0, NAN, "活立木")]
    inventory = build(thick)
    stocks = inventory_stocks(inventory, PROFILE)
    row = int(inventory.trees.row[inventory.trees.tree_id == "9"][0])
    found = [(f.rule, f.severity, f.row, f.field, f.value) for f in stocks.findings]
    assert found == [
        ("equation-extrapolated", "warning", row, "dbh_cm", "95"),
        ("equation-extrapolated", "warning", row, "height_m", "41"),
    ]
    assert stocks.findings[0].source == inventory.trees.source
    assert (stocks.findings[0].params["equation"], stocks.findings[0].params["high"]) == ("fir-ly208", 80.0)
    assert stocks.extrapolated_frac == pytest.approx(1 / 13)
    notes = {note.rule: note.params for note in stocks.notes}
    assert notes["equation-range-left"] == {"count": 1, "trees": 13}


def test_a_flood_of_findings_is_counted(
    build: Callable[[Records], Inventory],
) -> None:
    trees = [("P1", 2025, str(i), "310", 81.0, 20.0, NAN, "活立木") for i in range(MAX_FINDINGS + 5)]
    findings = inventory_stocks(build(trees), PROFILE).findings
    assert len(findings) == MAX_FINDINGS + 1
    assert (findings[-1].rule, findings[-1].params["count"]) == ("equation-range-left-more", MAX_FINDINGS + 5)


def test_heights_are_filled_and_each_says_by_what(
    build: Callable[[Records], Inventory],
) -> None:
    rng = np.random.default_rng(2)
    trees: Records = []
    for i in range(60):
        dbh = round(float(rng.uniform(8, 30)), 1)
        height = round(1.3 + (dbh / (2.0 + 0.2 * dbh)) ** 2 + float(rng.normal(0, 0.5)), 1)
        trees.append(("P1", 2025, str(i), "310", dbh, NAN if i % 3 == 0 else height, NAN, "活立木"))
    trees.append(("P4", 2025, "1", "410", 20.0, NAN, NAN, "活立木"))
    trees.append(("P4", 2025, "2", "660", 10.0, NAN, 2.0, "活立木"))
    inventory = build(trees)
    stocks = inventory_stocks(inventory, PROFILE)
    notes = {note.rule: note.params for note in stocks.notes}
    assert notes["heights-filled"] == {"count": 21, "trees": 62}
    assert notes["heights-filled-by-level"] == {"stratum": 20, "species": 0, "group": 0, "all": 1}
    assert notes["heights-pooled"] == {"count": 1, "species": "410"}
    assert stocks.heights.counts() == {"measured": 40, "stratum": 20, "all": 1, "none": 1}
    filled = stocks.heights.level == "stratum"
    assert (stocks.heights.residual_sd_m[filled] > 0.3).all()
    # without strata the species' own curve fills
    plain = tree_stocks(inventory.trees, PROFILE)
    assert plain.heights.counts()["species"] == 20
    assert plain.stratum is None


def test_an_inventory_without_trees_has_no_stock(build: Callable[[Records], Inventory]) -> None:
    stocks = inventory_stocks(build([]), PROFILE)
    assert (stocks.mass.carbon_kg.size, stocks.extrapolated_frac, stocks.notes) == (0, 0.0, ())
