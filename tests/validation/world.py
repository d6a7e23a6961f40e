"""The population that samples are drawn from: plots and map cells of the simulated county.

The county is made as `tanhui simulate` makes it. Some thousands of plot positions are spread over all its
parcels, forest or not; their trees grow by the county's model and their carbon comes from the product's
own equations. **These plots are the population**: its totals are known exactly, so an interval covers
the truth or does not. The same holds for the cells of its land-cover maps.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geodata.simulation.history import CHANGE_CLASSES, StandHistory, change_class, cover_classes
from geodata.simulation.landscape import Landscape, build_landscape
from geodata.simulation.rasters import make_grid, year_maps
from mrv.biomass import tree_mass
from mrv.simulation.species import SPECIES, STRATA
from mrv.simulation.stands import draw_stands
from mrv.simulation.survey import survey_stands
from mrv.simulation.trees import PLOT_AREA_HA, Fate, TreeSample, draw_trees
from mrv.simulation.truth import expected_stock

Floats = NDArray[np.float64]
Labels = NDArray[np.str_]
COUNTY_SEED = 430_624
PARCELS = 2_000
PLOTS = 30_000
OPEN = "其他"
"""Stratum of what is not forest."""
COMPONENTS = ("survivor_growth", "ingrowth", "mortality", "felling")


@dataclass(frozen=True, slots=True)
class World:
    """A population of plots, each as likely as another, and one of map cells."""

    area_ha: float
    """Area of the county [ha]."""
    stratum: Labels
    """Stratum of each plot."""
    township: Labels
    """Township of each plot."""
    map_volume: Floats
    """Growing stock of the plot's parcel in the register, the auxiliary variable [m3/ha]."""
    volume: Floats
    """Growing stock in 2025 [m3/ha]."""
    carbon: Floats
    """Carbon of living trees in 2020 and 2025, shape (N, 2) [t C/ha]."""
    components: Floats
    """`COMPONENTS`, shape (N, 4) [t C/ha over the period]; losses are positive."""
    forest: Floats
    """1 on forest land, else 0 [1]."""
    size_ha: Floats
    """Part of each plot inside the county [ha]; plots on a border are smaller."""
    cleared: NDArray[np.bool_]
    """On a parcel that was cleared or burned between the campaigns, as the change map tells."""
    map_class: Labels
    """Change class of each cell on the map."""
    true_class: Labels
    """Its true change class."""
    block: Labels
    """Quarter of the county each cell lies in, strata that are not the map's classes."""

    @property
    def stratum_area_ha(self) -> dict[str, float]:
        """Area of each stratum [ha]."""
        names, counts = np.unique(self.stratum, return_counts=True)
        return {str(n): self.area_ha * int(c) / self.stratum.size for n, c in zip(names, counts, strict=True)}

    def total(self, values: Floats) -> float:
        """Return the true total of a variable per hectare."""
        return float(values.mean()) * self.area_ha


@cache
def world(plots: int = PLOTS) -> World:
    """Return the population; the same on every call."""
    land = build_landscape(COUNTY_SEED, PARCELS)
    stands = draw_stands(COUNTY_SEED, *land.site)
    stock = expected_stock(stands)
    register = survey_stands(COUNTY_SEED, stands, stock).volume_m3_per_ha
    rng = np.random.default_rng([COUNTY_SEED, 900])
    parcel = rng.choice(land.area_ha.size, plots, p=land.area_ha / land.area_ha.sum())
    stand_of = np.full(land.area_ha.size, -1)
    stand_of[np.flatnonzero(land.forest)] = np.arange(int(land.forest.sum()))
    stand = stand_of[parcel]
    grown = np.flatnonzero(stand >= 0)
    volume, carbon, components = _plots(draw_trees(rng, stands, stand[grown]), grown, plots)
    names = np.full(plots, OPEN, dtype="<U8")
    names[grown] = np.asarray(STRATA)[stands.stratum[stand[grown]]]
    on_map = np.zeros(plots)
    on_map[grown] = register[stand[grown]]
    border = rng.random(plots) < 0.2
    size = np.where(border, PLOT_AREA_HA * rng.uniform(0.3, 1.0, plots), PLOT_AREA_HA)
    cells = _cells(land, StandHistory(stands.age_year, stands.cleared_year))
    return World(
        float(land.area_ha.sum()),
        names,
        land.administration.township[parcel],
        on_map,
        volume,
        carbon,
        components,
        (stand >= 0).astype(np.float64),
        size,
        (stand >= 0) & stands.cleared[stand],
        *cells,
    )


def _plots(trees: TreeSample, grown: NDArray[Any], plots: int) -> tuple[Floats, Floats, Floats]:
    """Return growing stock, carbon of both campaigns and the components of its change per hectare."""
    held = np.zeros((trees.plot.size, 2))
    volume_m3 = np.zeros(trees.plot.size)
    codes = np.asarray(SPECIES)[trees.species]
    for campaign in (0, 1):
        dbh = np.round(trees.dbh_cm[:, campaign], 1)
        alive = np.flatnonzero(dbh >= 5.0)
        mass = tree_mass(codes[alive], dbh[alive], trees.height_m[alive, campaign], trees.du[alive, campaign])
        held[alive, campaign] = mass.carbon_kg / 1000 / PLOT_AREA_HA
        volume_m3[alive] = mass.volume_m3 if campaign else 0.0
    there, gone = held > 0, np.isin(trees.fate, [int(Fate.DEAD), int(Fate.CUT)])
    cut = trees.fate == int(Fate.CUT)
    parts = np.column_stack(
        [
            np.where(there.all(axis=1), held[:, 1] - held[:, 0], 0.0),
            np.where(~there[:, 0], held[:, 1], 0.0),
            np.where(gone & ~cut, held[:, 0], 0.0),
            np.where(cut, held[:, 0], 0.0),
        ]
    )
    owner = grown[trees.plot]

    def sums(values: Floats) -> Floats:
        return np.bincount(owner, values, minlength=plots)

    components = np.column_stack([sums(part) for part in parts.T])
    return sums(volume_m3 / PLOT_AREA_HA), np.column_stack([sums(c) for c in held.T]), components


def _cells(land: Landscape, history: StandHistory) -> tuple[Labels, Labels, Labels]:
    grid = make_grid(land)
    mapped, truth = year_maps(COUNTY_SEED, grid, cover_classes(land, history))
    inside = grid.parcel >= 0
    classes = np.asarray(CHANGE_CLASSES)
    rows, columns = np.indices(inside.shape)
    half = (rows > np.median(rows[inside])).astype(int) * 2 + (columns > np.median(columns[inside]))
    return (
        classes[change_class(mapped[0], mapped[-1])][inside],
        classes[change_class(truth[0], truth[-1])][inside],
        np.asarray(["NW", "NE", "SW", "SE"])[half[inside]],
    )
