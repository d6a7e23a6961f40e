"""Wyoming, FIADB evaluation 561301 (2011-2013), against published and independently recomputed figures.

Source of the expected values: USDAForestService/FIESTA, article FIESTA_tutorial_GB (modGBarea 1.1 and 1.2,
modGBtree 1.1, modGBratio 1.1), whose page says that they match EVALIDator; the digits beyond the page were
recomputed independently of this code.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mrv.fia_population import FiaPopulation
from mrv.fiadb import FiaTables, estimate_fiadb, fia_totals, forest_land, plot_values, sampled_population
from mrv.sampling import Estimate
from mrv.units import HA_PER_US_SURVEY_ACRE, M3_PER_FT3

pytestmark = pytest.mark.realdata
ACRE = HA_PER_US_SURVEY_ACRE
UNITS = {
    # estimation unit: forest acres, standard error, plots
    "1": (574_816.56, 56_692.41, 133),
    "11": (466_356.38, 43_305.76, 85),
    "13": (988_473.5, 70_151.93, 290),
    "15": (40_816.54, 28_651.75, 70),
    "17": (127_290.03, 47_984.89, 58),
    "19": (393_412.08, 60_280.5, 128),
}


@pytest.fixture(scope="module")
def found(wyoming: FiaTables, wyoming_population: FiaPopulation) -> dict[str, Estimate]:
    result = estimate_fiadb(wyoming, wyoming_population, year=2013)
    return {item.quantity: item.estimate for item in result.estimates}


def test_forest_area(found: dict[str, Estimate]) -> None:
    area = found["forest_area"]
    assert area.value / ACRE == pytest.approx(10_455_771.499_13, abs=0.005)
    assert area.standard_error / ACRE == pytest.approx(247_748.423_934, abs=0.005)
    assert area.n_plots == 3047


def test_live_volume(found: dict[str, Estimate]) -> None:
    volume = found["growing_stock"]
    assert volume.value / M3_PER_FT3 == pytest.approx(13_516_579_068.34, abs=1)
    assert volume.standard_error / M3_PER_FT3 == pytest.approx(634_631_854.348, abs=1)


def test_volume_per_acre_of_forest(found: dict[str, Estimate]) -> None:
    per_ha = found["growing_stock_per_ha"]
    assert per_ha.value / M3_PER_FT3 * ACRE == pytest.approx(1292.738_567_35, rel=1e-9)
    assert per_ha.standard_error / M3_PER_FT3 * ACRE == pytest.approx(57.704_018_457, rel=1e-9)


def test_the_wrong_formulas_give_what_they_are_known_to_give(
    wyoming: FiaTables, wyoming_population: FiaPopulation, found: dict[str, Estimate]
) -> None:
    """The same plots under wrong formulas: s2/n_h twice .304 %, pre-stratified 2.357 %, no strata 3.573 %."""
    share = plot_values(wyoming, wyoming_population, forest_land(wyoming), ())[:, 0]
    twice = pre_stratified = no_strata = no_strata_area = 0.0
    for unit in wyoming_population.units:
        mine = wyoming_population.unit == unit.id
        n, acres = int(mine.sum()), unit.area_ha / ACRE
        no_strata_area += acres * share[mine].mean()
        no_strata += acres**2 * share[mine].var(ddof=1) / n
        pixels = sum(unit.stratum_weights.values())
        for stratum, count in unit.stratum_weights.items():
            y, W = share[mine & (wyoming_population.stratum == stratum)], count / pixels
            s2 = y.var(ddof=1)
            twice += acres**2 * (W / n + (1 - W) / n**2) * s2 / y.size
            pre_stratified += acres**2 * W**2 * s2 / y.size
    area = found["forest_area"].value / ACRE
    wrong = [100 * np.sqrt(twice) / area, 100 * np.sqrt(pre_stratified) / area]
    assert wrong == pytest.approx([0.304, 2.357], abs=5e-4)
    assert no_strata_area == pytest.approx(10_476_269.09, abs=0.005)
    assert 100 * np.sqrt(no_strata) / no_strata_area == pytest.approx(3.573, abs=5e-4)
    right = 100 * found["forest_area"].standard_error / found["forest_area"].value
    assert right == pytest.approx(2.369_49, abs=5e-6)


@pytest.mark.parametrize("unit", sorted(UNITS))
def test_forest_area_of_each_published_unit(
    wyoming: FiaTables, wyoming_population: FiaPopulation, unit: str
) -> None:
    acres, error, plots = UNITS[unit]
    part = wyoming_population.take(wyoming_population.unit == unit)
    part = replace(part, units=tuple(item for item in part.units if item.id == unit))
    area = fia_totals(wyoming, part, forest_land(wyoming), ()).estimate(0, "ha")
    assert area.value / ACRE == pytest.approx(acres, abs=0.006)
    assert area.standard_error / ACRE == pytest.approx(error, abs=0.006)
    assert area.n_plots == plots


def test_the_units_add_up(
    wyoming: FiaTables, wyoming_population: FiaPopulation, found: dict[str, Estimate]
) -> None:
    values, variances = [], []
    for unit in wyoming_population.units:
        part = wyoming_population.take(wyoming_population.unit == unit.id)
        part = replace(part, units=(unit,))
        area = fia_totals(wyoming, part, forest_land(wyoming), ()).estimate(0, "ha")
        values.append(area.value)
        variances.append(area.variance)
    assert sum(values) == pytest.approx(found["forest_area"].value, rel=1e-12)
    assert sum(variances) == pytest.approx(found["forest_area"].variance, rel=1e-12)


def test_number_of_live_trees(wyoming: FiaTables, wyoming_population: FiaPopulation) -> None:
    totals = fia_totals(wyoming, wyoming_population, forest_land(wyoming), ("trees",))
    number, per_ha = totals.estimate(1, "1"), totals.ratio(1, 0, "1/ha")
    assert number.value == pytest.approx(4_319_194_633.09, rel=1e-11)
    assert number.standard_error == pytest.approx(208_742_387.53, rel=1e-9)
    assert per_ha.value * ACRE == pytest.approx(413.091_911_34, rel=1e-9)
    assert per_ha.standard_error * ACRE == pytest.approx(18.789_559_777_7, rel=1e-9)


def test_lodgepole_pine(wyoming: FiaTables, wyoming_population: FiaPopulation) -> None:
    lodgepole = forest_land(wyoming) & (wyoming.conditions["fortypcd"] == 281)
    totals = fia_totals(wyoming, wyoming_population, lodgepole, ("growing_stock",))
    area, per_ha = totals.estimate(0, "ha"), totals.ratio(1, 0, "m3/ha")
    assert area.value / ACRE == pytest.approx(2_483_772.225_5, abs=0.01)
    assert 100 * area.standard_error / area.value == pytest.approx(7.786_15, abs=5e-6)
    assert per_ha.value / M3_PER_FT3 * ACRE == pytest.approx(1569.826_3, abs=5e-4)
    assert 100 * per_ha.standard_error / per_ha.value == pytest.approx(7.271_27, abs=5e-6)


def test_timberland(wyoming: FiaTables, wyoming_population: FiaPopulation) -> None:
    conditions = wyoming.conditions
    timberland = (
        forest_land(wyoming) & (conditions["reservcd"] == 0) & np.isin(conditions["siteclcd"], range(1, 7))
    )
    per_ha = fia_totals(wyoming, wyoming_population, timberland, ("growing_stock",)).ratio(1, 0, "m3/ha")
    assert per_ha.value / M3_PER_FT3 * ACRE == pytest.approx(1580.009_9, abs=5e-4)
    assert per_ha.standard_error / M3_PER_FT3 * ACRE == pytest.approx(76.245_82, abs=5e-4)


def test_what_the_report_must_count(wyoming: FiaTables, wyoming_population: FiaPopulation) -> None:
    notes = {n.rule: n.params["count"] for n in estimate_fiadb(wyoming, wyoming_population, year=2013).notes}
    assert notes == {"fia-volume-null-zero": 2540, "fia-tree-without-expansion": 638}


def test_forest_and_the_rest_make_up_the_state(wyoming: FiaTables, wyoming_population: FiaPopulation) -> None:
    forest = forest_land(wyoming)
    sampled = wyoming.conditions["cond_status_cd"] != 5
    inside = fia_totals(wyoming, wyoming_population, forest, ()).estimate(0, "ha")
    outside = fia_totals(wyoming, wyoming_population, sampled & ~forest, ()).estimate(0, "ha")
    whole = sum(unit.area_ha for unit in wyoming_population.units)
    assert inside.value + outside.value == pytest.approx(whole, rel=1e-9)


def test_no_permutation_of_the_tables_changes_a_bit(
    wyoming: FiaTables, wyoming_population: FiaPopulation, found: dict[str, Estimate]
) -> None:
    rng = np.random.default_rng(1)

    def shuffled(table: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        order = rng.permutation(len(next(iter(table.values()))))
        return {name: values[order] for name, values in table.items()}

    other = FiaTables(shuffled(wyoming.plots), shuffled(wyoming.conditions), shuffled(wyoming.trees))  # type: ignore[arg-type]
    again = estimate_fiadb(other, wyoming_population, year=2013)
    assert {item.quantity: item.estimate for item in again.estimates} == found


def test_plots_that_were_not_sampled_leave(wyoming: FiaTables, wyoming_population: FiaPopulation) -> None:
    assert sampled_population(wyoming, wyoming_population).plot_id.size == 3047
    status = wyoming.plots["plot_status_cd"].copy()
    status[:10] = 3
    fewer = replace(wyoming, plots={**wyoming.plots, "plot_status_cd": status})
    assert sampled_population(fewer, wyoming_population).plot_id.size == 3037
