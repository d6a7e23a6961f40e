"""Plot designs: which trees a plot counts, and for how many trees per hectare each of them stands.

Three designs, each with plots laid out horizontally or along the slope:

- ``fixed``: every tree of the plot; a tree stands for 10 000 / area trees per hectare.
- ``nested``: concentric rings (micro, sub, macro); a tree counts only in the ring of its DBH, so that the
  small and many are counted on little ground and the large and few on much. Stands for 10 000 / ring area.
- ``angle_count``: a tree counts if it looks wider than an angle (Bitterlich 1948); its plot has a radius of
  dbh / (2 sqrt(BAF)) [m, cm, m2/ha], and it stands for BAF / basal area trees per hectare.

Lengths taped along a slope enclose less ground than they say: horizontal area = area on the slope times
cos(slope) (`slope_circle`). Sources: Bechtold and Patterson 2005 (SRS-80), chapter 2; Bitterlich 1948.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

import numpy as np

from mrv.errors import InventoryError
from mrv.moments import Floats
from mrv.units import M2_PER_HA

DesignKind = Literal["fixed", "nested", "angle_count"]
CM2_PER_M2: Final = 10_000.0
"""cm2 per m2."""


@dataclass(frozen=True, slots=True)
class Ring:
    """One of the concentric plots of a nested design."""

    area_m2: float
    """Area as laid out [m2]."""
    dbh_from_cm: float
    """Smallest DBH counted here [cm]."""
    dbh_below_cm: float
    """A tree this thick or thicker is counted in a larger ring [cm]."""


@dataclass(frozen=True, slots=True)
class PlotDesign:
    """How plots choose trees."""

    kind: DesignKind = "fixed"
    """The design."""
    rings: tuple[Ring, ...] = ()
    """Of a nested design, by rising DBH."""
    baf_m2_per_ha: float | None = None
    """Basal area factor of an angle count [m2/ha]."""
    slope_corrected: bool = True
    """Whether lengths were laid out horizontally; else areas shrink by the cosine of the plot's slope."""

    @property
    def canonical(self) -> dict[str, Any]:
        """The design as plain JSON values, as `design_from` reads them."""
        rings = [{"area_m2": ring.area_m2, "dbh_from_cm": ring.dbh_from_cm} for ring in self.rings]
        return {
            "kind": self.kind,
            "rings": rings,
            "baf_m2_per_ha": self.baf_m2_per_ha,
            "slope_corrected": self.slope_corrected,
        }


FIXED: Final = PlotDesign()
"""Plots of a stated horizontal area in which every tree counts."""


def design_from(content: Mapping[str, Any]) -> PlotDesign:
    """Return the design that plain values describe.

    Parameters
    ----------
    content
        ``kind``; ``rings`` of ``radius_m`` or ``area_m2`` with ``dbh_from_cm``; ``baf_m2_per_ha``;
        ``slope_corrected``.

    Raises
    ------
    InventoryError
        The values are no design.

    Examples
    --------
    >>> rings = [{"area_m2": 100, "dbh_from_cm": 5}, {"area_m2": 500, "dbh_from_cm": 20}]
    >>> [ring.dbh_below_cm for ring in design_from({"kind": "nested", "rings": rings}).rings]
    [20.0, inf]
    """
    kind = content.get("kind", "fixed")
    if kind not in get_args(DesignKind):
        raise InventoryError("plot-design-invalid", field="kind", value=str(kind))
    rings = _rings(content.get("rings") or ())
    baf = content.get("baf_m2_per_ha")
    if (kind == "nested") != bool(rings):
        raise InventoryError("plot-design-invalid", field="rings", value=str(len(rings)))
    if (kind == "angle_count") != (baf is not None) or (baf is not None and not float(baf) > 0):
        raise InventoryError("plot-design-invalid", field="baf_m2_per_ha", value=str(baf))
    slope_corrected = bool(content.get("slope_corrected", True))
    return PlotDesign(kind, rings, None if baf is None else float(baf), slope_corrected)


def _rings(stated: Any) -> tuple[Ring, ...]:
    sizes = [(_ring_area_m2(item), float(item["dbh_from_cm"])) for item in stated]
    limits = [low for _, low in sizes]
    if limits != sorted(set(limits)) or [area for area, _ in sizes] != sorted(area for area, _ in sizes):
        raise InventoryError("plot-design-invalid", field="rings", value=str(limits))
    above = [*limits, math.inf][1:]
    return tuple(Ring(area, low, high) for (area, low), high in zip(sizes, above, strict=True))


def _ring_area_m2(item: Mapping[str, Any]) -> float:
    radius, area = item.get("radius_m"), item.get("area_m2")
    if (radius is None) == (area is None):
        raise InventoryError("plot-design-invalid", field="rings", value=str(dict(item)))
    size = float(area) if area is not None else math.pi * float(radius or 0) ** 2
    if not size > 0:
        raise InventoryError("plot-design-invalid", field="rings", value=str(size))
    return size


