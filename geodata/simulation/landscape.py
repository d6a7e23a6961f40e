"""The simulated county as land: parcels, what covers them, and who administers them.

The shape follows Xiangyin in Hunan in kind only: a lake plain with a river in the west, low hills with
forest in the east. Nothing here is taken from the real county's records; no tree and no carbon is known
here (the stands are grown by ``mrv.simulation``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geodata.simulation.administration import Administration, administer
from geodata.simulation.noise import FloatArray, NoiseField, noise_field, stream
from geodata.simulation.partition import BoolArray, Cells, IntArray, draw_regions, make_cells, merge_cells

ORIGIN_E_M = 380_000.0
"""Easting of the middle of the county, EPSG:4547 [m]."""
ORIGIN_N_M = 3_160_000.0
"""Northing of the middle of the county, EPSG:4547 [m]."""
CELL_AREA_M2 = 14_000.0
"""Mean area of a Voronoi cell before merging [m2]."""
CELLS_PER_PARCEL = 3.0
"""Mean number of cells that a parcel is merged from."""
GRS80_A_M = 6_378_137.0
"""Semi-major axis of CGCS2000 [m]."""
GRS80_E2 = 0.006_694_380_022_90
"""First eccentricity squared of CGCS2000."""


class Cover(IntEnum):
    """What a parcel was in 2020, before planting and clearing are told."""

    LAKE = 0
    RIVER = 1
    PADDY = 2
    DRY_FIELD = 3
    ORCHARD = 4
    VILLAGE = 5
    GRASS = 6
    BARREN = 7
    FOREST = 8


SOURCE_WEIGHT = (0.1, 0.25, 0.9, 1.0, 1.2, 1.2, 1.2, 1.2, 1.0)
"""Relative number of parcels per area for each cover: lakes are few and large."""


@dataclass(frozen=True, slots=True)
class Terrain:
    """Random fields of the county in local coordinates."""

    radius_m: float
    """Mean radius of the county [m]."""
    hills: NoiseField
    """Long and short waves of the relief."""
    patches: NoiseField
    """Short waves that scatter villages, fields and grass."""
    moisture: NoiseField
    """Medium waves that say where bamboo and fir grow rather than pine."""
    valleys: NoiseField
    """Waves whose zero lines are the valley floors between the hills."""
    river_phase: float
    """Phase of the river's bends [rad]."""
    level: tuple[float, float]
    """Relief below which there is lake, and below which there is plain."""

    def relief(self, x_m: FloatArray, y_m: FloatArray) -> FloatArray:
        """Return the relative height of points of local coordinates [m]; it rises to the east."""
        return 1.1 * x_m / self.radius_m - 0.25 * y_m / self.radius_m + 0.7 * self.hills.at(x_m, y_m)

    def cover(self, x_m: FloatArray, y_m: FloatArray) -> IntArray:
        """Return the `Cover` of points of local coordinates [m]."""
        relief, patch = self.relief(x_m, y_m), self.patches.at(x_m, y_m)
        lake, plain = self.level
        cover = np.full(relief.shape, int(Cover.FOREST), dtype=np.int64)
        cover[patch > 1.45] = Cover.DRY_FIELD
        cover[(patch > 1.3) & (patch <= 1.45)] = Cover.ORCHARD
        cover[patch < -1.85] = Cover.VILLAGE
        cover[(patch >= -1.85) & (patch < -1.7)] = Cover.GRASS
        low = relief < plain
        cover[low] = np.where(patch[low] > 1.2, Cover.VILLAGE, Cover.PADDY)
        cover[low & (patch < -1.25)] = Cover.FOREST
        cover[(np.abs(self.valleys.at(x_m, y_m)) < 0.075) & (cover == Cover.FOREST)] = Cover.PADDY
        cover[relief < lake] = Cover.LAKE
        bend = np.sin(5.1 * y_m / self.radius_m + self.river_phase)
        bend += 0.35 * np.sin(13.0 * y_m / self.radius_m + 2.0 * self.river_phase)
        course_m = (-0.34 + 0.13 * bend) * self.radius_m
        width_m = 70.0 + 0.008 * self.radius_m
        cover[np.abs(x_m - course_m) < width_m] = Cover.RIVER
        return cover


