"""Carbon pools and the emission chain against worked numbers.

Sections of the methodology specification are named at each test; the emission chain is mocaredd's second
example, recomputed.
"""

from __future__ import annotations

import pytest

from mrv.emissions import (
    ForestCarbon,
    Period,
    banded_deduction_frac,
    deducted_tco2e,
    deforestation_factor,
    degradation_factor,
    degraded_deforestation_factor,
    emission_reduction,
    trees_deduction_frac,
)
from mrv.pools.dead_wood import dead_wood_tco2e
from mrv.pools.factors import dead_organic_factors
from mrv.pools.fire import biomass_fire_tco2e, dead_organic_fire_tco2e, fire_gases
from mrv.pools.litter import litter_tco2e
from mrv.pools.shrubs import shrub_stock_tco2e
from mrv.pools.soil import SoilStratum, soil_change_tco2e

REL = 1e-6


@pytest.mark.parametrize(
    ("climate", "elevation_m", "rain_mm", "dead_wood", "litter"),
    [
        ("temperate", 100.0, 500.0, 800.0, 400.0),
        ("subtropical", 100.0, 1400.0, 100.0, 100.0),
        ("tropical", 100.0, 900.0, 200.0, 400.0),
        ("tropical", 100.0, 2000.0, 600.0, 100.0),
        ("tropical", 2500.0, 900.0, 700.0, 100.0),
        ("boreal", 2500.0, 300.0, 800.0, 400.0),
    ],
)
def test_dead_wood_and_litter_of_10_000_t(
    climate: str, elevation_m: float, rain_mm: float, dead_wood: float, litter: float
) -> None:
    """Section 3.2: the table, and C_TREE 10 000 in the temperate and the subtropical class."""
    df_dw, df_li = dead_organic_factors(climate, elevation_m, rain_mm)
    assert dead_wood_tco2e(10_000.0, df_dw.value) == pytest.approx(dead_wood, rel=REL)
    assert litter_tco2e(10_000.0, df_li.value) == pytest.approx(litter, rel=REL)


def test_shrubs() -> None:
    """Section 3.1, eq. 26 and 27: A 10 ha, cover 0.3, b_FOREST 60 t/ha, R 0.4."""
    assert shrub_stock_tco2e(10.0, 0.3, 60.0) == pytest.approx(43.42799999999999, rel=REL)
    assert shrub_stock_tco2e(10.0, 0.049, 60.0) == 0.0


def test_soil_rates() -> None:
    """Section 3.3: REF 63; f_LU 0.69 with 5 % disturbed: 0.9765, capped at 0.8; f_LU 0.95: 0.1575."""
    capped = SoilStratum(1.0, 63.0, 0.69, disturbed_frac=0.05)
    assert (63.0 - capped.initial_tc_per_ha) / 20 == pytest.approx(0.9765, rel=REL)
    assert capped.rate_tc_per_ha_year() == pytest.approx(0.8, rel=REL)
    assert SoilStratum(1.0, 63.0, 0.95).rate_tc_per_ha_year() == pytest.approx(0.1575, rel=REL)


def test_soil_of_100_ha() -> None:
    """Section 3.3: 100 ha at 0.1575 t C/ha a year are 57.75 t CO2 a year."""
    land = SoilStratum(100.0, 63.0, 0.95, preparation_year=2020)
    assert soil_change_tco2e(land, 2021, 2021) == pytest.approx(57.75, rel=REL)
    assert soil_change_tco2e(land, 2021, 2025) == pytest.approx(5 * 57.75, rel=REL)


def test_fire() -> None:
    """Section 3.4: A 10 ha, b 60 t/ha, COMF 0.45, EF 4.7 and 0.26 g/kg, GWP 28 and 265."""
    gases = fire_gases("extratropical", "ar5")
    assert biomass_fire_tco2e(10.0, 60.0, 0.45, gases) == pytest.approx(54.135, rel=REL)
    assert dead_organic_fire_tco2e(10.0, 8.0, 5.0) == pytest.approx(9.10, rel=REL)


# ---- mocaredd, second example
EVERGREEN = ForestCarbon(274.959, 0.333, 0.47)
MIXED = ForestCarbon(195.58, 0.407, 0.47)
RATIO = 0.72
FACTORS = {
    "evergreen cleared": deforestation_factor(EVERGREEN),
    "mixed cleared": deforestation_factor(MIXED),
    "degraded evergreen cleared": degraded_deforestation_factor(EVERGREEN, RATIO),
    "degraded mixed cleared": degraded_deforestation_factor(MIXED, RATIO),
    "evergreen degraded": degradation_factor(EVERGREEN, RATIO),
    "mixed degraded": degradation_factor(MIXED, RATIO),
}
REFERENCE_HA = (22_455.0, 11_327.0, 55_074.0, 16_734.0, 316_681.0, 22_954.0)
MONITORING_HA = (2_055.0, 2_107.0, 6_029.0, 6_195.0, 44_939.0, 5_633.0)


def test_emission_factors() -> None:
    expected = [631.637, 474.229, 454.778, 341.445, 176.858, 132.784]
    assert [round(value, 3) for value in FACTORS.values()] == expected


def test_emission_reduction() -> None:
    chain = emission_reduction(
        Period(dict(zip(FACTORS, REFERENCE_HA, strict=True)), 5.0),
        Period(dict(zip(FACTORS, MONITORING_HA, strict=True)), 2.0),
        FACTORS,
    )
    assert chain.reference_tco2e_per_year == pytest.approx(21_874_155.501, abs=6e-4)
    assert chain.monitoring_tco2e_per_year == pytest.approx(7_925_064.591, abs=6e-4)
    assert chain.reduction_tco2e_per_year == pytest.approx(13_949_090.910, abs=6e-4)


def test_trees_deduction() -> None:
    """ART-TREES 2.0 at a reduction of 13,555,723 and a relative half-width of 0.57; factor of HW 0.20."""
    left = deducted_tco2e(13_555_723.0, trees_deduction_frac(0.57))
    assert left == pytest.approx(11_092_482.498, abs=6e-4)
    assert trees_deduction_frac(0.20) == pytest.approx(0.0637586732206448, rel=REL)


def test_fcpf_bands() -> None:
    left = deducted_tco2e(13_555_723.0, banded_deduction_frac(0.57))
    assert left == pytest.approx(12_471_265.16, abs=6e-3)
    shares = [banded_deduction_frac(u) for u in (0.15, 0.1500001, 0.30, 0.60, 1.0, 1.01)]
    assert shares == [0.0, 0.04, 0.04, 0.08, 0.12, 0.15]