@dataclass(frozen=True, slots=True)
class SlopeCircle:
    """A circle laid out along a slope, seen from above: an ellipse."""

    short_axis_m: float
    """Half axis down the slope, horizontal [m]."""
    area_m2: float
    """Horizontal area [m2]."""


def slope_circle(radius_m: float, slope_deg: float) -> SlopeCircle:
    """Return the horizontal size of a circle whose radius was taped along the slope.

    L = Ls cos(slope), area = pi Ls L (Winrock Sourcebook for LULUCF projects).

    Examples
    --------
    >>> circle = slope_circle(20.0, 25.0)
    >>> round(circle.short_axis_m, 6), round(circle.area_m2, 6)
    (18.126156, 1138.899954)
    """
    short = radius_m * math.cos(math.radians(slope_deg))
    return SlopeCircle(short, math.pi * radius_m * short)


def expansion_per_ha(
    dbh_cm: Floats, area_m2: Floats, design: PlotDesign, slope_deg: Floats | None = None
) -> Floats:
    """Return for how many trees per hectare each tree stands [1/ha].

    Parameters
    ----------
    dbh_cm
        DBH of the trees, shape (n,) [cm].
    area_m2
        Area of the plot of each tree as laid out, shape (n,) [m2]; an angle count does not look at it.
    design
        How the plots choose trees.
    slope_deg
        Slope of the plot of each tree, shape (n,) [degree]; needed where lengths follow the slope.

    Returns
    -------
    ndarray
        Shape (n,) [1/ha]; 0 for a tree that the design does not count.

    Examples
    --------
    >>> expansion_per_ha(np.array([20.0]), np.array([500.0]), FIXED)
    array([20.])
    >>> angle = PlotDesign("angle_count", baf_m2_per_ha=1.0)  # a radius of 10 m
    >>> round(float(expansion_per_ha(np.array([20.0]), np.array([0.0]), angle)[0]), 6)
    31.830989
    """
    if design.kind == "angle_count":
        per_ha = _angle_count_per_ha(dbh_cm, design.baf_m2_per_ha or 0.0)
    elif design.kind == "nested":
        per_ha = _nested_per_ha(dbh_cm, design.rings)
    else:
        per_ha = M2_PER_HA / np.asarray(area_m2, dtype=np.float64)
    return per_ha if design.slope_corrected else per_ha / _cosine(slope_deg)


def _angle_count_per_ha(dbh_cm: Floats, baf_m2_per_ha: float) -> Floats:
    counted = dbh_cm > 0
    basal_area_m2 = math.pi / 4 * np.where(counted, dbh_cm, 1.0) ** 2 / CM2_PER_M2
    return np.where(counted, baf_m2_per_ha / basal_area_m2, 0.0)


def _nested_per_ha(dbh_cm: Floats, rings: tuple[Ring, ...]) -> Floats:
    limits = np.array([ring.dbh_from_cm for ring in rings])
    sizes = np.array([np.inf, *(ring.area_m2 for ring in rings)])
    known = np.nan_to_num(dbh_cm, nan=-np.inf)
    return M2_PER_HA / sizes[np.searchsorted(limits, known, side="right")]


def _cosine(slope_deg: Floats | None) -> Floats:
    if slope_deg is None or not np.isfinite(slope_deg).all():
        raise InventoryError("plot-slope-needed")
    return np.cos(np.radians(slope_deg))


def limiting_distance_m(dbh_cm: Floats, baf_m2_per_ha: float) -> Floats:
    """Return the distance up to which an angle count takes a tree, shape (n,) [m].

    R = dbh / (2 sqrt(BAF)), from BAF / (pi dbh^2 / 40 000) = 10 000 / (pi R^2).

    Examples
    --------
    >>> limiting_distance_m(np.array([20.0, 30.0]), 4.0)
    array([5. , 7.5])
    """
    return np.asarray(dbh_cm / (2 * math.sqrt(baf_m2_per_ha)), dtype=np.float64)


def walkthrough_points(tree_xy_m: Floats, point_xy_m: Floats) -> Floats:
    """Return where one stands after walking as far beyond each tree as one came, shape (n, 2) [m].

    A tree for which this place lies outside the tract is counted twice (walkthrough method: Ducey, Gove and
    Valentine 2004, Forest Science 50:427-435); so the part of its circle that is cut off by the border is
    made good. Exact for straight borders; a tree nearer to a corner than its circle is wide keeps a small
    bias. Write the 2 into the column ``tally_count`` of the tree.

    Parameters
    ----------
    tree_xy_m
        Places of the trees, shape (n, 2) [m].
    point_xy_m
        Centre of the plot, or of the plot of each tree, shape (2,) or (n, 2) [m].

    Examples
    --------
    >>> walkthrough_points(np.array([[3.0, 4.0]]), np.array([1.0, 1.0]))
    array([[5., 7.]])
    """
    return np.asarray(2 * tree_xy_m - point_xy_m, dtype=np.float64)
