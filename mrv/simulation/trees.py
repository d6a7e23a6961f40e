"""Trees of the sample plots of the simulated county, in both campaigns.

A plot at a random point of a parcel holds a Poisson number of trees whose density varies between plots of
the parcel (gamma, mean 1), each tree with its species, size, growth and fate. Expected per hectare values are
those of `mrv.simulation.truth`, whatever the parcel.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from scipy.special import gamma

from mrv.simulation import growth
from mrv.simulation.equations import tree_values
from mrv.simulation.species import SPECIES
from mrv.simulation.stands import WEIBULL_SHAPE, FloatArray, IntArray, Stands

PLOT_SIDE_M = 25.82
"""Side of a square plot of one mu [m]."""
PLOT_AREA_HA = PLOT_SIDE_M**2 / 10_000.0
"""Area of a plot [ha]."""
MEAN_WEIBULL = float(gamma(1.0 + 1.0 / WEIBULL_SHAPE))
"""Mean of the Weibull distribution of scale 1, by which relative sizes are divided."""


class Fate(IntEnum):
    """State of a tree in the second campaign."""

    ALIVE = 0
    DEAD = 1
    CUT = 2
    INGROWTH = 3


@dataclass(frozen=True, slots=True)
class TreeSample:
    """Trees of all plots; one row for each tree that lived in one of the campaigns."""

    plot: IntArray
    """Number of the plot, ascending."""
    species: IntArray
    """Number of the species in `SPECIES`."""
    dbh_cm: FloatArray
    """DBH in each campaign, (n, 2) [cm]; nan where the tree was not alive."""
    height_m: FloatArray
    """Height in each campaign, (n, 2) [m]; nan where the tree was not alive."""
    du: IntArray
    """Bamboo age class in each campaign, (n, 2); 0 for trees."""
    fate: IntArray
    """`Fate` of the tree."""


def draw_sample(seed: int, stands: Stands, parcel: IntArray) -> TreeSample:
    """Draw the trees of the county's own plots (`draw_trees` with the stream of the county's seed)."""
    return draw_trees(np.random.default_rng([seed, 4]), stands, parcel)


def draw_trees(rng: np.random.Generator, stands: Stands, parcel: IntArray) -> TreeSample:
    """Draw the trees of plots.

    Parameters
    ----------
    rng
        Source of the trees.
    stands
        Stands of the forest parcels.
    parcel
        Number of the stand in which each plot lies.
    """
    cv = stands.clustering_cv[parcel]
    density = rng.gamma(1.0 / cv**2, cv**2)
    old = rng.poisson(stands.stems_per_ha[parcel] * PLOT_AREA_HA * density)
    new = rng.poisson(stands.ingrowth_per_ha[parcel] * PLOT_AREA_HA * density)
    standing = _draw_standing(rng, stands, np.repeat(parcel, old), np.repeat(np.arange(parcel.size), old))
    sprouted = _draw_ingrowth(rng, stands, np.repeat(parcel, new), np.repeat(np.arange(parcel.size), new))
    joined = {
        name: np.concatenate([getattr(standing, name), getattr(sprouted, name)])
        for name in TreeSample.__slots__
    }
    order = np.argsort(joined["plot"], kind="stable")
    return TreeSample(**{name: values[order] for name, values in joined.items()})


def _draw_species(rng: np.random.Generator, stands: Stands, parcel: IntArray) -> IntArray:
    limits = np.cumsum(stands.share_frac[parcel], axis=1)
    place = np.minimum((rng.random(parcel.size)[:, None] >= limits).sum(axis=1), 2)
    return np.asarray(stands.species[parcel, place], dtype=np.int64)


def _draw_du(rng: np.random.Generator, species: IntArray, frequency: tuple[float, ...]) -> IntArray:
    drawn = rng.choice(np.arange(1, len(frequency) + 1), species.size, p=frequency)
    return np.where(species == growth.BAMBOO_NUMBER, drawn, 0).astype(np.int64)


def _spread(rng: np.random.Generator, count: int, frac: float) -> FloatArray:
    """Return factors of mean 1 and the given standard deviation, uniform."""
    return np.asarray(1.0 + np.sqrt(3.0) * frac * rng.uniform(-1.0, 1.0, count), dtype=np.float64)


def _draw_standing(rng: np.random.Generator, stands: Stands, parcel: IntArray, plot: IntArray) -> TreeSample:
    """Draw the trees of the first campaign and what became of them."""
    count = parcel.size
    species = _draw_species(rng, stands, parcel)
    rel = rng.weibull(WEIBULL_SHAPE, count) / MEAN_WEIBULL
    du = _draw_du(rng, species, growth.DU_FREQUENCY)
    tall = stands.height_frac[parcel] * _spread(rng, count, growth.HEIGHT_SPREAD_FRAC)
    dbh_cm = growth.first_dbh_cm(stands.dbh_cm[parcel], rel)
    factor = _spread(rng, count, growth.GROWTH_SPREAD_FRAC)
    later_cm = growth.grown_dbh_cm(dbh_cm, stands.growth_cm[parcel], rel, factor)
    event = stands.event[parcel]
    cut = rng.random(count) < growth.cut_frac(species, rel, du, event)
    dead = rng.random(count) < growth.death_frac(rel, stands.mortality_frac[parcel], event)
    fate = np.where(cut, int(Fate.CUT), np.where(dead, int(Fate.DEAD), int(Fate.ALIVE)))
    gone = fate != Fate.ALIVE
    heights = (growth.height_m(species, dbh_cm, tall), growth.height_m(species, later_cm, tall))
    return TreeSample(
        plot=plot,
        species=species,
        dbh_cm=np.column_stack([dbh_cm, np.where(gone, np.nan, later_cm)]),
        height_m=np.column_stack([heights[0], np.where(gone, np.nan, heights[1])]),
        du=np.column_stack([du, np.where(gone, 0, growth.aged_du(du))]),
        fate=fate,
    )


def _draw_ingrowth(rng: np.random.Generator, stands: Stands, parcel: IntArray, plot: IntArray) -> TreeSample:
    """Draw the trees that reached 5 cm between the campaigns; in bamboo only culms do."""
    count = parcel.size
    dominant = stands.species[parcel, 0]
    species = np.where(dominant == growth.BAMBOO_NUMBER, dominant, _draw_species(rng, stands, parcel))
    rel = rng.weibull(WEIBULL_SHAPE, count) / MEAN_WEIBULL
    tall = stands.height_frac[parcel] * _spread(rng, count, growth.HEIGHT_SPREAD_FRAC)
    dbh_cm = growth.first_dbh_cm(stands.ingrowth_dbh_cm[parcel], rel)
    du = _draw_du(rng, species, growth.DU_INGROWTH)
    none = np.full(count, np.nan)
    return TreeSample(
        plot=plot,
        species=species,
        dbh_cm=np.column_stack([none, dbh_cm]),
        height_m=np.column_stack([none, growth.height_m(species, dbh_cm, tall)]),
        du=np.column_stack([np.zeros(count, dtype=np.int64), du]),
        fate=np.full(count, int(Fate.INGROWTH)),
    )


def plot_totals(trees: TreeSample, plots: int, campaign: int) -> dict[str, FloatArray]:
    """Return the true values of plots per hectare: volume [m3/ha], biomass [t/ha] and carbon [t C/ha].

    Parameters
    ----------
    trees
        Trees of the plots.
    plots
        Number of plots.
    campaign
        0 for the first campaign, 1 for the second.
    """
    names = ("volume_m3", "biomass_ag_kg", "biomass_bg_kg", "carbon_kg")
    totals = {name: np.zeros(plots) for name in names}
    alive = ~np.isnan(trees.dbh_cm[:, campaign])
    for number, code in enumerate(SPECIES):
        chosen = alive & (trees.species == number)
        values = tree_values(
            code, trees.dbh_cm[chosen, campaign], trees.height_m[chosen, campaign], trees.du[chosen, campaign]
        )
        for name in names:
            totals[name] += np.bincount(trees.plot[chosen], getattr(values, name), minlength=plots)
    scale = {"volume_m3": 1.0 / PLOT_AREA_HA}
    return {name: total * scale.get(name, 1e-3 / PLOT_AREA_HA) for name, total in totals.items()}
