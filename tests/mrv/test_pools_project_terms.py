"""From what a project states to the terms of its account, whatever the methodology's name."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrv.errors import EstimationError, ProfileError
from mrv.pools.project_inputs import (
    NOTHING_STATED,
    BambooLand,
    DeadOrganic,
    Displacement,
    Fire,
    Harvest,
    PreProject,
    ProjectInputs,
    ShrubLand,
    SoilLand,
)
from mrv.pools.project_terms import ProjectTerms, project_terms
from mrv.profile import Profile, ProfileValue, load

CDM = load("cdm-ar-tool14-v4.2")
FULL = ProjectInputs(
    fires=(Fire(2023, 10.0, 60.0, "fire record"),),
    dead_organic=DeadOrganic("subtropical", 100.0, 1400.0, "weather station"),
    soils=(SoilLand(100.0, "warm-temperate-moist", "lac", 0.95, 2020, "soil survey"),),
    shrubs=(ShrubLand(10.0, 0.0, 0.3, 60.0, "aerial photo"),),
    bamboos=(BambooLand(1.0, 0.0, 1000.0, 10.0, 2.0, "count"),),
    harvests=(Harvest(2021, "sawnwood", 100.0, "sales book"),),
    displacements=(Displacement(2021, 2.0, 40.0, "farm register", 5.0),),
    pre_project=(PreProject(100.0, 0.03, 60.0, 4.0, False, "aerial photo", 2021),),
)


def with_pools(profile: Profile, **status: str) -> Profile:
    """Return the profile with other pools."""
    values = dict(profile.values)
    for pool, word in status.items():
        values[f"pool_{pool}"] = ProfileValue(word, "1", "test", "", "unverified")
    return replace(profile, values=MappingProxyType(values))


def without_parameters(profile: Profile) -> Profile:
    return replace(profile, parameters=MappingProxyType({}))


ALL = with_pools(CDM, harvested_wood="optional")


def terms(inputs: ProjectInputs, profile: Profile = ALL, change: float = 10_000.0) -> ProjectTerms:
    return project_terms(inputs, profile, first_year=2021, last_year=2025, tree_change_tco2e=change)


def value(found: ProjectTerms, name: str) -> float:
    return next(term.value_tco2e for term in found.terms if term.term == name)


def test_every_term_has_its_worked_number() -> None:
    """The single numbers are the worked ones: 57.75 t a year of soil, 43.428 of shrubs, 54.135 of fire."""
    found = terms(FULL)
    assert value(found, "dead_wood") == pytest.approx(100.0)
    assert value(found, "litter") == pytest.approx(100.0)
    assert value(found, "soil") == pytest.approx(5 * 57.75)
    assert value(found, "shrub") == pytest.approx(43.428)
    assert value(found, "bamboo") == pytest.approx(6.967592 * 44 / 12, rel=1e-6)
    assert value(found, "harvested_wood") == pytest.approx(335.409, abs=1e-3)
    assert value(found, "fire") == pytest.approx(54.135)
    assert value(found, "baseline") == pytest.approx(129.25)
    assert value(found, "leakage") == pytest.approx(213.693333, rel=1e-6)
    assert value(found, "pre_project_removed") == pytest.approx(387.75)


def test_the_account_takes_the_sums() -> None:
    found = terms(FULL)
    amounts = found.amounts_tco2e
    assert set(amounts) == {"other_pools_change", "project_emissions", "baseline_change", "leakage"}
    pools = [term.value_tco2e for term in found.terms if term.account_term == "other_pools_change"]
    assert amounts["other_pools_change"] == pytest.approx(sum(pools))
    assert amounts["project_emissions"] == pytest.approx(54.135 + 387.75)


def test_a_project_that_states_nothing_leaves_all_to_the_profile() -> None:
    found = terms(NOTHING_STATED)
    assert found.terms == ()
    assert dict(found.amounts_tco2e) == {}
    left = [note.params["pool_en"] for note in found.notes if note.rule == "pool-not-stated"]
    assert left == ["dead wood", "litter", "soil organic carbon", "shrubs", "harvested wood products"]


def test_an_excluded_pool_is_not_counted_and_that_is_said() -> None:
    closed = with_pools(
        ALL, **dict.fromkeys(("dead_wood", "litter", "soil", "shrub", "bamboo", "harvested_wood"), "excluded")
    )
    found = terms(FULL, closed)
    assert {term.term for term in found.terms} == {"pre_project_removed", "fire", "baseline", "leakage"}
    assert sum(note.rule == "pool-left-out" for note in found.notes) == 6


@pytest.mark.parametrize("pool", ["soil", "shrub", "harvested_wood"])
def test_a_mandatory_pool_without_input_is_refused_by_name(pool: str) -> None:
    with pytest.raises(EstimationError) as refused:
        terms(NOTHING_STATED, with_pools(ALL, **{pool: "mandatory"}))
    assert refused.value.rule == "pool-input-missing"
    assert refused.value.params["key"] == pool


def test_a_mandatory_pool_that_the_plots_tally_needs_no_input() -> None:
    profile = with_pools(ALL, bamboo="mandatory")
    assert terms(NOTHING_STATED, profile).terms == ()
    with pytest.raises(EstimationError, match="pool-input-missing"):
        project_terms(
            NOTHING_STATED,
            profile,
            first_year=2021,
            last_year=2025,
            tree_change_tco2e=1.0,
            tallied=frozenset(),
        )


def test_a_factor_that_the_methodology_leaves_open_refuses_the_pool() -> None:
    """The text of the Chinese methodology was not opened: its dead wood cannot be reckoned."""
    with pytest.raises(ProfileError) as refused:
        terms(FULL, load("ccer-14-001-v01"))
    assert refused.value.rule == "profile-value-missing"
    assert refused.value.params["key"] == "parameter:dead_wood_factor"


def test_a_ratio_of_the_methodology_is_never_replaced_by_a_default() -> None:
    inputs = replace(NOTHING_STATED, dead_organic=FULL.dead_organic)
    with pytest.raises(ProfileError, match="litter_ratio_a"):
        terms(inputs, load("ar-cm-001-v01"))


def test_dead_wood_takes_the_methodologys_factor_then_the_class() -> None:
    wet = replace(NOTHING_STATED, dead_organic=DeadOrganic("subtropical", 100.0, 1700.0, "station"))
    assert value(terms(wet), "dead_wood") == pytest.approx(100.0)
    assert value(terms(wet, without_parameters(ALL)), "dead_wood") == pytest.approx(600.0)


def test_mandatory_dead_wood_goes_by_the_methodologys_factor_alone() -> None:
    profile = with_pools(ALL, dead_wood="mandatory", litter="mandatory")
    assert value(terms(NOTHING_STATED, profile), "dead_wood") == pytest.approx(100.0)
    with pytest.raises(EstimationError, match="pool-input-missing"):
        terms(NOTHING_STATED, without_parameters(profile))


def test_a_loss_of_trees_is_a_loss_of_dead_wood() -> None:
    assert value(terms(FULL, change=-10_000.0), "dead_wood") == pytest.approx(-100.0)


def test_what_happened_in_other_years_belongs_to_another_account() -> None:
    late = replace(
        NOTHING_STATED,
        fires=(Fire(2019, 10.0, 60.0, "record"), Fire(2026, 10.0, 60.0, "record")),
        displacements=(Displacement(2019, 2.0, 40.0, "register"),),
    )
    found = terms(late)
    assert dict(found.amounts_tco2e) == {"leakage": 0.0}
    note = next(note for note in found.notes if note.rule == "inputs-outside-period")
    assert note.params["count"] == 3


def test_kept_trees_make_a_baseline_of_nothing_in_place_of_the_profiles_share() -> None:
    kept = (PreProject(100.0, 0.03, 60.0, 4.0, True, "aerial photo"),)
    found = terms(replace(NOTHING_STATED, pre_project=kept))
    assert dict(found.amounts_tco2e) == {"baseline_change": 0.0}
    with pytest.raises(EstimationError, match="pre-project-kept-and-removed"):
        replace(kept[0], removed_year=2021)


def test_a_fire_in_a_young_stand_burns_by_its_age() -> None:
    young = replace(NOTHING_STATED, fires=(Fire(2023, 10.0, 60.0, "record", age_year=8.0),))
    assert value(terms(young), "fire") == pytest.approx(54.135 * 0.67 / 0.45)


def test_each_term_names_its_sources_and_what_nobody_confirmed() -> None:
    found = terms(FULL)
    assert all(term.sources for term in found.terms)
    assert "soil_reference.csv:warm-temperate-moist-lac" in found.unverified
    assert "cdm-ar-tool14-v4.2:parameter:leakage_factor" in found.unverified
    assert "fire_factors.csv:extratropical-ch4" in found.unverified
    notes = [note for note in found.notes if note.rule == "project-term"]
    assert len(notes) == len(found.terms)


def test_no_more_land_than_the_project_has() -> None:
    def of(area_ha: float) -> ProjectTerms:
        return project_terms(
            FULL, ALL, first_year=2021, last_year=2025, tree_change_tco2e=0.0, area_ha=area_ha
        )

    assert of(100.0).terms
    with pytest.raises(EstimationError) as refused:
        of(99.0)
    assert refused.value.rule == "input-area-over-project"
    assert refused.value.params["name"] == "soils"


@pytest.mark.parametrize(
    ("kept", "name"),
    [("shrubs", "shrubs"), ("bamboos", "bamboos"), ("fires", "fires"), ("pre_project", "pre_project")],
)
def test_each_kind_of_land_is_held_against_the_project(kept: str, name: str) -> None:
    alone = replace(NOTHING_STATED, **{kept: getattr(FULL, kept)})
    with pytest.raises(EstimationError) as refused:
        project_terms(alone, ALL, first_year=2021, last_year=2025, tree_change_tco2e=0.0, area_ha=0.5)
    assert refused.value.params["name"] == name


def test_an_order_of_years_that_cannot_be() -> None:
    with pytest.raises(EstimationError, match="campaigns-reversed"):
        project_terms(FULL, ALL, first_year=2026, last_year=2025, tree_change_tco2e=0.0)


@given(st.floats(0.0, 1e5), st.floats(0.0, 500.0), st.floats(0.0, 1e5), st.floats(0.0, 0.039))
def test_deductions_never_add(area: float, biomass: float, displaced: float, cover: float) -> None:
    inputs = ProjectInputs(
        fires=(Fire(2022, area, biomass, "record"),),
        displacements=(Displacement(2022, displaced, biomass, "register"),),
        pre_project=(PreProject(area, cover, biomass, 4.0, False, "photo"),),
    )
    amounts = terms(inputs).amounts_tco2e
    assert all(amounts[name] >= 0 for name in ("project_emissions", "leakage", "baseline_change"))
