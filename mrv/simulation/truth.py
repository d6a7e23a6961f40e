"""The truth of the simulated county: the expected stock of every stand in both campaigns.

The county is a superpopulation: each forest parcel is covered by plot-sized cells, and the trees of a cell
are random with the parameters of the parcel's stand. **The truth of a parcel is its area times the expected
value per hectare under the model, given the stand's parameters and what happened to it.** It is found by
numerical integration over size (Gauss-Legendre on the Weibull distribution), growth and height (two points,
exact to the third moment), species and bamboo age class, with the equations the plots are computed with.
A plot at a uniformly random point of a stratum has exactly the stratum's mean as its expectation, so the
stratified estimate is unbiased for this truth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mrv.simulation import growth
from mrv.simulation.equations import tree_values
from mrv.simulation.species import SPECIES
from mrv.simulation.stands import WEIBULL_SHAPE, FloatArray, IntArray, Stands
from mrv.simulation.trees import MEAN_WEIBULL

SIZE_NODES = 24
"""Points of the integration over tree size."""
CHUNK = 4_000
"""Stands integrated at a time, to bound the memory."""
QUANTITIES = (
    "volume_m3",
    "biomass_ag_kg",
    "biomass_bg_kg",
    "carbon_ag_kg",
    "carbon_kg",
    "stems",
    "basal_area_m2",
    "height_m3",
)
"""What is integrated: the last is basal area times height, for mean height by basal area."""


@dataclass(frozen=True, slots=True)
class ExpectedStock:
    """Expected values of each stand per hectare; column 0 is the first campaign, 1 the second."""

    volume_m3_per_ha: FloatArray
    """Stem volume of live trees, (n, 2) [m3/ha]."""
    biomass_ag_t_per_ha: FloatArray
    """Dry matter above ground, (n, 2) [t/ha]."""
    biomass_bg_t_per_ha: FloatArray
    """Dry matter of roots, (n, 2) [t/ha]."""
    carbon_ag_tc_per_ha: FloatArray
    """Carbon above ground, (n, 2) [t C/ha]."""
    carbon_tc_per_ha: FloatArray
    """Carbon above and below ground, (n, 2) [t C/ha]."""
    stems_per_ha: FloatArray
    """Live trees of at least 5 cm, (n, 2) [1/ha]."""
    basal_area_m2_per_ha: FloatArray
    """Basal area, (n, 2) [m2/ha]."""
    mean_height_m: FloatArray
    """Mean height by basal area, (n, 2) [m]; 0 where there is no tree."""

    @property
    def mean_dbh_cm(self) -> FloatArray:
        """Quadratic mean DBH, (n, 2) [cm]; 0 where there is no tree."""
        stems = np.maximum(self.stems_per_ha, 1e-9)
        return np.asarray(200.0 * np.sqrt(self.basal_area_m2_per_ha / stems / np.pi), dtype=np.float64)


def expected_stock(stands: Stands) -> ExpectedStock:
    """Return the expected stock of each stand per hectare in both campaigns."""
    count = stands.stratum.size
    total = np.zeros((count, 2, len(QUANTITIES)))
    for place in range(3):
        for number in range(len(SPECIES)):
            chosen = np.flatnonzero(stands.species[:, place] == number)
            for start in range(0, chosen.size, CHUNK):
                part = chosen[start : start + CHUNK]
                total[part] += _standing(stands, part, place, number) + _ingrowth(stands, part, place, number)
    value = {name: total[:, :, index] for index, name in enumerate(QUANTITIES)}
    area = np.maximum(value["basal_area_m2"], 1e-12)
    return ExpectedStock(
        volume_m3_per_ha=value["volume_m3"],
        biomass_ag_t_per_ha=value["biomass_ag_kg"] / 1000.0,
        biomass_bg_t_per_ha=value["biomass_bg_kg"] / 1000.0,
        carbon_ag_tc_per_ha=value["carbon_ag_kg"] / 1000.0,
        carbon_tc_per_ha=value["carbon_kg"] / 1000.0,
        stems_per_ha=value["stems"],
        basal_area_m2_per_ha=value["basal_area_m2"],
        mean_height_m=value["height_m3"] / area,
    )


def _size_nodes() -> tuple[FloatArray, FloatArray]:
    """Return relative sizes of mean 1 and their weights, which add up to 1."""
    node, weight = np.polynomial.legendre.leggauss(SIZE_NODES)
    largest = 25.0 ** (1.0 / WEIBULL_SHAPE)
    size = 0.5 * largest * (node + 1.0)
    weight = weight * WEIBULL_SHAPE * size ** (WEIBULL_SHAPE - 1.0) * np.exp(-(size**WEIBULL_SHAPE))
    return size / MEAN_WEIBULL, weight / weight.sum()


def _du_classes(number: int, frequency: tuple[float, ...]) -> list[tuple[int, float]]:
    if number == growth.BAMBOO_NUMBER:
        return [(du + 1, weight) for du, weight in enumerate(frequency)]
    return [(0, 1.0)]


def _tree_sums(number: int, dbh_cm: FloatArray, tall: FloatArray, du: int, weight: FloatArray) -> FloatArray:
    """Return the weighted sums of the quantities over the nodes of each stand, (stands, quantities)."""
    species = np.full(dbh_cm.shape, number)
    sums = np.zeros((dbh_cm.shape[0], len(QUANTITIES)))
    for sign in (-1.0, 1.0):
        frac = tall[:, None] * (1.0 + sign * growth.HEIGHT_SPREAD_FRAC)
        height = growth.height_m(species, dbh_cm, frac)
        held = tree_values(SPECIES[number], dbh_cm, height, np.full(dbh_cm.shape, du))
        basal_m2 = np.pi * (dbh_cm / 200.0) ** 2
        columns = (
            held.volume_m3,
            held.biomass_ag_kg,
            held.biomass_bg_kg,
            held.carbon_ag_kg,
            held.carbon_kg,
            np.ones_like(dbh_cm),
            basal_m2,
            basal_m2 * height,
        )
        sums += 0.5 * np.column_stack([(weight * column).sum(axis=1) for column in columns])
    return sums


def _standing(stands: Stands, part: IntArray, place: int, number: int) -> FloatArray:
    """Return the contribution of the trees of the first campaign, (stands, 2, quantities)."""
    rel, weight = _size_nodes()
    rel = np.broadcast_to(rel, (part.size, rel.size))
    stems = (stands.stems_per_ha * stands.share_frac[:, place])[part, None]
    event, tall = stands.event[part, None], stands.height_frac[part]
    dbh_cm = growth.first_dbh_cm(stands.dbh_cm[part, None], rel)
    dies = growth.death_frac(rel, stands.mortality_frac[part, None], event)
    species = np.full(rel.shape, number)
    result = np.zeros((part.size, 2, len(QUANTITIES)))
    for du, frequency in _du_classes(number, growth.DU_FREQUENCY):
        share = stems * weight * frequency
        result[:, 0] += _tree_sums(number, dbh_cm, tall, du, share)
        lives = (1.0 - growth.cut_frac(species, rel, np.full(rel.shape, du), event)) * (1.0 - dies)
        aged = int(growth.aged_du(np.array([du]))[0])
        for sign in (-1.0, 1.0):
            factor = np.full(rel.shape, 1.0 + sign * growth.GROWTH_SPREAD_FRAC)
            later_cm = growth.grown_dbh_cm(dbh_cm, stands.growth_cm[part, None], rel, factor)
            result[:, 1] += _tree_sums(number, later_cm, tall, aged, 0.5 * share * lives)
    return result


def _ingrowth(stands: Stands, part: IntArray, place: int, number: int) -> FloatArray:
    """Return the contribution of the trees that reached 5 cm, (stands, 2, quantities)."""
    rel, weight = _size_nodes()
    bamboo = stands.species[part, 0] == growth.BAMBOO_NUMBER
    share = np.where(bamboo, 1.0 if place == 0 else 0.0, stands.share_frac[part, place])
    stems = (stands.ingrowth_per_ha[part] * share)[:, None]
    rel = np.broadcast_to(rel, (part.size, rel.size))
    dbh_cm = growth.first_dbh_cm(stands.ingrowth_dbh_cm[part, None], rel)
    result = np.zeros((part.size, 2, len(QUANTITIES)))
    for du, frequency in _du_classes(number, growth.DU_INGROWTH):
        result[:, 1] += _tree_sums(number, dbh_cm, stands.height_frac[part], du, stems * weight * frequency)
    return result
