"""Design files: how the plots of an inventory were chosen, and what area each stratum stands for.

::

    kind = "stratified"                 # simple, stratified, post_stratified or double_sampled
    single_plot = "refuse"              # or collapse: what to do with a stratum of one plot
    mapping = "my_columns.toml"         # optional: columns under other headings (beside this file)
    year = 2025                         # optional: the campaign, where the tables hold several

    area_ha = 1000.0                    # simple: the area sampled

    [strata]                            # stratified: area of each stratum [ha]
    "杉木" = 620.0
    "毛竹" = 380.0

    [[units]]                           # post_stratified, double_sampled: each estimation unit
    id = "county"
    area_ha = 1000.0
    strata = { forest = 5200, other = 4800 }   # shares of the area, or counts of map cells; of
                                               # double_sampled: counts of the points of the first phase

    [auxiliary]                         # optional: a regression on columns of the plots
    means = { "map volume" = 68.0 }     # column -> its mean over the whole area
    points = 400                        # optional: the means come from a first phase of so many points
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from geodata.errors import TableError

KINDS: Final = ("simple", "stratified", "post_stratified", "double_sampled")
SINGLE_PLOT: Final = ("refuse", "collapse")
_COMMON: Final = {"kind", "mapping", "year", "single_plot", "auxiliary"}
_OWN: Final = {
    "simple": "area_ha",
    "stratified": "strata",
    "post_stratified": "units",
    "double_sampled": "units",
}
_UNIT_KEYS: Final = {"id", "area_ha", "strata"}
PACKAGED_MAPPING: Final = "plots_and_trees"


@dataclass(frozen=True, slots=True)
class DesignUnit:
    """An estimation unit."""

    id: str
    """Name, as in the plot table."""
    area_ha: float
    """Area [ha]."""
    strata: Mapping[str, float]
    """Stratum -> share of the area, or count of map cells."""


@dataclass(frozen=True, slots=True)
class Auxiliary:
    """Columns of the plots whose means over a larger sample, or over the whole area, are known."""

    means: Mapping[str, float]
    """Column -> its mean, in the column's unit."""
    points: int | None
    """Points of the first phase that the means come from; None where they are of the whole area."""


@dataclass(frozen=True, slots=True)
class Design:
    """How plots were chosen."""

    kind: str
    """One of `KINDS`."""
    single_plot: str
    """One of `SINGLE_PLOT`."""
    mapping: str | Path
    """Mapping file of the tables."""
    year: int | None
    """Campaign, where the tables hold several."""
    area_ha: float | None
    """Area of a simple sample [ha]."""
    strata: Mapping[str, float]
    """Area of each stratum [ha], of a stratified sample."""
    units: tuple[DesignUnit, ...]
    """Estimation units of a post-stratified or double sample."""
    auxiliary: Auxiliary | None = None
    """What a regression is to use, if any."""


def read_design(path: Path) -> Design:
    """Return a design file.

    Raises
    ------
    TableError
        Rule ``design-missing``, or ``design-invalid`` with the field and what is wrong with it.
    """
    if not path.is_file():
        raise TableError("design-missing", file=str(path))
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TableError("design-invalid", file=path.name, field="-", reason=str(error)) from error
    kind = _choice(path, content, "kind", KINDS, None)
    _refuse_unknown(path, "", content, _COMMON | {_OWN[kind]})
    if _OWN[kind] not in content:
        raise TableError("design-invalid", file=path.name, field=_OWN[kind], reason=f"kind = {kind}")
    year = content.get("year")
    if year is not None and not isinstance(year, int):
        raise TableError("design-invalid", file=path.name, field="year", reason=str(year))
    mapping = content.get("mapping")
    return Design(
        kind,
        _choice(path, content, "single_plot", SINGLE_PLOT, "refuse"),
        PACKAGED_MAPPING if mapping is None else path.parent / str(mapping),
        year,
        _area(path, "area_ha", content["area_ha"]) if kind == "simple" else None,
        _shares(path, "strata", content["strata"]) if kind == "stratified" else {},
        _units(path, content["units"]) if _OWN[kind] == "units" else (),
        _auxiliary(path, content["auxiliary"]) if "auxiliary" in content else None,
    )


def _auxiliary(path: Path, value: Any) -> Auxiliary:
    if not isinstance(value, dict) or "means" not in value:
        raise TableError("design-invalid", file=path.name, field="auxiliary.means", reason=str(value))
    _refuse_unknown(path, "auxiliary.", value, {"means", "points"})
    means, points = value["means"], value.get("points")
    if not isinstance(means, dict) or not means:
        raise TableError("design-invalid", file=path.name, field="auxiliary.means", reason=str(means))
    for name, mean in means.items():
        if isinstance(mean, bool) or not isinstance(mean, int | float) or not math.isfinite(mean):
            raise TableError(
                "design-invalid", file=path.name, field=f"auxiliary.means.{name}", reason=str(mean)
            )
    if points is not None and (isinstance(points, bool) or not isinstance(points, int) or points < 1):
        raise TableError("design-invalid", file=path.name, field="auxiliary.points", reason=str(points))
    return Auxiliary({str(name): float(mean) for name, mean in means.items()}, points)


def _choice(
    path: Path, content: Mapping[str, Any], field: str, known: tuple[str, ...], default: str | None
) -> str:
    value = content.get(field, default)
    if value not in known:
        raise TableError(
            "design-invalid", file=path.name, field=field, reason=f"{value} ({', '.join(known)})"
        )
    return str(value)


def _refuse_unknown(path: Path, where: str, content: Mapping[str, Any], known: set[str]) -> None:
    for name in sorted(set(content) - known):
        reason = f"({', '.join(sorted(known))})"
        raise TableError("design-invalid", file=path.name, field=f"{where}{name}", reason=reason)


def _area(path: Path, field: str, value: Any) -> float:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not (math.isfinite(value) and value > 0):
        raise TableError("design-invalid", file=path.name, field=field, reason=f"{value} (> 0)")
    return float(value)


def _shares(path: Path, field: str, value: Any) -> dict[str, float]:
    if not isinstance(value, dict) or not value:
        raise TableError("design-invalid", file=path.name, field=field, reason=str(value))
    return {str(name): _area(path, f"{field}.{name}", share) for name, share in value.items()}


def _units(path: Path, value: Any) -> tuple[DesignUnit, ...]:
    if not isinstance(value, list) or not value:
        raise TableError("design-invalid", file=path.name, field="units", reason=str(value))
    found = []
    for number, body in enumerate(value, start=1):
        where = f"units[{number}]."
        if not isinstance(body, dict) or not _UNIT_KEYS >= set(body) >= {"id", "area_ha", "strata"}:
            reason = f"({', '.join(sorted(_UNIT_KEYS))})"
            raise TableError("design-invalid", file=path.name, field=where[:-1], reason=reason)
        area = _area(path, f"{where}area_ha", body["area_ha"])
        found.append(DesignUnit(str(body["id"]), area, _shares(path, f"{where}strata", body["strata"])))
    names = [unit.id for unit in found]
    if len(set(names)) < len(names):
        raise TableError("design-invalid", file=path.name, field="units.id", reason=", ".join(names))
    return tuple(found)
