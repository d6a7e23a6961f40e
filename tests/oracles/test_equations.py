"""Worked values of the equation library, and what a real table of 570 formulas must come to.

Sections are those of the methodology specification; the table is allodb's equations.csv (ropensci/allodb at
1cfe846), whose known troubles its own threads 54, 69, 102, 106, 107 and 115 tell.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from geodata.tables import read_table
from mrv.biomass import tree_mass
from mrv.equations.forms import Predictors, predict
from mrv.equations.importing import ImportedLibrary, import_equations
from mrv.equations.library import library_from_text, library_to_toml, make_library, packaged_library
from mrv.equations.selection import select_equation

LIBRARY = packaged_library()
REL = 1e-6


def at(name: str, dbh_cm: float, height_m: float, **more: float) -> float:
    return float(predict(LIBRARY[name], Predictors(dbh_cm=dbh_cm, height_m=height_m, **more)))


# ---- section 2.1: (20, 15) and (10, 8), m3
VOLUMES = {
    "fir-ly208": (0.243520, 0.035382),
    "masson-ly208": (0.215625, 0.032661),
    "cypress-db51": (0.197133, 0.031175),
    "oak-ly208": (0.192710, 0.029650),
    "broadleaf-ly208-sw": (0.227342, 0.032728),
    "hard-broadleaf-south": (0.224576, 0.032090),
    "fir-db35": (0.232609, 0.035630),
    "masson-db35": (0.227721, 0.035073),
    "broadleaf-db35": (0.235496, 0.035735),
    "other-conifer-db35": (0.217475, 0.033770),
    "masson-db34": (0.206457, 0.031591),
    "fir-guizhou": (0.251272, None),
    "cypress-guizhou": (0.229560, None),
    "soft-broadleaf-guizhou": (0.234968, None),
}


@pytest.mark.parametrize("name", sorted(VOLUMES))
def test_volume(name: str) -> None:
    thick, thin = VOLUMES[name]
    assert at(name, 20.0, 15.0) == pytest.approx(thick, abs=6e-7)
    if thin is not None:
        assert at(name, 10.0, 8.0) == pytest.approx(thin, abs=6e-7)


@pytest.mark.parametrize(
    ("dbh_cm", "height_m", "printed"),
    [(4, 8, 0.006), (10, 3, 0.015), (10, 8, 0.035), (20, 8, 0.139), (22, 8, 0.167)],
)
def test_the_printed_two_way_table_of_fir(dbh_cm: float, height_m: float, printed: float) -> None:
    assert round(at("fir-ly208", dbh_cm, height_m), 3) == printed


# ---- section 2.2: V = 100 m3/ha in t CO2/ha, by expansion, root:shoot ratio and carbon fraction
FACTORS = {
    "310": 119.174474,
    "220": 111.987974,
    "260": 162.072299,
    "410": 216.965129,
    "440": 149.396095,
    "470": 259.650772,
    "480": 268.893859,
    "530": 121.971331,
    "350": 188.876193,
    "490": 230.037979,
    "590": 161.054549,
}


@pytest.mark.parametrize("code", sorted(FACTORS))
def test_volume_to_carbon(code: str) -> None:
    above = float(predict(LIBRARY[f"expansion-{code}"], Predictors(volume_m3=100.0))) / 1000
    root, carbon = (float(predict(LIBRARY[f"{p}-{code}"], Predictors())) for p in ("root-shoot", "carbon"))
    assert above * (1 + root) * carbon * 44 / 12 == pytest.approx(FACTORS[code], rel=REL)


# "more rows" of section 2.2: SVD, BEF, R, CF, typed again
MORE = {
    "exotic-pine": (0.424, 1.631, 0.206, 0.511),
    "other-fir": (0.359, 1.667, 0.277, 0.510),
    "dawn-redwood": (0.278, 1.506, 0.319, 0.501),
    "cryptomeria": (0.294, 2.593, 0.267, 0.524),
    "pond-cypress": (0.359, 1.218, 0.435, 0.503),
    "sassafras": (0.477, 1.483, 0.270, 0.485),
    "nanmu": (0.477, 1.639, 0.264, 0.503),
    "paulownia": (0.443, 1.833, 0.247, 0.470),
    "eucalypt": (0.578, 1.263, 0.221, 0.525),
    "willow": (0.443, 1.821, 0.288, 0.485),
    "elm": (0.598, 1.671, 0.621, 0.497),
    "chinaberry": (0.443, 1.586, 0.289, 0.485),
    "mixed-wood": (0.515, 1.586, 0.289, 0.483),
    "conifer-mixed": (0.405, 1.587, 0.267, 0.510),
    "broadleaf-mixed": (0.482, 1.514, 0.262, 0.490),
    "conifer-broadleaf-mixed": (0.486, 1.656, 0.248, 0.498),
    "birch": (0.541, 1.424, 0.248, 0.491),
    "larch": (0.490, 1.416, 0.212, 0.521),
}


@pytest.mark.parametrize("name", sorted(MORE))
def test_factors_of_further_groups_are_there_and_unverified(name: str) -> None:
    equations = [LIBRARY[f"{prefix}-{name}"] for prefix in ("expansion", "root-shoot", "carbon")]
    values = tuple(value for equation in equations for value in equation.coefficients.values())
    assert values == MORE[name]
    assert {equation.status for equation in equations} == {"unverified"}


def test_a_fir_tree_and_a_plot_of_four() -> None:
    D, H, area_ha = [20.0, 18.0, 22.0, 16.0], [15.0, 14.0, 16.0, 13.0], 0.0667
    mass = tree_mass(["310"] * 4, D, H, [float("nan")] * 4)
    assert mass.biomass_ag_kg[0] == pytest.approx(122.159114, rel=REL)
    assert mass.carbon_kg[0] * 44 / 12 == pytest.approx(290.21422163709246, rel=REL)
    assert mass.volume_m3 == pytest.approx([0.243520, 0.186009, 0.311319, 0.138010], abs=6e-7)
    assert mass.volume_m3.sum() / area_ha == pytest.approx(13.176279, rel=REL)
    assert mass.biomass_ag_kg.sum() / 1000 / area_ha == pytest.approx(6.609722, rel=REL)
    assert mass.carbon_kg.sum() / 1000 / area_ha == pytest.approx(4.282571, rel=REL)
    assert mass.carbon_kg.sum() / 1000 / area_ha * 44 / 12 == pytest.approx(15.702762, rel=REL)
    basal_m2 = float((np.pi / 4 * (np.array(D) / 100) ** 2).sum())
    assert basal_m2 / area_ha == pytest.approx(1.723872, rel=REL)
    assert float(np.sqrt((np.array(D) ** 2).mean())) == pytest.approx(19.131126, rel=REL)


# ---- section 2.3: at 20 cm and 15 m, kg
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("fir-lyt2264", 105.057559),
        ("schima-zhejiang-d2h", 194.786768404286),
        ("ring-cup-oak-zhejiang-d2h", 234.248708),
        ("fir-zhejiang-d2h", 78.971791),
        ("broadleaf-zhejiang-d2h", 183.16260572539383),
        ("segmented-biomass", 142.355801),
    ],
)
def test_biomass_equations(name: str, expected: float) -> None:
    assert at(name, 20.0, 15.0) == pytest.approx(expected, rel=REL)


def test_the_segmented_set() -> None:
    for (D, H), (volume_dm3, bcf, mass_kg, rsr) in {
        (20.0, 15.0): (247.897200, 0.574253, 142.355801, 0.364166),
        (4.0, 4.0): (3.892109, 0.725143, 2.822336, 0.357328),
    }.items():
        assert at("segmented-volume", D, H) * 1000 == pytest.approx(volume_dm3, rel=REL)
        assert at("segmented-bcf", D, H) == pytest.approx(bcf, abs=6e-7)
        assert at("segmented-biomass", D, H) == pytest.approx(mass_kg, rel=REL)
        assert at("segmented-rsr", D, H) == pytest.approx(rsr, abs=6e-7)
    below = 5.0 - 1e-9
    printed = {
        "segmented-volume": (6.867982e-3, 6.867976e-3),
        "segmented-bcf": (0.662067, 0.662068),
        "segmented-rsr": (0.430750, 0.430743),
    }
    for name, values in printed.items():
        assert (at(name, 5.0, 5.0), at(name, below, 5.0)) == pytest.approx(values, rel=2e-6)


def test_bamboo_culms_and_the_pantropical_fall_back() -> None:
    culms = predict(LIBRARY["moso-culm"], Predictors(dbh_cm=[10.0, 10.0, 9.13], du=[2.0, 1.0, 3.0]))
    assert culms == pytest.approx([13.819104, 13.082221, 11.782027], rel=REL)
    assert at("chave-2014", 20.0, 15.0, wood_density=0.6) == pytest.approx(199.0518897259263, rel=1e-12)


# ---- section 2.4: B at V = 100 m3/ha, t/ha
STANDS = {
    "masson": 70.8870,
    "other-pine": 84.9180,
    "fir": 65.6610,
    "cryptomeria": 82.9118,
    "cypress": 107.4351,
    "oak": 123.0773,
    "schima-camphor": 111.6291,
    "hard-broadleaf": 120.3885,
    "soft-broadleaf": 78.1430,
    "conifer-mixed": 83.4551,
    "broadleaf-mixed": 103.2564,
    "conifer-broadleaf-mixed": 99.8260,
}


@pytest.mark.parametrize("name", sorted(STANDS))
def test_stand_biomass(name: str) -> None:
    found = predict(LIBRARY[f"stand-{name}"], Predictors(volume_m3_per_ha=[100.0, 0.0]))
    assert found.tolist() == [pytest.approx(STANDS[name], rel=REL), 0.0]


# ---- section 2.5
def test_root_shares_and_constants() -> None:
    tool14 = predict(LIBRARY["root-shoot-tool14"], Predictors(biomass_ag_t_per_ha=[20.0, 50.0, 100.0, 150.0]))
    assert tool14 == pytest.approx([0.270392, 0.252573, 0.239878, 0.232750], abs=6e-7)
    # Winrock Sourcebook: BBD = exp(-1.0587 + .8836 ln ABD + .2840)
    cairns = predict(LIBRARY["root-shoot-cairns-temperate"], Predictors(biomass_ag_t_per_ha=120.0))
    assert float(cairns) * 120 == pytest.approx(np.exp(-1.0587 + 0.8836 * np.log(120) + 0.2840), rel=1e-12)
    constants = {
        "expansion-ex-post": 1.15,
        "root-shoot-ipcc-subtropical-under-125": 0.20,
        "root-shoot-ipcc-subtropical-over-125": 0.24,
        "carbon-fraction-ipcc-tropical": 0.47,
        "carbon-fraction-ipcc-temperate-conifer": 0.51,
        "carbon-fraction-ipcc-temperate-broadleaf": 0.48,
        "increment-ipcc-natural-under-20": 9.0,
        "increment-ipcc-natural-over-20": 2.0,
        "increment-ipcc-plantation": 8.0,
        "gs403-project-density": 0.3,
        "gs403-project-bef": 1.1,
        "gs403-project-root-shoot": 0.2,
        "gs403-baseline-density": 0.7,
        "gs403-baseline-bef": 3.5,
        "gs403-baseline-root-shoot": 0.8,
    }
    for name, value in constants.items():
        assert (float(predict(LIBRARY[name], Predictors())), LIBRARY[name].status) == (value, "unverified")


# ---- the 570 formulas
@pytest.fixture(scope="module")
def allodb(real_data: Path) -> ImportedLibrary:
    table, findings = read_table(real_data / "allodb_scbi" / "equations.csv", "equation_table")
    assert findings == []
    return import_equations(table)


@pytest.mark.realdata
def test_every_one_of_the_570_rows_is_accounted_for(allodb: ImportedLibrary) -> None:
    assert allodb.count == 570
    assert (len(allodb.usable), len(allodb.heights), len(allodb.refused)) == (531, 26, 13)
    assert len({*allodb.usable, *allodb.heights, *allodb.refused}) == 570
    responses = Counter(equation.response for equation in allodb.usable.values())
    assert responses == {"biomass_ag": 464, "biomass_part": 40, "biomass_stem": 26, "biomass_total": 1}
    assert {equation.status for equation in allodb.usable.values()} == {"unverified"}
    china = [e for e in (*allodb.usable.values(), *allodb.kept.values()) if "China" in e.region]
    assert len(china) == 232


@pytest.mark.realdata
def test_what_is_refused_is_named_with_its_reason(allodb: ImportedLibrary) -> None:
    assert {name: found[0].rule for name, found in allodb.refused.items()} == {
        # falls while the tree grows: a parabola below its lowest point, and a cubic
        "ecd464": "equation-not-rising",
        "ae60e9": "equation-not-rising",
        # its grams are divided by 1000 in the formula and once more by its unit
        "74d0ce": "equation-size-absurd",
        # 2.7 kg for a eucalypt of 16 cm
        "7da4c9": "equation-size-absurd",
        # basal area taken for a diameter, as the table itself remarks
        "c94845": "equation-size-absurd",
        # a tenth of what trees of that size weigh, at one end of the range
        "e57b77": "equation-size-absurd",
        "ecef00": "equation-size-absurd",
        "e3edf1": "equation-size-absurd",
        # seedlings whose diameter is not that at 1.3 m
        "2060ea": "equation-size-absurd",
        "a4d879": "equation-size-absurd",
        "94f593": "equation-size-absurd",
        "8c94e8": "equation-size-absurd",
        "8aecca": "equation-size-absurd",
    }
    rows = {name: found[0].row for name, found in allodb.refused.items()}
    assert rows["74d0ce"] is not None
    sound = {e.equation.id: e.sound_range_cm for e in allodb.examined if not e.usable}
    assert [name for name, held in sound.items() if held is None] == ["74d0ce"]


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("name", "a", "b", "low", "high"),
    [
        ("9cd7a8", 0.12071, 2.09684, 6.0, 18.6),
        ("508818", 0.0858, 2.2992, 8.3, 24.5),
        ("2a26f5", 0.0926, 2.2942, 7.9, 31.7),
    ],
)
def test_chinese_fir_of_hunan(
    allodb: ImportedLibrary, name: str, a: float, b: float, low: float, high: float
) -> None:
    equation = allodb.usable[name]
    assert (equation.species, equation.region) == (("Cunninghamia lanceolata",), "Hunan, China")
    assert (equation.response, equation.unit, equation.dbh_range_cm) == ("biomass_ag", "kg", (low, high))
    assert float(predict(equation, Predictors(dbh_cm=15.0))) == pytest.approx(a * 15.0**b, rel=1e-14)
    found = select_equation(allodb.usable, "Cunninghamia lanceolata", "biomass_ag", region="Hunan")
    assert found.level == "species_region"


@pytest.mark.realdata
def test_imported_equations_serve_beside_the_packaged_ones(allodb: ImportedLibrary) -> None:
    both = make_library([*LIBRARY.values(), *allodb.usable.values()])
    found = select_equation(both, "310", "biomass_ag", preference="allometry", region="Hunan")
    assert (found.equation.region, found.level) == ("Hunan, China", "species_region")
    assert select_equation(both, "310", "biomass_ag", preference="vbef").equation.id == "expansion-310"
    assert select_equation(both, "310", "stem_volume", region="Hunan").equation.id == "fir-ly208"


@pytest.mark.realdata
def test_uncorrected_fits_in_logarithms_are_told(allodb: ImportedLibrary) -> None:
    assert Counter(finding.rule for finding in allodb.findings if finding.severity == "info") == {
        "equation-range-unstated": 31,
        "equation-log-uncorrected": 48,
    }


@pytest.mark.realdata
def test_foreign_units_of_the_table(allodb: ImportedLibrary) -> None:
    # e2c7c7 exp(.15 + 2.48 ln D) in pounds of a DBH in inches; 4b4063 exp(3.63 + 2.54 ln D) in grams
    inch = float(predict(allodb.usable["e2c7c7"], Predictors(dbh_cm=25.4)))
    assert inch == pytest.approx(np.exp(0.15) * 10.0**2.48 * 0.45359237, rel=1e-12)
    gram = float(predict(allodb.usable["4b4063"], Predictors(dbh_cm=10.0)))
    assert gram == pytest.approx(np.exp(3.63) * 10.0**2.54 / 1000, rel=1e-12)
    # a height: 30.1 (1 - exp(-.0273 D^1.018)) m
    height = float(predict(allodb.heights["2407c8"], Predictors(dbh_cm=40.0)))
    assert height == pytest.approx(30.1 * (1 - np.exp(-0.0273 * 40.0**1.018)), rel=1e-12)


@pytest.mark.realdata
def test_the_imported_library_survives_its_file(allodb: ImportedLibrary) -> None:
    again = library_from_text(library_to_toml(allodb.usable), "allodb.toml")
    dbh = Predictors(dbh_cm=np.array([6.0, 12.0, 30.0]), height_m=np.array([5.0, 10.0, 20.0]))
    for name, equation in allodb.usable.items():
        np.testing.assert_array_equal(predict(again[name], dbh), predict(equation, dbh))


@pytest.mark.realdata
def test_a_tree_is_weighed_within_what_its_species_weighs(allodb: ImportedLibrary) -> None:
    """Eleven equations of one species agree within a factor of three where their ranges meet."""
    fir = [
        e for e in allodb.usable.values()
        if e.species == ("Cunninghamia lanceolata",) and e.response == "biomass_ag"
        and e.dbh_range_cm[0] <= 12.0 <= e.dbh_range_cm[1]
    ]  # fmt: skip
    values = [float(predict(equation, Predictors(dbh_cm=12.0))) for equation in fir]
    assert len(values) > 8
    assert max(values) / min(values) < 3
