"""The truth in tonnes: parcels add up to strata, strata to the county, the project apart."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mrv.simulation.account import parcel_truth, totals
from mrv.simulation.species import COUNTY_STRATA, STRATA
from mrv.simulation.stands import draw_stands
from mrv.simulation.truth import expected_stock

AREA_HA = np.linspace(1.0, 6.0, 120)


@pytest.fixture(scope="module")
def columns() -> dict[str, Any]:
    rng = np.random.default_rng(1)
    project = np.zeros(120, dtype=np.int64)
    project[:6], project[6:12] = 1, 2
    stands = draw_stands(3, rng.random(120), rng.normal(size=120), project, np.zeros(120, np.bool_))
    return parcel_truth(stands, expected_stock(stands), AREA_HA)


def test_change_is_the_difference_in_carbon_dioxide(columns: dict[str, Any]) -> None:
    change_tc = columns["carbon_tc_2025"] - columns["carbon_tc_2020"]
    assert columns["change_tco2e"] == pytest.approx(change_tc * 44.0 / 12.0)
    assert set(columns["event"].tolist()) <= {"none", "thinned", "cleared", "burned"}


def test_strata_add_up_to_the_county_and_the_project(columns: dict[str, Any]) -> None:
    truth = totals(columns, AREA_HA)
    for name in ("area_ha", "carbon_tc_2025", "volume_m3_2020", "change_tco2e"):
        county = sum(truth["strata"][stratum][name] for stratum in STRATA[:COUNTY_STRATA])
        project = sum(truth["strata"][stratum][name] for stratum in STRATA[COUNTY_STRATA:])
        assert truth["county"][name] == pytest.approx(county, abs=0.01)
        assert truth["project"][name] == pytest.approx(project, abs=0.01)
        assert truth["all"][name] == pytest.approx(county + project, abs=0.01)
    assert truth["project"]["parcels"] == 12
    assert truth["project"]["carbon_tc_2020"] == 0.0
    assert truth["project"]["change_tco2e"] > 0.0


def test_the_definition_says_what_the_truth_is(columns: dict[str, Any]) -> None:
    assert "unbiased" in totals(columns, AREA_HA)["definition"]
