"""The Chinese national-inventory sample of package forestat 1.1.0: three periods, units, changing codes.

Means of standing stock per plot, 2.64, 2.81 and 3.15 m3, are those its description gives; numbers of plots
and trees are counts of its files.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from flows.field_import import check_field
from flows.field_records import FieldCheck, FieldRequest
from geodata.mapping import load_mapping
from geodata.tables import read_table


@pytest.fixture(scope="module")
def check(real_data: Path) -> FieldCheck:
    return check_field(FieldRequest(real_data / "forestat_china", mapping="forestat_china"))


@pytest.mark.realdata
def test_standing_stock_of_three_periods(check: FieldCheck) -> None:
    assert [(p["year"], p["plots"]) for p in check.periods] == [(2005, 62), (2010, 100), (2015, 100)]
    means = [round(p["mean_m3_per_plot"], 2) for p in check.periods]
    assert means == [2.64, 2.81, 3.15]
    assert {p["mean_m3_per_ha"] for p in check.periods} == {None}
    assert [p["change"] and p["change"]["plots"] for p in check.periods] == [None, 62, 100]


@pytest.mark.realdata
def test_per_hectare_only_with_a_stated_plot_size(real_data: Path) -> None:
    request = FieldRequest(real_data / "forestat_china", mapping="forestat_china", plot_area_m2=600.0)
    found = check_field(request).periods
    assert found[0]["mean_m3_per_ha"] == pytest.approx(found[0]["mean_m3_per_plot"] / 0.06)


@pytest.mark.realdata
def test_units_and_identifiers(check: FieldCheck) -> None:
    first = check.plots[0]
    assert first["plot_id"][1] == "700000005"
    assert (first["dbh_cm"][1], first["height_m"][1]) == pytest.approx((12.5, 11.6))
    assert first["crown_density_frac"][1] == pytest.approx(0.85)
    assert [len(table) for table in check.trees] == [1634, 4778, 4528]


@pytest.mark.realdata
def test_codes_that_change_between_periods(check: FieldCheck, real_data: Path) -> None:
    rules = Counter((f.rule, f.source) for f in check.findings)
    # recoded, three trees of some four thousand changed species; as they stand, 2,663 do
    assert rules["species-changed", "tree_3.csv"] == 3
    tables = load_mapping("forestat_china")
    raw, _ = read_table(real_data / "forestat_china" / "tree_3.csv", tables["trees_2010"])
    before = dict(zip(zip(check.trees[1]["plot_id"], check.trees[1]["tree_id"], strict=True),
                      check.trees[1]["species_code"], strict=True))  # fmt: skip
    now = zip(raw["plot_id"], raw["tree_id"], raw["species_code"], strict=True)
    assert sum(before.get((p, t), code) != code for p, t, code in now) == 2663
    # what nobody has confirmed is kept and told, once for each code
    told = {
        (f.source, f.field, f.value): f.params["count"] for f in check.findings if f.rule == "code-not-mapped"
    }
    assert told["tree_2.csv", "inspection_type", "15"] == 365
    assert told["plot_3.csv", "land_type", "173"] == 15
    assert told["tree_3.csv", "tree_species_code", "424"] == 22


@pytest.mark.realdata
def test_trees_of_plots_that_the_first_period_lacks(check: FieldCheck) -> None:
    rules = Counter((f.rule, f.source) for f in check.findings)
    assert rules["tree-without-plot", "tree_1.csv"] == 770
    # every living tree of a period has a record in the next
    assert not any(rule == "tree-vanished" for rule, _ in rules)
