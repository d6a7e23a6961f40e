from __future__ import annotations

import numpy as np
import pytest

from mrv.errors import EstimationError
from mrv.fia_population import (
    FiaPopulation,
    collapse_strata,
    make_population,
    population_from_evaluation,
    population_from_pixels,
)
from mrv.sampling import EstimationUnit
from mrv.units import HA_PER_US_SURVEY_ACRE


def population(strata: list[str], weights: dict[str, float]) -> FiaPopulation:
    unit = EstimationUnit("u", 100.0, weights)
    return make_population("district:1", [f"P{i:02d}" for i in range(len(strata))], strata, units=(unit,))


def test_strata_with_plots_enough_stay_as_they_are() -> None:
    given = population(["a", "a", "b", "b"], {"a": 1.0, "b": 3.0})
    found, notes = collapse_strata(given)
    assert notes == ()
    assert found.stratum.tolist() == given.stratum.tolist()
    assert found.units == given.units


@pytest.mark.parametrize("strata", [["a", "a", "a", "b"], ["a", "a", "a", "a"]])
def test_a_stratum_with_one_plot_or_none_is_merged_and_said(strata: list[str]) -> None:
    found, notes = collapse_strata(population(strata, {"a": 70.0, "b": 30.0}))
    assert set(found.stratum.tolist()) == {"a+b"}
    assert dict(found.units[0].stratum_weights) == {"a+b": 100.0}
    params = dict(notes[0].params)
    assert (notes[0].rule, params["stratum"], params["into"]) == ("strata-collapsed", "b", "a")
    assert params["n_plots"] == strata.count("b")


def test_the_smallest_goes_into_the_next_smallest() -> None:
    strata = ["a"] * 6 + ["b"] * 3 + ["c"]
    found, notes = collapse_strata(population(strata, {"a": 5.0, "b": 3.0, "c": 2.0}))
    assert dict(found.units[0].stratum_weights) == {"a": 5.0, "b+c": 5.0}
    assert len(notes) == 1


def test_merging_goes_on_until_all_have_two() -> None:
    found, notes = collapse_strata(population(["a", "b", "c"], {"a": 1.0, "b": 1.0, "c": 1.0}))
    assert len(notes) == 2
    assert len(set(found.stratum.tolist())) == 1


def test_a_unit_with_one_plot_is_refused() -> None:
    with pytest.raises(EstimationError, match="fia-unit-too-few-plots: domain=district:1; unit=u; n_plots=1"):
        collapse_strata(population(["a"], {"a": 1.0}))


def test_plots_of_a_class_without_pixels_are_refused() -> None:
    with pytest.raises(EstimationError, match="stratum-without-weight"):
        collapse_strata(population(["b", "b"], {"a": 1.0}))


def test_plots_are_sorted() -> None:
    unit = EstimationUnit("u", 1.0, {"a": 1.0})
    found = make_population("x", ["2", "1", "3"], ["b", "a", "c"], units=(unit,))
    assert found.plot_id.tolist() == ["1", "2", "3"]
    assert found.stratum.tolist() == ["a", "b", "c"]


def test_several_units_must_be_assigned() -> None:
    units = (EstimationUnit("u", 1.0, {"a": 1.0}), EstimationUnit("v", 1.0, {"a": 1.0}))
    with pytest.raises(EstimationError, match="fia-units-not-assigned"):
        make_population("x", ["1"], ["a"], units=units)


def test_an_evaluation() -> None:
    found = population_from_evaluation(
        {"cn": np.array(["9", "8"]), "estn_unit": np.array([1, 2]), "stratumcd": np.array([1.0, 2.0])},
        {
            "estn_unit": np.array([1.0, 2.0, 2.0]),
            "stratumcd": np.array([1, 1, 2]),
            "p1pointcnt": np.array([5, 6, 7]),
        },
        {"estn_unit": np.array([1, 2]), "acres": np.array([10.0, 20.0])},
        domain="state",
    )
    assert found.unit.tolist() == ["2", "1"]
    assert found.stratum.tolist() == ["2", "1"]
    assert dict(found.units[1].stratum_weights) == {"1": 6.0, "2": 7.0}
    assert found.units[0].area_ha == pytest.approx(10 * HA_PER_US_SURVEY_ACRE)


def test_a_population_of_pixels() -> None:
    assignment = {
        "population": np.array(["f", "f", "d"]),
        "plot_id": np.array(["2", "1", "1"]),
        "stratum": np.array(["1", "2", "2"]),
    }
    strata = {
        "population": np.array(["f", "f", "d"]),
        "stratum": np.array(["1", "2", "2"]),
        "pixels": np.array([10.0, 5.0, 2.0]),
    }
    units = {"population": np.array(["f", "d"]), "area_ha": np.array([90.0, 9.0])}
    found = population_from_pixels("f", assignment, strata, units, domain="district:f")
    assert found.plot_id.tolist() == ["1", "2"]
    assert dict(found.units[0].stratum_weights) == {"1": 10.0, "2": 5.0}
    assert (found.domain, found.units[0].area_ha) == ("district:f", 90.0)
    with pytest.raises(EstimationError, match="fia-population-unknown"):
        population_from_pixels("g", assignment, strata, units)


def test_plots_are_in_the_order_of_their_text_however_they_were_read() -> None:
    unit = EstimationUnit("u", 1.0, {"h": 1.0})
    for numbers in ([10, 9, 200], [300, 100, 200], [12, 11, -13]):
        as_numbers = make_population("x", np.array(numbers), ["h"] * 3, units=(unit,))
        as_text = make_population("x", [str(number) for number in numbers], ["h"] * 3, units=(unit,))
        assert as_numbers.plot_id.tolist() == as_text.plot_id.tolist() == sorted(map(str, numbers))
