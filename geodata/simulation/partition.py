"""A ragged partition of a region into sub-compartments that share their edges exactly.

Seeds on a jittered grid give small Voronoi cells; cells are merged along the cheapest paths into parcels,
so that parcels follow the land use rather than a lattice; every edge between two parcels is then broken by
midpoint displacement once, and both neighbours use the same vertices. An edge stays inside the triangles
spanned by itself and the two seeds it separates, so edges never cross.
Not a topology checker: the checks belong to ``geodata.vector``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import Voronoi

from geodata.simulation.noise import FloatArray

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

POINTS_PER_EDGE = 16
"""Segments of the finest edge; coarser edges use every 2nd, 4th, 8th or 16th vertex."""
CHUNK = 50_000
"""Edges shaped at a time, to bound the memory."""
MAX_SHIFT_FRAC = 0.38
"""Largest displacement of a vertex, as a fraction of the way from the edge to the seed."""
SLIVER_FRAC = 0.3
"""How far a vertex is cut back towards its chord where one neighbour digitised the edge differently."""


@dataclass(frozen=True, slots=True)
class Cells:
    """Voronoi cells and the edges between them."""

    x_m: FloatArray
    """Easting of the seeds [m]."""
    y_m: FloatArray
    """Northing of the seeds [m]."""
    vertices: FloatArray
    """Corners of the cells, (n, 2) [m]."""
    edge_cells: IntArray
    """Cells on the left and on the right of each edge, (m, 2)."""
    edge_vertices: IntArray
    """First and last corner of each edge, (m, 2); -1 where the edge has no end."""


def make_cells(
    rng: np.random.Generator, half_width_m: float, half_height_m: float, spacing_m: float
) -> Cells:
    """Return Voronoi cells of a jittered triangular grid over a rectangle centred at the origin."""
    columns = np.arange(-half_width_m, half_width_m + spacing_m, spacing_m)
    rows = np.arange(-half_height_m, half_height_m + spacing_m, spacing_m * 0.9)
    x_m, y_m = (grid.ravel() for grid in np.meshgrid(columns, rows))
    x_m = x_m + np.repeat(np.arange(rows.size) % 2, columns.size) * 0.5 * spacing_m
    jitter = rng.uniform(-0.46, 0.46, (2, x_m.size)) * spacing_m
    x_m, y_m = x_m + jitter[0], y_m + jitter[1]
    diagram = Voronoi(np.column_stack([x_m, y_m]))
    edge_cells = diagram.ridge_points.astype(np.int64)
    edge_vertices = np.asarray(diagram.ridge_vertices, dtype=np.int64)
    start, end = diagram.vertices[edge_vertices[:, 0]], diagram.vertices[edge_vertices[:, 1]]
    left = np.column_stack([x_m, y_m])[edge_cells[:, 0]]
    turn = (end[:, 0] - start[:, 0]) * (left[:, 1] - start[:, 1])
    turn -= (end[:, 1] - start[:, 1]) * (left[:, 0] - start[:, 0])
    edge_cells[turn < 0] = edge_cells[turn < 0][:, ::-1]
    return Cells(x_m, y_m, diagram.vertices, edge_cells, edge_vertices)


def merge_cells(
    rng: np.random.Generator, cells: Cells, inside: BoolArray, cover: IntArray, sources: IntArray
) -> IntArray:
    """Grow one region from each source cell and return the region of every cell (-1: none).

    Parameters
    ----------
    rng
        Source of the roughness of the paths.
    cells
        The cells to merge.
    inside
        Cells that may belong to a region.
    cover
        Land-use code of each cell: crossing from one to another is expensive.
    sources
        One cell for each region.
    """
    first, last = cells.edge_cells[inside[cells.edge_cells].all(axis=1)].T
    cost = np.hypot(cells.x_m[first] - cells.x_m[last], cells.y_m[first] - cells.y_m[last])
    cost = cost * np.exp(rng.normal(0.0, 0.6, first.size)) * np.where(cover[first] == cover[last], 1.0, 8.0)
    graph = coo_matrix((cost, (first, last)), shape=(inside.size, inside.size)).tocsr()
    _, _, origin = dijkstra(graph, directed=False, indices=sources, return_predecessors=True, min_only=True)
    region_of_source = np.full(inside.size + 1, -1, dtype=np.int64)
    region_of_source[sources] = np.arange(sources.size)
    return region_of_source[np.where(origin >= 0, origin, inside.size)]


def _edge_shapes(rng: np.random.Generator, cells: Cells, edges: IntArray) -> tuple[FloatArray, IntArray]:
    """Return the displaced vertices of each edge, (m, 17, 2), and the number of segments of each."""
    points = np.empty((edges.size, POINTS_PER_EDGE + 1, 2))
    for first in range(0, edges.size, CHUNK):
        part = slice(first, first + CHUNK)
        points[part] = _displaced(rng, cells, edges[part])
    chord = np.diff(cells.vertices[cells.edge_vertices[edges]], axis=1)[:, 0]
    length_m = np.hypot(chord[:, 0], chord[:, 1])
    level = np.clip(np.rint(np.log2(np.maximum(length_m, 1.0) / 12.0)), 0, 4).astype(np.int64)
    return points, 2**level


def _displaced(rng: np.random.Generator, cells: Cells, edges: IntArray) -> FloatArray:
    """Return the vertices of edges, pulled towards one or the other seed, in whole millimetres."""
    start = cells.vertices[cells.edge_vertices[edges, 0]]
    chord = cells.vertices[cells.edge_vertices[edges, 1]] - start
    seeds = np.column_stack([cells.x_m, cells.y_m])
    left, right = seeds[cells.edge_cells[edges, 0]], seeds[cells.edge_cells[edges, 1]]
    shift = _midpoint_displacement(rng, edges.size)
    squared = np.maximum(np.einsum("ij,ij->i", chord, chord), 1e-18)
    foot = np.einsum("ij,ij->i", left - start, chord) / squared
    lopsided = (foot < 0.02) | (foot > 0.98)
    shift[lopsided] = np.abs(shift[lopsided])
    along = np.linspace(0.0, 1.0, POINTS_PER_EDGE + 1)[None, :, None]
    base = start[:, None, :] + along * chord[:, None, :]
    pull = np.where(shift[:, :, None] >= 0.0, left[:, None, :], right[:, None, :]) - base
    return np.asarray(np.round(base + np.abs(shift)[:, :, None] * pull, 3), dtype=np.float64)


def _midpoint_displacement(rng: np.random.Generator, count: int) -> FloatArray:
    """Return rows of 17 relative displacements that vanish at both ends."""
    shift = np.zeros((count, POINTS_PER_EDGE + 1))
    step, amplitude = POINTS_PER_EDGE, 0.17
    while step > 1:
        middle = np.arange(step // 2, POINTS_PER_EDGE, step)
        mean = 0.5 * (shift[:, middle - step // 2] + shift[:, middle + step // 2])
        shift[:, middle] = mean + amplitude * rng.normal(size=(count, middle.size))
        step, amplitude = step // 2, amplitude * 0.6
    return np.clip(shift, -MAX_SHIFT_FRAC, MAX_SHIFT_FRAC)


@dataclass(frozen=True, slots=True)
class _HalfEdges:
    """Edges seen from one side: the region lies on the left of the direction of travel."""

    region: IntArray
    edge: IntArray
    reverse: BoolArray
    start: IntArray
    end: IntArray


def _half_edges(cells: Cells, region: IntArray, edges: IntArray) -> _HalfEdges:
    side = region[cells.edge_cells[edges]]
    ends = cells.edge_vertices[edges]
    order = np.arange(edges.size)
    reverse = np.repeat([False, True], edges.size)
    both = _HalfEdges(
        region=np.concatenate([side[:, 0], side[:, 1]]),
        edge=np.concatenate([order, order]),
        reverse=reverse,
        start=np.concatenate([ends[:, 0], ends[:, 1]]),
        end=np.concatenate([ends[:, 1], ends[:, 0]]),
    )
    keep = both.region >= 0
    return _HalfEdges(*(getattr(both, name)[keep] for name in _HalfEdges.__slots__))


def _ring_order(half: _HalfEdges, corners: int) -> tuple[IntArray, IntArray]:
    """Return for each half-edge its ring (smallest member) and its place in it, by pointer doubling."""
    key = half.region * corners + half.start
    order = np.argsort(key, kind="stable")
    following = order[np.searchsorted(key[order], half.region * corners + half.end)]
    ring, jump = np.arange(key.size), following.copy()
    while True:
        smaller = np.minimum(ring, ring[jump])
        jump = jump[jump]
        if np.array_equal(smaller, ring) and np.array_equal(ring, ring[following]):
            break
        ring = smaller
    last = following == ring
    jump = np.where(last, np.arange(key.size), following)
    steps = np.where(last, 0, 1)
    while np.any(jump != jump[jump]):
        steps = steps + steps[jump]
        jump = jump[jump]
    return ring, -steps


def _polygons(
    half: _HalfEdges, shapes: FloatArray, segments: IntArray, corners: int, sliver: BoolArray
) -> tuple[NDArray[np.object_], IntArray]:
    """Assemble one polygon per region from its half-edges; return them with their region numbers."""
    ring, place = _ring_order(half, corners)
    order = np.lexsort((place, ring, half.region))
    count = segments[half.edge[order]]
    edge = np.repeat(half.edge[order], count)
    step = np.arange(edge.size) - np.repeat(np.cumsum(count) - count, count)
    index = step * (POINTS_PER_EDGE // segments[edge])
    index = np.where(np.repeat(half.reverse[order], count), POINTS_PER_EDGE - index, index)
    points = shapes[edge, index]
    points = _pull_in(points, np.repeat(sliver[order], count) & (step % 2 == 1) & (step + 1 < segments[edge]))
    new_ring = np.concatenate([[True], np.diff(ring[order]) != 0])
    ring_start = (np.cumsum(count) - count)[new_ring]
    return _from_rings(points, ring_start, half.region[order][new_ring])


def _pull_in(points: FloatArray, chosen: BoolArray) -> FloatArray:
    """Move chosen convex vertices a part of the way to the chord behind them: a sliver gap opens."""
    before, after = np.roll(points, 1, axis=0), np.roll(points, -1, axis=0)
    turn = (points[:, 0] - before[:, 0]) * (after[:, 1] - points[:, 1])
    turn -= (points[:, 1] - before[:, 1]) * (after[:, 0] - points[:, 0])
    moved = points + SLIVER_FRAC * (0.5 * (before + after) - points)
    return np.where((chosen & (turn > 0.0))[:, None], np.round(moved, 3), points)


def _from_rings(
    points: FloatArray, ring_start: IntArray, region: IntArray
) -> tuple[NDArray[np.object_], IntArray]:
    size = np.diff(np.append(ring_start, len(points)))
    following = np.arange(1, len(points) + 1)
    following[ring_start + size - 1] = ring_start
    cross = points[:, 0] * points[following, 1] - points[following, 0] * points[:, 1]
    hole = np.add.reduceat(cross, ring_start) < 0.0
    order = np.lexsort((hole, region))
    start, size, region = ring_start[order], size[order], region[order]
    closed = size + 1
    offset = np.concatenate([[0], np.cumsum(closed)])
    step = np.arange(offset[-1]) - np.repeat(offset[:-1], closed)
    coordinates = points[np.repeat(start, closed) + step % np.repeat(size, closed)]
    first = np.concatenate([[True], np.diff(region) != 0])
    parts = np.append(np.flatnonzero(first), region.size)
    polygons = shapely.from_ragged_array(shapely.GeometryType.POLYGON, coordinates, (offset, parts))
    return np.asarray(polygons, dtype=object), region[first]


def draw_regions(
    rng: np.random.Generator, cells: Cells, region: IntArray, *, sliver_frac: float
) -> NDArray[np.object_]:
    """Return one valid polygon for each region, in the order of the region numbers.

    Parameters
    ----------
    rng
        Source of the shapes of the edges.
    cells, region
        The cells and the region of each of them (-1: none).
    sliver_frac
        Fraction of the edges along which one neighbour leaves a sliver gap.
    """
    side = region[cells.edge_cells]
    edges = np.flatnonzero((side[:, 0] != side[:, 1]) & (cells.edge_vertices >= 0).all(axis=1))
    shapes, segments = _edge_shapes(rng, cells, edges)
    half = _half_edges(cells, region, edges)
    sliver = (rng.random(half.edge.size) < sliver_frac) & (segments[half.edge] >= 4)
    return _until_valid(
        lambda: _polygons(half, shapes, segments, len(cells.vertices), sliver), half, segments, sliver
    )


def _until_valid(
    assemble: Callable[[], tuple[NDArray[np.object_], IntArray]],
    half: _HalfEdges,
    segments: IntArray,
    sliver: BoolArray,
) -> NDArray[np.object_]:
    """Assemble, straightening the edges of the few polygons that come out invalid."""
    while True:
        polygons, region = assemble()
        broken = region[~shapely.is_valid(polygons)]
        if broken.size == 0:
            return polygons
        touched = np.isin(half.region, broken)
        segments[half.edge[touched]] = 1
        sliver[touched] = False
