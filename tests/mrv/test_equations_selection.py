from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrv.coefficients import species_table
from mrv.equations.library import make_library, packaged_library, with_own
from mrv.equations.selection import (
    LEVELS,
    PREFERENCES,
    assign_equations,
    factorise,
    outside,
    regions_of,
    select_equation,
)
from mrv.errors import EquationError, ParameterMissing
from mrv.methodology.domains import KEYS

LIBRARY = packaged_library()


@pytest.mark.parametrize(
    ("code", "response", "preference", "region", "equation", "level"),
    [
        ("310", "stem_volume", "", "", "fir-ly208", "species"),
        ("310", "stem_volume", "", "Hunan", "fir-ly208", "species_region"),
        ("310", "stem_volume", "", "Fujian", "fir-db35", "species_region"),
        ("310", "stem_volume", "", "guizhou", "fir-guizhou", "species_region"),
        ("310", "stem_volume", "", "Yunnan", "fir-ly208", "species"),
        ("490", "stem_volume", "", "", "hard-broadleaf-south", "group"),
        ("530", "stem_volume", "", "", "broadleaf-ly208-sw", "group"),
        ("310", "biomass_ag", "vbef", "", "expansion-310", "species"),
        ("310", "biomass_ag", "allometry", "", "fir-lyt2264", "species"),
        ("310", "biomass_ag", "allometry", "Zhejiang", "fir-zhejiang-d2h", "species_region"),
        ("470", "biomass_ag", "allometry", "", "schima-zhejiang-d2h", "species"),
        ("410", "biomass_ag", "allometry", "", "broadleaf-zhejiang-d2h", "group"),
        ("220", "biomass_ag", "allometry", "", "expansion-220", "species"),
        ("660", "biomass_ag", "vbef", "", "moso-culm", "species"),
        ("660", "biomass_ag", "allometry", "", "moso-culm", "species"),
        ("Tectona grandis", "biomass_ag", "allometry", "", "chave-2014", "fallback"),
        ("Cyclobalanopsis glauca", "biomass_ag", "allometry", "", "ring-cup-oak-zhejiang-d2h", "species"),
    ],
)
def test_the_rule(code: str, response: str, preference: str, region: str, equation: str, level: str) -> None:
    found = select_equation(LIBRARY, code, response, preference=preference, region=region)  # type: ignore[arg-type]
    assert (found.equation.id, found.level) == (equation, level)


def test_every_species_takes_the_volume_equation_its_row_names() -> None:
    for code, row in species_table().items():
        if row.volume_equation:
            assert select_equation(LIBRARY, code, "stem_volume").equation.id == row.volume_equation


def test_a_genus_serves_its_species() -> None:
    oak = replace(LIBRARY["fir-lyt2264"], id="oaks", species=("Quercus",))
    found = select_equation(make_library([oak]), "Quercus robur", "biomass_ag")
    assert (found.equation.id, found.level) == ("oaks", "group")


def test_a_code_is_served_under_its_scientific_name_too() -> None:
    base = LIBRARY["fir-lyt2264"]
    named = replace(base, id="named", species=("Cunninghamia lanceolata",), region="Hunan, China")
    genus = replace(base, id="genus", species=("Pinus",))
    library = make_library([named, genus])
    choices = [select_equation(library, code, "biomass_ag", region="Hunan") for code in ("310", "220")]
    assert [(c.equation.id, c.level) for c in choices] == [("named", "species_region"), ("genus", "group")]
    with pytest.raises(ParameterMissing, match="equation-none"):
        select_equation(library, "490", "biomass_ag")


def test_a_verified_equation_goes_before_an_unverified_one() -> None:
    fir = LIBRARY["fir-lyt2264"]
    library = make_library([replace(fir, id="a"), replace(fir, id="b", status="verified")])
    assert select_equation(library, "310", "biomass_ag").equation.id == "b"


def test_a_countys_own_equation_goes_before_the_packaged_one() -> None:
    own = make_library([replace(LIBRARY["fir-db35"], id="own", region="", status="unverified")])
    both = with_own(own)
    for region in ("", "Hunan", "Fujian"):
        found = assign_equations(both, ["310", "220"], "stem_volume", region=region, first=frozenset(own))
        fir, masson = found.choices[1], found.choices[0]
        assert fir is not None
        assert masson is not None
        assert (fir.equation.id, fir.level) == ("own", "species_region")
        assert masson.equation.id.startswith("masson")


