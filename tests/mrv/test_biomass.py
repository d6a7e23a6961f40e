from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrv.biomass import (
    bamboo_culm_kg,
    mass_of_trees,
    root_shoot_ratio,
    stand_biomass_t_per_ha,
    tree_mass,
    vbef_carbon_t_per_ha,
)
from mrv.coefficients import species_table
from mrv.equations.forms import Predictors
from mrv.errors import EstimationError, ParameterMissing

NAN = float("nan")


def test_roots_and_the_carbon_fraction_are_choices() -> None:
    plain = tree_mass(["310"], [20.0], [15.0], [NAN])
    half = tree_mass(["310"], [20.0], [15.0], [NAN], carbon_fraction=0.5, roots=False)
    assert half.biomass_bg_kg[0] == 0.0
    assert half.carbon_kg[0] == pytest.approx(plain.biomass_ag_kg[0] * 0.5)
    assert plain.carbon_kg[0] == pytest.approx((plain.biomass_ag_kg[0] + plain.biomass_bg_kg[0]) * 0.520)


def test_bamboo_counts_culms_without_roots() -> None:
    mass = tree_mass(["660"], [10.0], [NAN], [2.0])
    assert mass.biomass_ag_kg[0] == pytest.approx(13.819104, rel=1e-6)
    assert (mass.volume_m3[0], mass.carbon_bg_kg[0]) == (0.0, 0.0)


def test_a_culm_gains_mass_with_age_and_size() -> None:
    assert (np.diff(bamboo_culm_kg(np.full(6, 10.0), np.arange(1.0, 7.0))) > 0).all()
    assert (np.diff(bamboo_culm_kg(np.linspace(3, 18, 20), np.full(20, 2.0))) > 0).all()


def test_an_unknown_species_is_refused() -> None:
    with pytest.raises(ParameterMissing, match="species-not-in-table"):
        tree_mass(["999"], [20.0], [15.0], [NAN])


@given(st.floats(1.0, 400.0))
def test_stand_level_biomass_rises_with_growing_stock(volume: float) -> None:
    assert stand_biomass_t_per_ha(volume, "310") > stand_biomass_t_per_ha(volume / 2, "310")
    double = vbef_carbon_t_per_ha(2 * volume, "310")
    assert double == pytest.approx(2 * vbef_carbon_t_per_ha(volume, "310"))


def test_no_growing_stock_has_no_intercept() -> None:
    assert stand_biomass_t_per_ha(0.0, "310") == 0.0


def test_refusals() -> None:
    with pytest.raises(EstimationError, match="volume-negative"):
        stand_biomass_t_per_ha(-1.0, "310")
    with pytest.raises(EstimationError, match="volume-negative"):
        vbef_carbon_t_per_ha(-1.0, "310")
    with pytest.raises(EstimationError, match="biomass-not-positive"):
        root_shoot_ratio([10.0, 0.0])


CODES = st.sampled_from(["310", "220", "410", "490", "530", "660"])
STANDING = st.lists(
    st.tuples(CODES, st.floats(5, 60), st.floats(3, 35), st.integers(1, 5)), min_size=1, max_size=25
)


@given(STANDING, st.randoms(use_true_random=False))
def test_order_and_company_change_no_bit_of_a_tree(
    trees: list[tuple[str, float, float, int]], rng: Any
) -> None:
    """A tree weighs the same alone, among others, and in any order."""
    order = list(range(len(trees)))
    rng.shuffle(order)
    whole, mixed = (tree_mass(*zip(*rows, strict=True)) for rows in (trees, [trees[i] for i in order]))
    np.testing.assert_array_equal(mixed.carbon_kg, whole.carbon_kg[order])
    for i, tree in enumerate(trees):
        assert tree_mass(*([value] for value in tree)).carbon_kg[0] == pytest.approx(
            whole.carbon_kg[i], rel=1e-14
        )


@pytest.mark.parametrize("preference", ["vbef", "allometry"])
def test_every_species_can_be_weighed_whatever_the_preference(preference: str) -> None:
    codes = sorted(species_table())
    known = Predictors(dbh_cm=[20.0] * len(codes), height_m=[15.0] * len(codes), du=[2.0] * len(codes))
    mass, equations = mass_of_trees(codes, known, preference=preference)
    # a tree of 20 cm and 15 m weighs 50 to 350 kg above ground, a culm of that size no more than twice that
    assert ((mass.biomass_ag_kg > 50) & (mass.biomass_ag_kg < 350)).all()
    assert set(equations.biomass.level.tolist()) <= {"species", "group"}
    assert not equations.outside.any()
