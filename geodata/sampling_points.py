"""Where sample plots go: inside the parcels of their stratum, spread over it, and the same for the same seed.

``balanced`` takes points of a Halton sequence with a random start in the stratum's frame and keeps those in
its parcels (balanced acceptance sampling: Robertson and others 2013, Biometrics 69:776-784); every place has
the same chance, and any first k points are spread, so that reserve plots may stand in. ``systematic`` goes
along a Hilbert curve through the parcels in equal steps of area from a random start, and takes a random place
in each parcel it comes to. Plots that are there already are kept and count in their stratum; new ones keep a
distance from them and from each other.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.crs import Geometries
from geodata.errors import VectorError

Floats = NDArray[np.float64]
Method = Literal["balanced", "systematic"]
Role = Literal["existing", "new", "reserve"]
METHODS: Final = ("balanced", "systematic")
CHUNK: Final = 4096
"""Candidates looked at in one go [1]."""
MAX_CANDIDATES: Final = 4_000_000
"""More candidates than these mean that the plots do not fit [1]."""
MAX_REJECTED: Final = 2000
"""So many places in a row that are too near to others mean that there is no room [1]."""
HILBERT_ORDER: Final = 16
"""The curve tells 2^16 by 2^16 places apart [1]."""
MAX_ROUNDS: Final = 200
ROUND: Final = 32
"""Random places looked at in one parcel: rounds, and places in a round [1]."""
MAX_IMPROVED: Final = 600
"""Longer tours are not improved [1]."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The ground that is sampled."""

    geometry: Geometries
    """Parcels in a projected system [m], shape (n,)."""
    parcel_id: NDArray[Any]
    """Their identifiers, shape (n,)."""
    stratum: NDArray[Any]
    """Stratum of each parcel; empty where it is not sampled, shape (n,)."""


@dataclass(frozen=True, slots=True)
class ExistingPlots:
    """Permanent plots that stay."""

    plot_id: NDArray[Any]
    """Their numbers, shape (m,)."""
    x_m: Floats
    """Easting [m], shape (m,)."""
    y_m: Floats
    """Northing [m], shape (m,)."""


def last_records(
    plot_id: NDArray[Any], year: NDArray[Any] | None, x_m: Floats, y_m: Floats
) -> tuple[NDArray[Any], Floats, Floats]:
    """Return one place for each plot: that of its last campaign, of equal ones the last row.

    Parameters
    ----------
    plot_id
        Plot numbers, shape (n,).
    year
        Campaign of each row, shape (n,); None where the file does not say.
    x_m, y_m
        Places, shape (n,) [m].
    """
    order = np.arange(plot_id.size) if year is None else np.argsort(year, kind="stable")
    last = {str(plot_id[i]): int(i) for i in order}
    kept = np.array(sorted(last.values()), dtype=np.intp)
    return plot_id[kept], x_m[kept], y_m[kept]


@dataclass(frozen=True, slots=True)
class PlotPlaces:
    """Planned plots, by access order, reserve plots last."""

    plot_id: NDArray[Any]
    """Plot numbers, shape (n,)."""
    stratum: NDArray[Any]
    """Their strata, shape (n,)."""
    parcel_id: NDArray[Any]
    """Parcels they lie in; empty for an existing plot that lies in none, shape (n,)."""
    x_m: Floats
    """Easting [m], shape (n,)."""
    y_m: Floats
    """Northing [m], shape (n,)."""
    role: NDArray[Any]
    """existing, new or reserve, shape (n,)."""
    order: NDArray[np.int64]
    """Planned order of access from 1; reserve plots go on counting, shape (n,)."""

    def __len__(self) -> int:
        """Return the number of plots."""
        return int(self.order.size)


@dataclass(frozen=True, slots=True)
class Layout:
    """How plots are placed."""

    seed: int
    """Seed of the draw."""
    method: Method = "balanced"
    """How they are spread."""
    border_m: float = 0.0
    """Least distance of a plot's centre from the border of its parcel [m]."""
    spacing_m: float = 0.0
    """Least distance between two plots' centres [m]."""


