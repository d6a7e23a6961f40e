"""Where sample plots go: inside the parcels of their stratum, spread over it, and the same for the same seed.

``balanced`` takes points of a Halton sequence with a random start in the stratum's frame and keeps those in
its parcels (balanced acceptance sampling: Robertson and others 2013, Biometrics 69:776-784); every place has
the same chance, and any first k points are spread, so that reserve plots may stand in. ``systematic`` goes
along a Hilbert curve through the parcels in equal steps of area from a random start, and takes a random place
in each parcel it comes to. Plots that are there already are kept and count in their stratum; new ones keep a
distance from them and from each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.crs import Geometries
from geodata.errors import VectorError
from geodata.spreading import far_enough, halton_places, locate, systematic_places
from geodata.tours import short_tour

Floats = NDArray[np.float64]
Method = Literal["balanced", "systematic"]
Role = Literal["existing", "new", "reserve"]
METHODS: Final = ("balanced", "systematic")
MAX_REJECTED: Final = 2000
"""So many places in a row that are too near to others mean that there is no room [1]."""


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


def _draw(
    ground: _Ground, wanted: int, reserve: int, layout: Layout, rng: np.random.Generator, spots: list[_Spot]
) -> list[_Spot]:
    """Return new plots of a stratum and its reserve, in the order they were drawn."""
    taken = [(spot.x, spot.y) for spot in spots]
    start = rng.integers(0, 2**31, size=2)
    drawn: list[tuple[float, float, int]] = []
    if layout.method == "systematic" and wanted:
        drawn += systematic_places(ground.geometry, wanted, layout.spacing_m, rng, taken)
    needed, rejected = wanted + reserve, 0
    places = halton_places(ground.geometry, start)
    while len(drawn) < needed and rejected < MAX_REJECTED and (place := next(places, None)):
        x, y, at = place
        if far_enough(x, y, [*taken, *((d[0], d[1]) for d in drawn)], layout.spacing_m):
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
