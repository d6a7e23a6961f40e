"""Coordinate systems, and the way from one to another that is known to be right.

A change of datum for which PROJ has only a *ballpark* operation (it assumes that both datums agree, which is
wrong by up to 200 m) goes ahead without a word. Here it is refused, by the operation that was actually used:
the list of candidates says nothing about which of them PROJ takes at a place. Whether coordinates can be in
the system that is declared for them is the matter of `geodata.location`.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.errors import CrsError

Geometries = NDArray[Any]

PIVOT: Final = "EPSG:4326"
"""Where two systems have no operation of their own, operations that meet in WGS 84 are tried."""
MAX_NAMED: Final = 8
"""More operations are not named by an error."""


@dataclass(frozen=True, slots=True)
class OperationRecord:
    """The operation that took coordinates from one system to another."""

    name: str
    """Name PROJ gives it; ``identity`` where both systems are the same."""
    accuracy_m: float
    """Stated accuracy [m]; NaN where none is stated."""
    is_ballpark: bool
    """Whether it only pretends that both datums agree."""
    definition: str
    """PROJ pipeline, from which the same result can be had again."""

    def canonical(self) -> dict[str, Any]:
        """Return plain values for a record; an unknown accuracy is None."""
        values = asdict(self)
        values["accuracy_m"] = None if math.isnan(self.accuracy_m) else self.accuracy_m
        return values


IDENTITY: Final = OperationRecord("identity", 0.0, False, "proj=noop")


@cache
def parse(text: Any) -> Any:
    """Return a `pyproj.CRS` from a code (``EPSG:4547``), WKT or PROJ text, or the one given.

    Raises
    ------
    CrsError
        PROJ does not know it.

    Examples
    --------
    >>> parse("EPSG:4547").name
    'CGCS2000 / 3-degree Gauss-Kruger CM 114E'
    """
    import pyproj  # noqa: PLC0415 - slow to import

    try:
        return pyproj.CRS.from_user_input(text)
    except pyproj.exceptions.CRSError as error:
        raise CrsError("crs-unknown", crs=str(text)[:80]) from error


def label(crs: Any) -> str:
    """Return a short name: the code where there is one, else the system's own name.

    Examples
    --------
    >>> label("EPSG:4490")
    'EPSG:4490'
    """
    parsed = parse(crs)
    authority = parsed.to_authority(min_confidence=90)
    return ":".join(authority) if authority else str(parsed.name)


def unit_m(crs: Any) -> float:
    """Return the length of a projected system's unit [m].

    Examples
    --------
    >>> unit_m("EPSG:4547")
    1.0
    """
    return float(parse(crs).axis_info[0].unit_conversion_factor)


def same_crs(first: Any, second: Any) -> bool:
    """Return whether two systems are the same, whatever their names and axis order.

    Examples
    --------
    >>> same_crs("EPSG:4547", parse("EPSG:4547").to_wkt()), same_crs("EPSG:4547", "EPSG:4526")
    (True, False)
    """
    a, b = parse(first), parse(second)
    if a.equals(b, ignore_axis_order=True):
        return True
    codes = a.to_authority(min_confidence=90), b.to_authority(min_confidence=90)
    return codes[0] is not None and codes[0] == codes[1]


def transform(
    geoms: Geometries, source: str, target: str, *, operation: str | None = None
) -> tuple[Geometries, OperationRecord]:
    """Return geometries in another system, and the operation that was used for all of them.

    The operation is the one PROJ takes at the middle of the layer; it is then applied to every vertex, so
    that a layer is never moved by two operations.

    Parameters
    ----------
    geoms
        Geometries in the source system, x before y, shape (n,).
    source, target
        Codes, WKT or PROJ text.
    operation
        Name of the operation that is to be used, or of one of its steps ("Inverse of" may be
        left out); or a PROJ pipeline with the parameters, in x, y order.

    Raises
    ------
    CrsError
        Only a ballpark operation was taken and no operation is named; or the named one is not to be had (a
        ballpark is none, by whatever name).
    """
    if same_crs(source, target):
        return geoms, IDENTITY
    before = shapely.get_coordinates(geoms)
    known = np.isfinite(before).all(axis=1)
    if not known.any():
        raise CrsError("crs-not-reachable", source=label(source), target=label(target))
    middle = (before[known].min(axis=0) + before[known].max(axis=0)) / 2
    chosen = _choose_operation(source, target, (float(middle[0]), float(middle[1])), operation)
    pipeline = _from_pipeline(chosen.definition)
    after = np.full(before.shape, np.nan)
    after[known] = np.column_stack(pipeline.transform(before[known, 0], before[known, 1]))
    if not np.isfinite(after[known]).all():
        raise CrsError("crs-not-reachable", source=label(source), target=label(target))
    return shapely.transform(geoms, lambda _: after), chosen


def transform_points(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    source: str,
    target: str,
    *,
    operation: str | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64], OperationRecord]:
    """Return points in another system, as `transform` does; points without coordinates stay NaN."""
    known = np.isfinite(x) & np.isfinite(y)
    moved_x, moved_y = np.full(x.shape, np.nan), np.full(y.shape, np.nan)
    if not known.any():
        return moved_x, moved_y, IDENTITY
    places: Geometries = np.array(shapely.points(x[known], y[known]), dtype=object)
    points, record = transform(places, source, target, operation=operation)
    moved_x[known], moved_y[known] = shapely.get_x(points), shapely.get_y(points)
    return moved_x, moved_y, record


def find_operations(source: str, target: str, place: tuple[float, float]) -> tuple[OperationRecord, ...]:
    """Return the operations from one system to another at a place, the one PROJ takes there first.

    An operation that leads over WGS 84 is among them. One whose grid file is missing is not, nor is one that
    shifts no datum although the datum changes.

    Parameters
    ----------
    source, target
        Codes, WKT or PROJ text.
    place
        Coordinates in the source system.
    """
    used = _used_operation(source, target, place)
    found = [used, *_candidates(source, target), *_through_pivot(source, target, place)]
    kept = {record.name: record for record in reversed(found) if not record.is_ballpark and record.definition}
    return tuple(dict.fromkeys(kept[record.name] for record in found if record.name in kept))


def _choose_operation(
    source: str, target: str, place: tuple[float, float], operation: str | None
) -> OperationRecord:
    if operation is not None and "proj=" in operation:
        return OperationRecord("given parameters", math.nan, False, operation)
    names = {"source": label(source), "target": label(target)}
    if operation is None:
        used = _used_operation(source, target, place)
        if used.is_ballpark:
            raise CrsError("crs-ballpark", **names, operation=used.name)
        return used
    candidates = find_operations(source, target, place)
    for candidate in candidates:
        steps = candidate.name.split(" + ")
        if operation in {candidate.name, *steps, *(step.removeprefix("Inverse of ") for step in steps)}:
            return candidate
    found = "; ".join(candidate.name for candidate in candidates[:MAX_NAMED]) or "-"
    raise CrsError("crs-operation-not-found", **names, operation=operation, candidates=found)


def _through_pivot(source: str, target: str, place: tuple[float, float]) -> list[OperationRecord]:
    """Return what leads over WGS 84: the operation taken to it, then each one that leads on."""
    if same_crs(source, PIVOT) or same_crs(target, PIVOT):
        return []
    first = _used_operation(source, PIVOT, place)
    if first.is_ballpark:
        return []
    return [_joined(first, second) for second in _candidates(PIVOT, target)]


def _joined(first: OperationRecord, second: OperationRecord) -> OperationRecord:
    steps = [
        text.removeprefix("proj=pipeline ") if text.startswith("proj=pipeline ") else f"step {text}"
        for text in (first.definition, second.definition)
    ]
    return OperationRecord(
        f"{first.name} + {second.name}",
        first.accuracy_m + second.accuracy_m,
        first.is_ballpark or second.is_ballpark,
        f"proj=pipeline {' '.join(steps)}",
    )


def _used_operation(source: str, target: str, place: tuple[float, float]) -> OperationRecord:
    """Return the operation PROJ really takes at a place: do it, then ask which it was."""
    import pyproj  # noqa: PLC0415 - slow to import

    transformer = make_transformer(parse(source), parse(target))
    x, y = transformer.transform(*place)
    if not (math.isfinite(x) and math.isfinite(y)):
        raise CrsError("crs-not-reachable", source=label(source), target=label(target))
    try:
        return _record(transformer.get_last_used_operation())
    except pyproj.exceptions.ProjError:  # a single operation, which PROJ does not list
        return _record(transformer)


def _candidates(source: str, target: str) -> list[OperationRecord]:
    from pyproj.transformer import TransformerGroup  # noqa: PLC0415 - slow to import

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a missing grid is no news: operations are named
        group = TransformerGroup(parse(source), parse(target), always_xy=True)
    return [_record(transformer) for transformer in group.transformers]


def _record(transformer: Any) -> OperationRecord:
    steps = [
        step for step in str(transformer.description).split(" + ") if not step.startswith("axis order change")
    ]
    name = " + ".join(steps)
    accuracy = float(transformer.accuracy)
    definition = str(transformer.definition)
    return OperationRecord(
        name, accuracy if accuracy >= 0 else math.nan, "ballpark" in name.lower(), definition
    )


def make_transformer(source: Any, target: Any) -> Any:
    """Return PROJ's own way between two parsed systems, x before y; for one datum only."""
    import pyproj  # noqa: PLC0415 - slow to import

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # the operation that is used is inspected instead
        return pyproj.Transformer.from_crs(source, target, always_xy=True)


def _from_pipeline(definition: str) -> Any:
    import pyproj  # noqa: PLC0415 - slow to import

    try:
        return pyproj.Transformer.from_pipeline(definition)
    except pyproj.exceptions.ProjError as error:
        raise CrsError("crs-operation-invalid", operation=definition[:200]) from error