def place_plots(
    frame: Frame,
    allocation: Mapping[str, int],
    reserve: Mapping[str, int],
    layout: Layout,
    existing: ExistingPlots | None = None,
) -> PlotPlaces:
    """Return the plots of a survey.

    Parameters
    ----------
    frame
        Parcels with their strata.
    allocation
        Plots of each stratum, existing ones included [1].
    reserve
        Further plots of each stratum, to stand in for those that cannot be reached [1].
    layout
        Seed, method, distances.
    existing
        Permanent plots; one that lies in no parcel of a stratum is left out of the count and of the plan.

    Raises
    ------
    VectorError
        A stratum has no ground that far from the borders, or no room for its plots.
    """
    inner = shapely.buffer(frame.geometry, -layout.border_m) if layout.border_m else frame.geometry
    spots = _keep(frame, existing)
    for place, stratum in enumerate(sorted(allocation)):
        here = np.flatnonzero((frame.stratum == stratum) & ~shapely.is_empty(inner))
        if here.size == 0:
            raise VectorError("plan-stratum-without-ground", stratum=stratum, border_m=layout.border_m)
        wanted = max(allocation[stratum] - sum(spot.stratum == stratum for spot in spots), 0)
        ground = _Ground(stratum, inner[here], frame.parcel_id[here])
        rng = np.random.default_rng([layout.seed, place])
        spots += _draw(ground, wanted, reserve.get(stratum, 0), layout, rng, spots)
    return _ordered(spots)


@dataclass(frozen=True, slots=True)
class _Spot:
    role: str
    stratum: str
    plot_id: str
    parcel_id: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class _Ground:
    stratum: str
    geometry: Geometries
    parcel_id: NDArray[Any]


def _keep(frame: Frame, existing: ExistingPlots | None) -> list[_Spot]:
    """Return the existing plots that lie in a parcel of a stratum."""
    if existing is None or existing.plot_id.size == 0:
        return []
    found = locate(frame.geometry, existing.x_m, existing.y_m)
    places = zip(existing.plot_id, found, existing.x_m, existing.y_m, strict=True)
    return [
        _Spot("existing", str(frame.stratum[at]), str(name), str(frame.parcel_id[at]), float(x), float(y))
        for name, at, x, y in places
        if at >= 0 and frame.stratum[at]
    ]


def locate(
    geometry: Geometries, x_m: Floats, y_m: Floats, tree: shapely.STRtree | None = None
) -> NDArray[np.intp]:
    """Return the position of the parcel that each point lies in, shape (n,); -1 for none.

    Of parcels that overlap the first counts. Points without coordinates lie in none.
    """
    found = np.full(x_m.shape, -1, dtype=np.intp)
    known = np.flatnonzero(np.isfinite(x_m) & np.isfinite(y_m))
    points = np.array(shapely.points(x_m[known], y_m[known]), dtype=object).reshape(-1)
    pairs = (tree or shapely.STRtree(geometry)).query(points, predicate="intersects")
    order = np.lexsort((pairs[1], pairs[0]))[::-1]
    found[known[pairs[0][order]]] = pairs[1][order]  # the smallest position is written last
    return found


def located_values(
    geometry: Geometries,
    x_m: Floats,
    y_m: Floats,
    values: NDArray[Any] | None,
    where: NDArray[np.bool_] | None = None,
) -> NDArray[np.str_]:
    """Return the value of the parcel that each point lies in, shape (n,); empty where there is none.

    Parameters
    ----------
    geometry
        Parcels, shape (k,).
    x_m, y_m
        Points, shape (n,) [m].
    values
        A value of each parcel, shape (k,); None gives empty ones.
    where
        Points to look at, shape (n,); all when None.
    """
    found = locate(geometry, x_m, y_m)
    if values is None:
        return np.full(x_m.shape, "", dtype=np.str_)
    wanted = (found >= 0) if where is None else (found >= 0) & where
    pairs = zip(wanted.tolist(), found.tolist(), strict=True)
    return np.array([str(values[at]) if take else "" for take, at in pairs], dtype=np.str_)


