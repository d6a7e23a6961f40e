"""What a forest survey would have written down of the simulated stands: compartment attributes and tallies.

Attributes of sub-compartments are the truth seen through an ocular survey (a few per cent of error, rounded
as the field sheets round); tree records are the drawn trees, DBH to 0.1 cm, height on every fourth tree.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mrv.simulation.species import BAMBOO_STRATUM, COUNTY_STRATA, SPECIES
from mrv.simulation.stands import FIRST_YEAR, LAST_YEAR, FloatArray, IntArray, Stands
from mrv.simulation.trees import Fate, TreeSample
from mrv.simulation.truth import ExpectedStock

AGE_BOUNDS_YEAR = (
    (10, 20, 25, 35),
    (10, 20, 30, 50),
    (40, 60, 80, 120),
    (10, 15, 20, 30),
)
"""Largest age of young, middle-aged, near-mature and mature stands of 杉木, 松类, 阔叶, 杨树 (LY/T 2908)."""
OCULAR_CV = 0.07
"""Coefficient of variation of the surveyor's volume."""
YOUNG_STEMS_PER_HA = 550.0
"""Below this number of tallied trees a stand counts as not yet grown up (未成林)."""
STATUS = ("活立木", "枯死", "采伐", "进界")
"""Tally status for each `Fate`."""

StringArray = NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class StandSurvey:
    """Attributes of the forest sub-compartments in 2025, as the resource map holds them."""

    land_class: StringArray
    """DI_LEI, 6 digits."""
    category: StringArray
    """LIN_ZHONG."""
    origin: StringArray
    """QI_YUAN."""
    forest_class: StringArray
    """SEN_LIN_LB."""
    species_code: StringArray
    """YOU_SHI_SZ; of a cleared stand the species that stood there."""
    age_year: IntArray
    """PINGJUN_NL [year]."""
    age_group: StringArray
    """LING_ZU, empty where nothing stands."""
    closure_frac: FloatArray
    """YU_BI_DU."""
    dbh_cm: FloatArray
    """PINGJUN_XJ [cm]."""
    height_m: FloatArray
    """PINGJUN_SG [m]."""
    basal_area_m2_per_ha: FloatArray
    """PINGJUN_DM [m2/ha]."""
    volume_m3_per_ha: FloatArray
    """HUO_LMGQXJ [m3/ha]."""
    stems_per_ha: IntArray
    """MEI_GQ_ZS [1/ha]."""


def survey_stands(seed: int, stands: Stands, stock: ExpectedStock) -> StandSurvey:
    """Return what a surveyor would record of each stand in 2025.

    Parameters
    ----------
    seed
        Seed of the county.
    stands, stock
        The stands and their expected stock.
    """
    rng = np.random.default_rng([seed, 2])
    count = stands.stratum.size
    error = np.clip(rng.normal(1.0, OCULAR_CV, count), 0.8, 1.2)
    stems = np.rint(stock.stems_per_ha[:, 1]).astype(np.int64)
    alive = stems > 0
    basal = stock.basal_area_m2_per_ha[:, 1]
    young = alive & (stems < YOUNG_STEMS_PER_HA) & (stands.age_year < 9)
    closure = np.clip(0.22 + 0.65 * (1.0 - np.exp(-basal / 14.0)) + rng.normal(0.0, 0.03, count), 0.20, 0.92)
    closure = np.where(young, np.minimum(closure, 0.18), np.where(alive, closure, 0.0))
    volume = np.maximum(stock.volume_m3_per_ha[:, 1] * error, 0.1)
    public = (rng.random(count) < np.where(stands.stratum == 2, 0.55, 0.22)) & (
        stands.stratum < COUNTY_STRATA
    )
    return StandSurvey(
        land_class=_land_class(stands, young | ~alive & ~stands.cleared),
        category=_category(rng, stands, public),
        origin=_origin(rng, stands),
        forest_class=np.where(public, np.where(rng.random(count) < 0.3, "011", "012"), "022"),
        species_code=stands.dominant,
        age_year=np.where(stands.cleared, 0, stands.age_year),
        age_group=_age_group(stands),
        closure_frac=np.round(closure, 2),
        dbh_cm=np.round(stock.mean_dbh_cm[:, 1], 1),
        height_m=np.round(stock.mean_height_m[:, 1], 1),
        basal_area_m2_per_ha=np.round(basal, 2),
        volume_m3_per_ha=np.where(alive, np.round(volume, 2), 0.0),
        stems_per_ha=stems,
    )


def _land_class(stands: Stands, young: NDArray[np.bool_]) -> StringArray:
    bamboo = stands.stratum == BAMBOO_STRATUM
    standing = np.where(young, "030402", np.where(bamboo, "030200", "030100"))
    gone = np.where(stands.event == 3, "030406", "030405")
    return np.where(stands.cleared, gone, standing)


