"""The assumptions of the model refer to species the tables know, and are proportions where they must be."""

from __future__ import annotations

import pytest

from mrv.coefficients import species
from mrv.simulation.species import BAMBOO, BAMBOO_STRATUM, COUNTY_STRATA, SPECIES, STAND_MODELS, STRATA


@pytest.mark.parametrize("code", SPECIES)
def test_every_species_is_in_the_tables(code: str) -> None:
    assert species(code).code == code


def test_the_mixture_is_that_of_the_subtropics() -> None:
    assert set(SPECIES) >= {"310", "220", "260", "410", "440", "470", "480", "530", BAMBOO}
    used = {code for model in STAND_MODELS for code, _ in model.dominants}
    assert used | {code for model in STAND_MODELS for code in model.companions} == set(SPECIES)


def test_probabilities_add_up() -> None:
    for model in STAND_MODELS:
        assert sum(weight for _, weight in model.dominants) == pytest.approx(1.0)
        assert 0.0 <= model.companion_frac < 0.5
        assert len(set(model.companions)) >= 1


def test_county_strata_come_first() -> None:
    assert STRATA[:COUNTY_STRATA] == ("杉木", "松类", "阔叶", "杨树", "毛竹")
    assert STRATA[BAMBOO_STRATUM] == "毛竹"
    assert all(name.startswith("项目-") for name in STRATA[COUNTY_STRATA:])