def _draw(
    ground: _Ground, wanted: int, reserve: int, layout: Layout, rng: np.random.Generator, spots: list[_Spot]
) -> list[_Spot]:
    """Return new plots of a stratum and its reserve, in the order they were drawn."""
    taken = [(spot.x, spot.y) for spot in spots]
    start = rng.integers(0, 2**31, size=2)
    drawn: list[tuple[float, float, int]] = []
    if layout.method == "systematic" and wanted:
        drawn += _systematic(ground.geometry, wanted, layout, rng, taken)
    needed, rejected = wanted + reserve, 0
    places = _halton_places(ground.geometry, start)
    while len(drawn) < needed and rejected < MAX_REJECTED and (place := next(places, None)):
        x, y, at = place
        if _far_enough(x, y, [*taken, *((d[0], d[1]) for d in drawn)], layout.spacing_m):
            drawn.append((x, y, at))
            rejected = 0
        else:
            rejected += 1
    if len(drawn) < needed:
        raise VectorError("plan-no-room", stratum=ground.stratum, wanted=needed, found=len(drawn))
    first = 1 + sum(spot.role != "existing" for spot in spots)
    return [
        _Spot(
            "new" if k < wanted else "reserve",
            ground.stratum,
            f"N{first + k:04d}",
            str(ground.parcel_id[at]),
            x,
            y,
        )
        for k, (x, y, at) in enumerate(drawn)
    ]


def _far_enough(x: float, y: float, taken: list[tuple[float, float]], spacing_m: float) -> bool:
    return spacing_m <= 0 or all(math.hypot(x - a, y - b) >= spacing_m for a, b in taken)


def _halton_places(geometry: Geometries, start: NDArray[Any]) -> Iterator[tuple[float, float, int]]:
    """Yield points of a Halton sequence (bases 2 and 3) that lie in a parcel, with the parcel's position."""
    west, south, east, north = shapely.total_bounds(geometry)
    tree = shapely.STRtree(geometry)
    for first in range(0, MAX_CANDIDATES, CHUNK):
        steps = np.arange(first, first + CHUNK)
        x = west + (east - west) * radical_inverse(start[0] + steps, 2)
        y = south + (north - south) * radical_inverse(start[1] + steps, 3)
        found = locate(geometry, x, y, tree)
        yield from ((float(x[i]), float(y[i]), int(found[i])) for i in np.flatnonzero(found >= 0))


def radical_inverse(index: NDArray[Any], base: int) -> Floats:
    """Return the van der Corput values of whole numbers, shape (n,) [1]: digits mirrored at the point.

    Examples
    --------
    >>> radical_inverse(np.array([1, 2, 3, 4]), 2)
    array([0.5  , 0.25 , 0.75 , 0.125])
    """
    left, scale = index.astype(np.int64), 1.0
    value = np.zeros(index.shape)
    while left.any():
        scale /= base
        value += scale * (left % base)
        left = left // base
    return value


def _systematic(
    geometry: Geometries,
    wanted: int,
    layout: Layout,
    rng: np.random.Generator,
    taken: list[tuple[float, float]],
) -> list[tuple[float, float, int]]:
    """Return points at equal steps of area along a Hilbert curve through the parcels, with a random start."""
    middle = shapely.centroid(geometry)
    curve = np.argsort(hilbert_index(shapely.get_x(middle), shapely.get_y(middle)), kind="stable")
    ground = np.cumsum(shapely.area(geometry[curve]))
    steps = (rng.uniform() + np.arange(wanted)) * (ground[-1] / wanted)
    chosen = curve[np.minimum(np.searchsorted(ground, steps, side="right"), curve.size - 1)]
    found: list[tuple[float, float, int]] = []
    for at in chosen:
        near = [*taken, *((x, y) for x, y, _ in found)]
        for x, y in _random_places(geometry[at], rng):
            if _far_enough(x, y, near, layout.spacing_m):
                found.append((x, y, int(at)))
                break
    return found


def _random_places(shape: Any, rng: np.random.Generator) -> Iterator[tuple[float, float]]:
    """Yield places inside a parcel, each as likely as any other, for as long as it makes sense."""
    west, south, east, north = shape.bounds
    for _ in range(MAX_ROUNDS):
        x, y = rng.uniform(west, east, ROUND), rng.uniform(south, north, ROUND)
        inside = shapely.intersects_xy(shape, x, y)
        yield from zip(x[inside].tolist(), y[inside].tolist(), strict=True)