@dataclass(frozen=True, slots=True)
class Landscape:
    """The parcels of the county, in the order of their identifiers."""

    geometry: NDArray[np.object_]
    """Polygons in EPSG:4547 [m]."""
    x_m: FloatArray
    """Easting of a point inside each parcel, EPSG:4547 [m]."""
    y_m: FloatArray
    """Northing of a point inside each parcel, EPSG:4547 [m]."""
    area_ha: FloatArray
    """Area on the ellipsoid [ha]."""
    cover: IntArray
    """`Cover` of 2020."""
    relief_frac: FloatArray
    """Rank of the parcel's relief in the county, 0 (lake plain) to 1 (hill tops)."""
    moisture: FloatArray
    """Moisture index, about standard normal."""
    administration: Administration
    """Identifiers and names."""
    project: IntArray
    """0 outside the project, else the number of its stratum (1, 2)."""
    burned: BoolArray
    """Parcels that the one fire burned."""
    terrain: Terrain
    """The fields, so that the land outside the parcels can be drawn too."""

    @property
    def forest(self) -> BoolArray:
        """Parcels that carry a stand: forest land of 2020 and the planted project."""
        return np.asarray((self.cover == Cover.FOREST) | (self.project > 0), dtype=np.bool_)

    @property
    def site(self) -> tuple[FloatArray, FloatArray, IntArray, BoolArray]:
        """Relief, moisture, project stratum and fire of the parcels that carry a stand."""
        chosen = self.forest
        return self.relief_frac[chosen], self.moisture[chosen], self.project[chosen], self.burned[chosen]


def ellipsoidal_area_ha(geometry: NDArray[np.object_]) -> FloatArray:
    """Return areas on the ellipsoid of polygons in EPSG:4547 [ha].

    The planar area is divided by the square of the point scale of the transverse Mercator projection at
    the centroid, k = 1 + x^2/(2R^2) + x^4/(24R^4), R the Gaussian mean radius: for parcels this agrees
    with the geodesic area to about 1e-6.
    """
    centroid = shapely.centroid(geometry)
    easting_m = shapely.get_x(centroid) - 500_000.0
    latitude = shapely.get_y(centroid) / 6_367_449.1458
    latitude = latitude + 0.002_518_9 * np.sin(2.0 * latitude)
    squeeze = 1.0 - GRS80_E2 * np.sin(latitude) ** 2
    radius_m = GRS80_A_M * np.sqrt(1.0 - GRS80_E2) / squeeze
    ratio = (easting_m / radius_m) ** 2
    scale = 1.0 + ratio / 2.0 + ratio**2 / 24.0
    return np.asarray(shapely.area(geometry) / scale**2 / 10_000.0, dtype=np.float64)


def build_landscape(seed: int, parcels: int) -> Landscape:
    """Lay out a county of a given number of parcels.

    Parameters
    ----------
    seed
        Seed of the county; the same seed and number give the same landscape to the last bit.
    parcels
        Number of parcels, forest or not.
    """
    terrain, cells, inside = _terrain(seed, parcels)
    geometry, cover = _parcels(seed, parcels, terrain, cells, inside)
    point = shapely.point_on_surface(geometry)
    x_m, y_m = shapely.get_x(point), shapely.get_y(point)
    relief = terrain.relief(x_m, y_m)
    administration, order = administer(stream(seed, "administration"), x_m, y_m)
    place = np.empty(parcels)
    place[np.argsort(relief, kind="stable")] = (np.arange(parcels) + 0.5) / parcels
    origin = np.array([ORIGIN_E_M, ORIGIN_N_M])
    moved = shapely.transform(geometry[order], lambda xy: np.round(xy + origin, 3))
    land = Landscape(
        geometry=moved,
        x_m=x_m[order] + ORIGIN_E_M,
        y_m=y_m[order] + ORIGIN_N_M,
        area_ha=ellipsoidal_area_ha(moved),
        cover=cover[order],
        relief_frac=place[order],
        moisture=terrain.moisture.at(x_m, y_m)[order],
        administration=administration,
        project=np.zeros(parcels, dtype=np.int64),
        burned=np.zeros(parcels, dtype=np.bool_),
        terrain=terrain,
    )
    return _with_events(stream(seed, "events"), land)


