from __future__ import annotations

import numpy as np
import pytest

from mrv.errors import EstimationError
from mrv.parcels import parcel_stock, stock_of_columns, stock_with_own_plots
from mrv.sampling import Estimate

NAN = float("nan")


def test_carbon_of_parcels_of_each_kind() -> None:
    found = parcel_stock(
        [100.0, NAN, 0.0, 40.0, 0.0],
        [2.0, 3.0, 5.0, 1.0, 4.0],
        ["310", "660", "", "410", "310"],
        [1800.0, 3000.0, NAN, NAN, NAN],
        [14.0, 10.0, NAN, NAN, NAN],
    )
    # 119.174474 t CO2/ha at 100 m3/ha of fir (methodology specification, section 2.2)
    assert found.carbon_tc[0] == pytest.approx(119.174474 * 12 / 44 * 2, rel=1e-7)
    # 3,000 culms of 13.819104 kg, carbon fraction .5042
    assert found.carbon_tc[1] == pytest.approx(3000 * 13.819104e-3 * 0.5042 * 3, rel=1e-6)
    assert found.carbon_tc[2] == 0.0
    assert found.carbon_tc[4] == 0.0
    assert found.growing_stock_m3.tolist() == [200.0, 0.0, 0.0, 40.0, 0.0]
    assert found.model_based
    assert "biomass_factors.csv:410" in found.unverified


def test_a_species_without_factors_is_refused_by_name() -> None:
    found = parcel_stock([50.0, 0.0], [1.0, 1.0], ["999", "999"], [NAN, NAN], [NAN, NAN])
    assert np.isnan(found.carbon_tc[0])
    assert found.carbon_tc[1] == 0.0
    assert found.refused_species == ("999",)


def test_negative_values_are_refused() -> None:
    with pytest.raises(EstimationError, match="parcel-value-negative: count=1"):
        parcel_stock([-1.0], [1.0], ["310"], [NAN], [NAN])


def test_own_plots_stand_in_place_of_the_model() -> None:
    columns = {
        "parcel_id": ["a", "b"],
        "area_ha": [1.0, 1.0],
        "volume_m3_per_ha": [100.0, 100.0],
        "species_code": ["310", "310"],
    }
    found = stock_of_columns(columns, {"b": 7.0})
    assert found.carbon_tc[0] == pytest.approx(32.502, rel=1e-4)
    assert found.carbon_tc[1] == 7.0


def test_each_parcel_says_what_it_rests_on() -> None:
    columns = {
        "parcel_id": ["a", "b", "c"],
        "area_ha": [1.0, 1.0, 1.0],
        "volume_m3_per_ha": [100.0, 100.0, 100.0],
        "species_code": ["310", "310", "999"],
    }
    found = stock_with_own_plots(columns, {"b": Estimate(7.0, 4.0, 9, "t C", 10, "post_stratified")})
    assert found.basis.tolist() == ["uncalibrated", "own_plots", "none"]
    assert found.stock.carbon_tc[1] == 7.0
    assert found.standard_error_tc[1] == 2.0
    assert np.isnan(found.standard_error_tc[[0, 2]]).all()