def hilbert_index(x: Floats, y: Floats) -> NDArray[np.int64]:
    """Return where places come on a Hilbert curve over their extent, shape (n,): neighbours come together.

    The usual bitwise walk down the quadrants, each turned as the curve turns (Hilbert 1891).

    Examples
    --------
    >>> hilbert_index(np.array([0.0, 0.0, 1.0, 1.0]), np.array([0.0, 1.0, 1.0, 0.0])).argsort().tolist()
    [0, 1, 2, 3]
    """
    last = (1 << HILBERT_ORDER) - 1
    i, j = (np.rint(_unit(values) * last).astype(np.int64) for values in (x, y))
    index = np.zeros(i.shape, dtype=np.int64)
    side = 1 << (HILBERT_ORDER - 1)
    while side:
        right, up = (i & side) > 0, (j & side) > 0
        index += side * side * ((3 * right) ^ up)
        flip = ~up & right
        i, j = np.where(flip, last - i, i), np.where(flip, last - j, j)
        i, j = np.where(up, i, j), np.where(up, j, i)
        side >>= 1
    return index


def _unit(values: Floats) -> Floats:
    low, high = float(values.min()), float(values.max())
    return (values - low) / (high - low) if high > low else np.zeros(values.shape)


def _ordered(spots: list[_Spot]) -> PlotPlaces:
    """Return the plots in the order of access; reserve plots follow in the order they were drawn."""
    first = [spot for spot in spots if spot.role != "reserve"]
    tour = short_tour(np.array([[spot.x, spot.y] for spot in first]).reshape(-1, 2))
    chosen = [*(first[k] for k in tour), *(spot for spot in spots if spot.role == "reserve")]
    texts = {
        name: np.array([getattr(spot, name) for spot in chosen], dtype=object)
        for name in ("plot_id", "stratum", "parcel_id", "role")
    }
    return PlotPlaces(
        plot_id=texts["plot_id"],
        stratum=texts["stratum"],
        parcel_id=texts["parcel_id"],
        x_m=np.array([spot.x for spot in chosen], dtype=np.float64),
        y_m=np.array([spot.y for spot in chosen], dtype=np.float64),
        role=texts["role"],
        order=np.arange(1, len(chosen) + 1, dtype=np.int64),
    )


def short_tour(xy_m: Floats) -> list[int]:
    """Return an order of visits that wastes little way: nearest neighbour from the south-west, then 2-opt.

    As the crow flies; roads are not known.

    Parameters
    ----------
    xy_m
        Places, shape (n, 2) [m].

    Examples
    --------
    >>> short_tour(np.array([[0.0, 0.0], [2.0, 0.0], [1.0, 0.0], [3.0, 0.0]]))
    [0, 2, 1, 3]
    """
    count = len(xy_m)
    if count == 0:
        return []
    tour = [int(np.argmin(xy_m.sum(axis=1)))]
    left = np.ones(count, dtype=bool)
    left[tour[0]] = False
    for _ in range(count - 1):
        distance = np.where(left, np.hypot(*(xy_m - xy_m[tour[-1]]).T), np.inf)
        tour.append(int(np.argmin(distance)))
        left[tour[-1]] = False
    return _untangled(xy_m, tour) if count <= MAX_IMPROVED else tour


def _untangled(xy_m: Floats, tour: list[int]) -> list[int]:
    """Return a tour without crossings: turn round a stretch as long as that makes the way shorter."""
    path = np.array(tour)
    better = True
    while better:
        better = False
        for i in range(len(path) - 2):
            here = xy_m[path]
            tail = np.vstack([here[i + 2 :], here[-1:]])  # the tour is open: its end has no next place
            now = np.hypot(*(here[i + 1] - here[i])) + np.hypot(*(tail - here[i + 1 :]).T)
            turned = np.hypot(*(here[i + 1 :] - here[i]).T) + np.hypot(*(tail - here[i + 1]).T)
            turned[-1] = np.hypot(*(here[-1] - here[i]))
            now[-1] = np.hypot(*(here[i + 1] - here[i]))
            gain = now - turned
            j = int(np.argmax(gain))
            if gain[j] > 1e-9:
                path[i + 1 : i + 2 + j] = path[i + 1 : i + 2 + j][::-1]
                better = True
    return [int(k) for k in path]