def _terrain(seed: int, parcels: int) -> tuple[Terrain, Cells, BoolArray]:
    wanted = round(parcels * CELLS_PER_PARCEL)
    radius_m = float(np.sqrt(wanted * CELL_AREA_M2 / np.pi))
    rng = stream(seed, "terrain")
    outline = noise_field(rng, (1.1 * radius_m, 0.45 * radius_m))
    terrain = Terrain(
        radius_m=radius_m,
        hills=noise_field(rng, (1.1 * radius_m, 2_600.0, 1_200.0, 600.0), persistence=0.75),
        patches=noise_field(rng, (900.0, 500.0), persistence=0.8),
        moisture=noise_field(rng, (2_500.0, 1_000.0)),
        valleys=noise_field(rng, (0.9 * radius_m, 1_900.0, 800.0), persistence=0.7),
        river_phase=float(rng.uniform(0.0, 2.0 * np.pi)),
        level=(-np.inf, -np.inf),
    )
    spacing_m = float(np.sqrt(CELL_AREA_M2 / 0.9))
    cells = make_cells(stream(seed, "cells"), 1.45 * radius_m, 1.75 * radius_m, spacing_m)
    distance = np.hypot(cells.x_m / 0.86, cells.y_m / 1.16) / radius_m
    distance = distance * (1.0 + 0.085 * outline.at(cells.x_m, cells.y_m))
    inside = distance <= np.partition(distance, wanted)[wanted]
    lake, plain = np.quantile(terrain.relief(cells.x_m[inside], cells.y_m[inside]), [0.07, 0.28])
    return replace(terrain, level=(float(lake), float(plain))), cells, inside


def _parcels(
    seed: int, parcels: int, terrain: Terrain, cells: Cells, inside: BoolArray
) -> tuple[NDArray[np.object_], IntArray]:
    """Return exactly the wanted number of polygons, a few of them in two parts, and their covers."""
    rng = stream(seed, "parcels")
    cover = terrain.cover(cells.x_m, cells.y_m)
    pairs, gaps = max(3, parcels // 300), max(2, parcels // 300)
    candidates = np.flatnonzero(inside)
    weight = np.asarray(SOURCE_WEIGHT)[cover[candidates]]
    regions = parcels + pairs
    sources = rng.choice(candidates, regions + gaps, replace=False, p=weight / weight.sum())
    region = merge_cells(rng, cells, inside, cover, sources)
    region[region >= regions] = -1
    geometry = draw_regions(stream(seed, "edges"), cells, region, sliver_frac=0.01)
    return _join_parts(rng, geometry, cover[sources[:regions]], pairs)


def _join_parts(
    rng: np.random.Generator, geometry: NDArray[np.object_], cover: IntArray, pairs: int
) -> tuple[NDArray[np.object_], IntArray]:
    """Join the given number of pairs of near forest parcels that do not touch into one parcel each."""
    point = shapely.centroid(geometry)
    tree = cKDTree(np.column_stack([shapely.get_x(point), shapely.get_y(point)]))
    gone = np.zeros(len(geometry), dtype=np.bool_)
    joined = np.zeros(len(geometry), dtype=np.bool_)
    for first in rng.permutation(np.flatnonzero(cover == Cover.FOREST)):
        if int(gone.sum()) == pairs:
            break
        _, near = tree.query(tree.data[first], k=min(14, len(geometry)))
        apart = ~shapely.intersects(geometry[first], geometry[near])
        free = near[apart & (cover[near] == cover[first]) & ~gone[near] & ~joined[near]]
        if gone[first] or joined[first] or free.size == 0:
            continue
        geometry[first] = shapely.multipolygons([geometry[first], geometry[free[0]]])
        joined[first] = gone[free[0]] = True
    return geometry[~gone], cover[~gone]


def _with_events(rng: np.random.Generator, land: Landscape) -> Landscape:
    """Place the afforestation project (bare land of 2020 among the hills) and the one fire."""
    hills = np.flatnonzero((land.cover == Cover.FOREST) & (land.relief_frac > 0.55))
    count = max(8, land.cover.size // 50)
    middle = rng.choice(hills)
    distance_m = np.hypot(land.x_m - land.x_m[middle], land.y_m - land.y_m[middle])
    chosen = hills[np.argsort(distance_m[hills], kind="stable")[:count]]
    project, cover = land.project.copy(), land.cover.copy()
    project[chosen] = np.where(land.y_m[chosen] > np.median(land.y_m[chosen]), 1, 2)
    cover[chosen] = np.where(rng.random(count) < 0.7, Cover.GRASS, Cover.BARREN)
    forest = np.flatnonzero((cover == Cover.FOREST) & (distance_m > np.quantile(distance_m, 0.5)))
    spark = rng.choice(forest[land.relief_frac[forest] > 0.4])
    spread_m = np.hypot(land.x_m - land.x_m[spark], land.y_m - land.y_m[spark])
    burned = np.zeros(land.cover.size, dtype=np.bool_)
    burned[forest[np.argsort(spread_m[forest], kind="stable")[: max(3, land.cover.size // 150)]]] = True
    return replace(land, project=project, cover=cover, burned=burned)