def _category(rng: np.random.Generator, stands: Stands, public: NDArray[np.bool_]) -> StringArray:
    protective = rng.choice(["111", "112", "116", "124"], stands.stratum.size, p=[0.4, 0.35, 0.15, 0.1])
    timber = np.where(stands.stratum == 3, "231", "233")
    return np.where(public, protective, timber)


def _origin(rng: np.random.Generator, stands: Stands) -> StringArray:
    planted_frac = np.array([0.97, 0.55, 0.15, 1.0, 0.3, 1.0, 1.0])[stands.stratum]
    planted = (rng.random(stands.stratum.size) < planted_frac) | (stands.dominant == "260")
    natural = rng.choice(["11", "12", "13"], stands.stratum.size, p=[0.5, 0.3, 0.2])
    return np.where(planted, "21", natural)


def _age_group(stands: Stands) -> StringArray:
    row = np.array([0, 1, 2, 3, 0, 0, 2])[stands.stratum]
    bounds = np.array(AGE_BOUNDS_YEAR)[row]
    group = 1 + (stands.age_year[:, None] > bounds).sum(axis=1)
    group = np.where(stands.stratum == BAMBOO_STRATUM, 2, group)
    return np.where(stands.cleared, "", group.astype(np.str_))


@dataclass(frozen=True, slots=True)
class Tally:
    """Rows of the tree sheet, by plot, campaign and tree number."""

    plot: IntArray
    """Number of the plot."""
    year: IntArray
    """Campaign."""
    tree: IntArray
    """Number of the tree in its plot, the same in both campaigns."""
    species_code: StringArray
    """NFI species code."""
    dbh_cm: FloatArray
    """DBH to 0.1 cm; of a tree that died or was cut, its last DBH [cm]."""
    height_m: FloatArray
    """Height to 0.1 m, nan where it was not measured [m]."""
    du: IntArray
    """Bamboo age class, 0 for trees."""
    status: StringArray
    """活立木 (alive), 枯死 (dead), 采伐 (cut) or 进界 (ingrowth)."""


def tally_trees(seed: int, trees: TreeSample) -> Tally:
    """Return the rows of both campaigns as the field crews wrote them.

    Two oddities are in every tally, as in every real one: one tree is 0.3 cm thinner than five years before,
    and one measured height is far above the curve.

    Parameters
    ----------
    seed
        Seed of the county.
    trees
        Trees of the plots.
    """
    start = np.searchsorted(trees.plot, trees.plot, side="left")
    number = np.arange(trees.plot.size) - start + 1
    dbh_cm = np.round(trees.dbh_cm, 1)
    height_m = np.where((number % 4 == 1)[:, None], np.round(trees.height_m, 1), np.nan)
    _plant_oddities(np.random.default_rng([seed, 3]), trees, dbh_cm, height_m)
    ingrowth = trees.fate == Fate.INGROWTH
    first = np.flatnonzero(~ingrowth)
    last_dbh = np.where(np.isnan(dbh_cm[:, 1]), dbh_cm[:, 0], dbh_cm[:, 1])
    row = np.concatenate([first, np.arange(trees.plot.size)])
    year = np.repeat([FIRST_YEAR, LAST_YEAR], [first.size, trees.plot.size])
    second = year == LAST_YEAR
    order = np.lexsort((number[row], year, trees.plot[row]))
    status = np.where(second, np.array(STATUS)[trees.fate[row]], STATUS[0])
    du = np.where(second, trees.du[row, 1], trees.du[row, 0])
    return Tally(
        plot=trees.plot[row][order],
        year=year[order],
        tree=number[row][order],
        species_code=np.asarray(SPECIES)[trees.species[row]][order],
        dbh_cm=np.where(second, last_dbh[row], dbh_cm[row, 0])[order],
        height_m=np.where(second, height_m[row, 1], height_m[row, 0])[order],
        du=du[order],
        status=status[order],
    )


def _plant_oddities(
    rng: np.random.Generator, trees: TreeSample, dbh_cm: FloatArray, height_m: FloatArray
) -> None:
    """Change one DBH and one height of the second campaign in place (the arrays are this tally's own)."""
    wooden = (trees.fate == Fate.ALIVE) & (trees.du[:, 0] == 0) & (dbh_cm[:, 0] > 8.0)
    shrunk = np.flatnonzero(wooden & np.isnan(height_m[:, 1]))
    tall = np.flatnonzero(wooden & ~np.isnan(height_m[:, 1]) & (dbh_cm[:, 1] < 16.0))
    if shrunk.size:
        chosen = rng.choice(shrunk)
        dbh_cm[chosen, 1] = np.round(dbh_cm[chosen, 0] - 0.3, 1)
    if tall.size:
        chosen = rng.choice(tall)
        height_m[chosen, 1] = np.round(height_m[chosen, 1] * 1.9, 1)