def test_an_equation_that_fails_its_examination_is_never_chosen() -> None:
    fir = LIBRARY["fir-lyt2264"]
    falling = replace(fir, id="a", coefficients={"a": 90.0, "b": -0.3, "c": 0.5})
    assert (
        select_equation(make_library([falling, replace(fir, id="b")]), "310", "biomass_ag").equation.id == "b"
    )
    with pytest.raises(ParameterMissing, match="equation-none: species=310"):
        select_equation(make_library([falling]), "310", "biomass_ag")
    stand_in = replace(LIBRARY["broadleaf-zhejiang-d2h"], groups=("conifer",))
    found = select_equation(make_library([falling, stand_in]), "310", "biomass_ag")
    assert (found.equation.id, found.level) == ("broadleaf-zhejiang-d2h", "group")


def test_the_widest_stated_range_goes_first_then_the_identifier() -> None:
    fir = LIBRARY["fir-lyt2264"]
    ranges = {"a": (float("nan"), float("nan")), "b": (6.0, 18.6), "c": (7.9, 31.7), "d": (7.9, 31.7)}
    library = make_library([replace(fir, id=name, dbh_range_cm=ends) for name, ends in ranges.items()])
    assert select_equation(library, "310", "biomass_ag").equation.id == "c"


def test_what_cannot_be_chosen_is_refused() -> None:
    with pytest.raises(ParameterMissing, match="equation-none: species=999; response=stem_volume"):
        select_equation(LIBRARY, "999", "stem_volume")
    with pytest.raises(EquationError, match="equation-preference: preference=guess"):
        select_equation(LIBRARY, "310", "biomass_ag", preference="guess")


def test_a_profile_may_prefer_what_the_rule_knows_and_nothing_else() -> None:
    for keys in KEYS.values():
        assert keys["biomass_equation"] == frozenset(PREFERENCES)


def test_each_tree_says_its_equation_and_level() -> None:
    codes = ["310", "490", "660", "310"]
    found = assign_equations(LIBRARY, codes, "stem_volume", without=frozenset({"660"}))
    assert found.equation_id.tolist() == ["fir-ly208", "hard-broadleaf-south", "", "fir-ly208"]
    assert found.level.tolist() == ["species", "group", "", "species"]
    assert found.counts() == (("fir-ly208", "species", 2), ("hard-broadleaf-south", "group", 1))
    assert [equation.id for equation in found.equations()] == ["fir-ly208", "hard-broadleaf-south"]
    assert set(found.level.tolist()) <= {*LEVELS, ""}


def test_no_tree_has_no_equation() -> None:
    found = assign_equations(LIBRARY, [], "stem_volume")
    assert (found.counts(), found.equation_id.tolist()) == ((), [])
    assert outside(found, np.array([]), np.array([])).tolist() == []


def test_outside_is_what_leaves_the_range_of_a_measurement_the_equation_uses() -> None:
    volume = assign_equations(LIBRARY, ["310"] * 5 + ["660"], "stem_volume", without=frozenset({"660"}))
    dbh, height = [20.0, 95.0, 20.0, 20.0, 1.9, 99.0], [15.0, 15.0, 1.0, float("nan"), 5.0, 99.0]
    assert outside(volume, dbh, height).tolist() == [False, True, True, True, True, False]
    expansion = assign_equations(LIBRARY, ["310"], "biomass_ag", preference="vbef")
    assert not outside(expansion, [500.0], [500.0]).any()


def test_regions_are_words_between_commas() -> None:
    assert regions_of(LIBRARY["fir-ly208"]) == {"hunan", "hubei", "china"}


@given(st.lists(st.text(max_size=5), max_size=40))
def test_factorise_is_the_sorted_species_and_their_places(codes: list[str]) -> None:
    # a fixed-width text drops trailing zero bytes, here as everywhere in numpy
    codes = [code.replace("\0", "") for code in codes]
    names, index = factorise(np.array(codes, dtype=np.str_))
    assert list(names) == sorted(set(codes))
    assert [names[i] for i in index] == codes


@given(st.lists(st.sampled_from(["310", "220", "66", "4", ""]), max_size=40))
def test_short_codes_take_the_short_way_to_the_same_end(codes: list[str]) -> None:
    names, index = factorise(codes)
    assert list(names) == sorted(set(codes))
    assert [names[i] for i in index] == codes
