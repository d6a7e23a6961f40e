"""Stands of the simulated county: species, age, density, growth and what happened to each parcel.

A stand is a set of parameters of one parcel; its trees are a random population with these parameters
(`mrv.simulation.trees` draws them in plots, `mrv.simulation.truth` gives their expectation). Pure: arrays
and a random generator in, a frozen result out.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from mrv.simulation.species import BAMBOO_STRATUM, COUNTY_STRATA, SPECIES, STAND_MODELS

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

FIRST_YEAR = 2020
"""Year of the first campaign."""
LAST_YEAR = 2025
"""Year of the second campaign."""
FIRE_YEAR = 2022
"""Year of the one fire."""
PLANTING_YEAR = 2021
"""Year in which the project was planted (winter 2020/21)."""
MIN_DBH_CM = 5.0
"""Trees are tallied from this DBH on [cm]."""
WEIBULL_SHAPE = 2.4
"""Shape of the distribution of DBH less 5 cm in a stand."""
YOUNGEST_YEAR = 3.0
"""Age in 2025 of the youngest stands of the county [year]."""
GAP_AGE_YEAR = 0.8
"""Width of the passage of a young stand through the 5 cm limit [year]."""


class Event(IntEnum):
    """What happened to a stand between the campaigns."""

    NONE = 0
    THINNED = 1
    CLEARED = 2
    BURNED = 3


@dataclass(frozen=True, slots=True)
class Stands:
    """Parameters of the stands, one element (or row) for each forest parcel."""

    stratum: IntArray
    """Number of the stratum in `STRATA`."""
    species: IntArray
    """Numbers of the dominant and two companion species in `SPECIES`, (n, 3)."""
    share_frac: FloatArray
    """Fraction of the stems of each of the three species, (n, 3)."""
    age_year: IntArray
    """Age of the stand in 2025 [year]; of a cleared stand, its age had it stood."""
    stems_per_ha: FloatArray
    """Trees of at least 5 cm in 2020 [1/ha]."""
    dbh_cm: FloatArray
    """Mean DBH of these trees in 2020 [cm]."""
    growth_cm: FloatArray
    """Mean growth of their DBH in five years [cm]."""
    ingrowth_per_ha: FloatArray
    """Trees that pass 5 cm until 2025 [1/ha]."""
    ingrowth_dbh_cm: FloatArray
    """Mean DBH of these in 2025 [cm]."""
    height_frac: FloatArray
    """Height of the stand's trees relative to the curve of the species."""
    mortality_frac: FloatArray
    """Fraction of mean-sized trees that die in five years."""
    clustering_cv: FloatArray
    """Coefficient of variation of the density between plots."""
    event: IntArray
    """`Event` of the stand."""
    event_year: IntArray
    """Year of the event, 0 where there is none."""

    @property
    def cleared(self) -> BoolArray:
        """Stands without any tree in 2025."""
        return self.event >= Event.CLEARED

    @property
    def cleared_year(self) -> IntArray:
        """Year in which all trees went, 0 for none."""
        return np.where(self.cleared, self.event_year, 0)

    @property
    def dominant(self) -> NDArray[np.str_]:
        """NFI code of the dominant species."""
        return np.asarray(SPECIES)[self.species[:, 0]]


def draw_stands(
    seed: int, relief_frac: FloatArray, moisture: FloatArray, project: IntArray, burned: BoolArray
) -> Stands:
    """Draw a stand for each forest parcel.

    Parameters
    ----------
    seed
        Seed of the county.
    relief_frac
        Rank of the relief, 0 (plain) to 1 (hill tops).
    moisture
        Moisture index, about standard normal.
    project
        0 outside the project, else the number of its stratum (1, 2).
    burned
        Parcels that the fire burned.
    """
    rng = np.random.default_rng([seed, 1])
    stratum = _draw_stratum(rng, relief_frac, moisture, project)
    age_year = _draw_age(rng, stratum)
    event, event_year = _draw_events(rng, stratum, age_year, burned)
    species, share_frac = _draw_mixture(rng, stratum)
    return _grow(rng, stratum, age_year, moisture, (species, share_frac), (event, event_year))


def _parameter(name: str) -> FloatArray:
    return np.array([getattr(model, name) for model in STAND_MODELS], dtype=np.float64)


def _draw_stratum(
    rng: np.random.Generator, relief_frac: FloatArray, moisture: FloatArray, project: IntArray
) -> IntArray:
    """Poplar on the plain, bamboo and fir where it is moist, pine on dry ridges, broadleaves anywhere."""
    noise = rng.gumbel(size=(relief_frac.size, COUNTY_STRATA)) * 0.55
    liking = np.column_stack(
        [
            1.25 + 0.55 * moisture - 0.6 * np.abs(relief_frac - 0.62),
            0.95 - 0.95 * moisture + 0.5 * (relief_frac - 0.5),
            np.full(relief_frac.size, 0.95),
            2.9 - 5.2 * relief_frac,
            -0.45 + 1.15 * moisture + 0.9 * relief_frac,
        ]
    )
    county = np.argmax(liking + noise, axis=1)
    return np.where(project > 0, COUNTY_STRATA - 1 + project, county).astype(np.int64)


def _draw_age(rng: np.random.Generator, stratum: IntArray) -> IntArray:
    mean, largest = _parameter("age_mean_year")[stratum], _parameter("age_max_year")[stratum]
    drawn = np.rint(YOUNGEST_YEAR + rng.gamma(2.4, (mean - YOUNGEST_YEAR) / 2.4))
    fixed = largest <= np.rint(mean)
    return np.where(fixed, largest, np.minimum(drawn, largest)).astype(np.int64)


def _draw_events(
    rng: np.random.Generator, stratum: IntArray, age_year: IntArray, burned: BoolArray
) -> tuple[IntArray, IntArray]:
    """Clear-cut some ripe stands, thin some of middle age, burn those the fire reached."""
    chance = rng.random(stratum.size)
    ripe = age_year - 5 >= _parameter("harvest_age_year")[stratum]
    tended = (age_year >= 13) & (age_year <= 26) & (stratum <= 1)
    event = np.where(ripe & (chance < 0.26), int(Event.CLEARED), int(Event.NONE))
    event = np.where(tended & ~ripe & (chance < 0.20), int(Event.THINNED), event)
    event = np.where(burned & (stratum < COUNTY_STRATA), int(Event.BURNED), event)
    year = rng.integers(FIRST_YEAR + 1, LAST_YEAR + 1, stratum.size)
    year = np.where(event == Event.BURNED, FIRE_YEAR, np.where(event == Event.NONE, 0, year))
    return event.astype(np.int64), year.astype(np.int64)


def _draw_mixture(rng: np.random.Generator, stratum: IntArray) -> tuple[IntArray, FloatArray]:
    species = np.zeros((stratum.size, 3), dtype=np.int64)
    share = np.zeros((stratum.size, 3))
    share[:, 0] = 1.0
    for number, model in enumerate(STAND_MODELS):
        chosen = np.flatnonzero(stratum == number)
        codes, weights = zip(*model.dominants, strict=True)
        species[chosen, 0] = rng.choice([SPECIES.index(code) for code in codes], chosen.size, p=weights)
        mixed = np.array([SPECIES.index(code) for code in model.companions])
        first = rng.integers(0, mixed.size, chosen.size)
        species[chosen, 1] = mixed[first]
        species[chosen, 2] = mixed[(first + 1) % mixed.size]
        total = model.companion_frac * rng.uniform(0.2, 1.8, chosen.size)
        part = rng.uniform(0.4, 0.9, chosen.size)
        share[chosen] = np.column_stack([1.0 - total, total * part, total * (1.0 - part)])
    return species, share


def _mean_dbh_cm(stratum: IntArray, age_year: FloatArray, site: FloatArray) -> FloatArray:
    curve = 1.0 - np.exp(-_parameter("dbh_rate_per_year")[stratum] * np.maximum(age_year, 0.5))
    size_cm = _parameter("dbh_range_cm")[stratum] * curve ** _parameter("dbh_shape")[stratum]
    return np.asarray(MIN_DBH_CM + site * size_cm, dtype=np.float64)


def _full_stems(model_stratum: IntArray, age_year: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the stems of a stand of an age [1/ha] and the fraction of them above 5 cm."""
    rate = _parameter("thinning_per_year")[model_stratum]
    stems = _parameter("stems_per_ha")[model_stratum] * np.exp(-rate * np.maximum(age_year, 0.0))
    lag = (age_year - _parameter("recruit_age_year")[model_stratum]) / GAP_AGE_YEAR
    tallied = np.where(age_year > 0.0, 1.0 / (1.0 + np.exp(-np.clip(lag, -40.0, 40.0))), 0.0)
    return stems, np.where(tallied < 0.01, 0.0, tallied)


def _grow(
    rng: np.random.Generator,
    stratum: IntArray,
    age_year: IntArray,
    moisture: FloatArray,
    mixture: tuple[IntArray, FloatArray],
    events: tuple[IntArray, IntArray],
) -> Stands:
    county = stratum < COUNTY_STRATA
    spread = np.where(county & (stratum != BAMBOO_STRATUM), 1.0, 0.25)
    site = np.exp(spread * (0.05 * moisture + rng.normal(0.0, 0.13, stratum.size)))
    density = np.exp(np.where(county, 1.0, 0.25) * rng.normal(-0.04, 0.28, stratum.size))
    after = age_year.astype(np.float64)
    before: FloatArray = after - 5.0
    dbh_cm = _mean_dbh_cm(stratum, before, site)
    dbh_after_cm = _mean_dbh_cm(stratum, after, site)
    stems, tallied = _full_stems(stratum, before)
    stems_after, tallied_after = _full_stems(stratum, after)
    young = np.maximum(tallied_after - tallied, 0.0) * stems_after * density
    closed = _parameter("ingrowth_per_ha")[stratum] * tallied * rng.uniform(0.3, 1.7, stratum.size)
    standing = stems * tallied * density
    bamboo = stratum == BAMBOO_STRATUM
    ingrowth = np.where(bamboo, standing * 0.42 * rng.uniform(0.8, 1.3, stratum.size), young + closed)
    ingrowth_dbh = np.where(bamboo | (young > closed), dbh_after_cm, MIN_DBH_CM + 1.4)
    gone = events[0] >= Event.CLEARED
    mortality = _parameter("mortality_frac")[stratum] * density * rng.uniform(0.5, 1.5, stratum.size)
    return Stands(
        stratum=stratum,
        species=mixture[0],
        share_frac=mixture[1],
        age_year=age_year,
        stems_per_ha=standing,
        dbh_cm=dbh_cm,
        growth_cm=np.where(bamboo, 0.0, dbh_after_cm - dbh_cm),
        ingrowth_per_ha=np.where(gone, 0.0, ingrowth),
        ingrowth_dbh_cm=ingrowth_dbh,
        height_frac=np.exp(spread * rng.normal(0.0, 0.05, stratum.size)),
        mortality_frac=np.minimum(mortality, 0.3),
        clustering_cv=_parameter("clustering_cv")[stratum],
        event=events[0],
        event_year=events[1],
    )
