"""Layers of parcels: read with proof of encoding and coordinate system, checked against their scheme.

Nothing is repaired without a word: what is wrong with one parcel is a finding with its row, what makes the
whole layer unusable is an error. Formats: shapefile, GeoPackage, GeoJSON and what else GDAL reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.areas import legal_area_ha
from geodata.crs import Geometries, label, parse, same_crs
from geodata.encoding import EncodingProof, Proof, RawText, candidates_of, check_decoded, find_encoding
from geodata.errors import CrsError, VectorError
from geodata.findings import Finding
from geodata.location import Bounds, check_location, describe_place, refuse_missing
from geodata.parcel_columns import read_columns
from geodata.parcel_schema import ParcelSchema, load_parcel_schema
from geodata.topology import check_topology

__all__ = ["ParcelLayer", "check_topology", "legal_area_ha", "read_parcels"]

FIRST_ROW: Final = 2
"""Row of the first record in the person's table, whose row 1 are the headings."""
_POLYGONAL: Final = (int(shapely.GeometryType.POLYGON), int(shapely.GeometryType.MULTIPOLYGON))


@dataclass(frozen=True, slots=True)
class ParcelLayer:
    """Parcels as they were read; nothing is moved, mended or dropped."""

    source: str
    """File name."""
    schema: ParcelSchema
    """The scheme it was read by."""
    parcel_id: NDArray[Any]
    """Identifier of each parcel as text, shape (n,)."""
    geometry: Geometries
    """Polygons in `crs`, x before y; None where the file has none, shape (n,)."""
    columns: Mapping[str, NDArray[Any]]
    """Field -> values: text (``str``) or float64, as the scheme says; fields it does not know are text."""
    rows: NDArray[np.int64]
    """Row of each parcel in the person's own table (1 = headings)."""
    crs: str
    """Coordinate system: its code, or WKT where it has none."""
    encoding: str
    """Encoding of the texts."""
    encoding_proof: Proof
    """What pointed to that encoding."""
    findings: tuple[Finding, ...]
    """What was seen while reading."""

    def __len__(self) -> int:
        """Return the number of parcels."""
        return int(self.rows.size)

    @property
    def measurable(self) -> NDArray[np.bool_]:
        """Whether each parcel is a valid polygon with an area, shape (n,)."""
        polygons = np.isin(shapely.get_type_id(self.geometry), _POLYGONAL)
        usable: NDArray[np.bool_] = polygons & ~shapely.is_empty(self.geometry) & _is_finite(self.geometry)
        usable[usable] = shapely.is_valid(self.geometry[usable])
        return usable


def read_parcels(
    path: Path,
    *,
    schema: str | Path,
    crs: str | None = None,
    encoding: str | None = None,
    county_crs: str | None = None,
) -> ParcelLayer:
    """Read a layer of parcels as its scheme says.

    Parameters
    ----------
    path
        The layer's file; a file with several layers is refused.
    schema
        Key of a packaged scheme, or the path of one.
    crs
        System the run file states for this layer. It stands in for a missing one and must agree with a
        declared one.
    encoding
        Encoding the run file states; it must decode everything.
    county_crs
        System of the county. Where `crs` is None, the layer must be in it.

    Raises
    ------
    VectorError
        The file, a part of it or a field is missing, it is empty or cannot be read, or its encoding is not
        proven.
    CrsError
        No system is declared, or it is not the one the coordinates are in, or not the one that is stated.
    """
    chosen = load_parcel_schema(schema)
    _require_parts(path)
    content = _read(path)
    proof = _prove_encoding(path, content, chosen, encoding)
    names = [name.encode("latin-1").decode(proof.encoding) if content.raw else name for name in content.names]
    texts = [_decoded(values, proof.encoding) if content.raw else values for values in content.values]
    rows = np.arange(FIRST_ROW, FIRST_ROW + len(content.geometry), dtype=np.int64)
    settled = _settle_crs(path.name, content, crs, county_crs)
    columns, findings = read_columns(path.name, dict(zip(names, texts, strict=True)), rows, chosen)
    parcel_id = _join_identifier(columns, chosen)
    findings += _check_geometries(path.name, content.geometry, rows, parcel_id)
    return ParcelLayer(
        path.name,
        chosen,
        parcel_id,
        content.geometry,
        columns,
        rows,
        settled,
        proof.encoding,
        proof.proof,
        tuple(findings),
    )


@dataclass(frozen=True, slots=True)
class _Content:
    """A layer as GDAL gives it; `raw` says that texts are undecoded bytes in the guise of Latin-1."""

    names: list[str]
    values: list[NDArray[Any]]
    geometry: Geometries
    crs: str | None
    raw: bool


def _require_parts(path: Path) -> None:
    if not path.is_file():
        raise VectorError("layer-missing", file=path.name, folder=str(path.parent))
    if path.suffix.lower() == ".shp":
        for ending in (".dbf", ".shx"):
            if not path.with_suffix(ending).is_file() and not path.with_suffix(ending.upper()).is_file():
                raise VectorError("layer-part-missing", file=path.name, part=ending)


def _read(path: Path) -> _Content:
    import pyogrio  # noqa: PLC0415 - slow to import

    raw = path.suffix.lower() == ".shp"
    try:
        layers = pyogrio.list_layers(path)[:, 0]
        if len(layers) != 1:
            raise VectorError("layer-layers", file=path.name, layers=", ".join(str(name) for name in layers))
        meta, _, wkb, values = pyogrio.raw.read(path, encoding="ISO-8859-1" if raw else None)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise VectorError("layer-unreadable", file=path.name, reason=str(error).splitlines()[0]) from error
    if wkb is None or len(wkb) == 0:
        raise VectorError("layer-empty", file=path.name)
    with np.errstate(invalid="ignore"):  # coordinates that are no numbers become findings
        geometry = np.asarray(shapely.from_wkb(wkb, on_invalid="ignore"), dtype=object)
    if (shapely.is_missing(geometry) | shapely.is_empty(geometry)).all():
        raise VectorError("layer-empty", file=path.name)
    return _Content([str(name) for name in meta["fields"]], list(values), geometry, meta["crs"], raw)


def _prove_encoding(path: Path, content: _Content, schema: ParcelSchema, stated: str | None) -> EncodingProof:
    if not content.raw:
        check_decoded(path.name, _texts(content))
        return EncodingProof("utf-8", "format")
    texts = [RawText(None, name, name.encode("latin-1")) for name in content.names]
    texts += [RawText(row, field, text.encode("latin-1")) for row, field, text in _texts(content)]
    return find_encoding(path.name, texts, candidates_of(path, stated), schema.script)


def _texts(content: _Content) -> Iterator[tuple[int, str, str]]:
    for name, values in zip(content.names, content.values, strict=True):
        if values.dtype.kind == "O":
            for row, value in enumerate(values, start=FIRST_ROW):
                if isinstance(value, str) and not value.isascii():
                    yield row, name, value


def _decoded(values: NDArray[Any], encoding: str) -> NDArray[Any]:
    if values.dtype.kind != "O":
        return values
    decoded = [v.encode("latin-1").decode(encoding) if isinstance(v, str) else v for v in values]
    return np.array(decoded, dtype=object)


def _settle_crs(source: str, content: _Content, stated: str | None, county: str | None) -> str:
    bounds = _bounds(content.geometry)
    declared = content.crs or None
    if declared is None and stated is None:
        refuse_missing(source, bounds)
    if declared is not None and stated is not None and not same_crs(declared, stated):
        raise CrsError("crs-conflict", file=source, declared=label(declared), stated=label(stated))
    chosen = declared or stated or ""
    check_location(source, chosen, bounds)
    if stated is None and county is not None and not same_crs(chosen, county):
        degrees = describe_place(chosen, bounds)
        raise CrsError(
            "crs-not-the-countys",
            file=source,
            declared=label(chosen),
            county=label(county),
            degrees=degrees,
            degrees_county=describe_place(county, bounds),
        )
    code = label(chosen)
    return code if ":" in code and same_crs(code, chosen) else str(parse(chosen).to_wkt())


def _bounds(geometry: Geometries) -> Bounds:
    finite = geometry[_is_finite(geometry) & ~shapely.is_missing(geometry) & ~shapely.is_empty(geometry)]
    west, south, east, north = (float(v) for v in shapely.total_bounds(finite)) if finite.size else (0.0,) * 4
    return west, south, east, north


def _is_finite(geometry: Geometries) -> NDArray[np.bool_]:
    """Return whether all coordinates of each geometry are numbers; a missing one counts as such."""
    coordinates, owner = shapely.get_coordinates(geometry, return_index=True)
    bad = ~np.isfinite(coordinates).all(axis=1)
    finite = np.ones(len(geometry), dtype=bool)
    finite[owner[bad]] = False
    return finite


def _join_identifier(columns: Mapping[str, NDArray[Any]], schema: ParcelSchema) -> NDArray[Any]:
    parts = [columns[name] for name in schema.parcel_id]
    return np.array(["".join(pieces) for pieces in zip(*parts, strict=True)], dtype=object)


def _check_geometries(
    source: str, geometry: Geometries, rows: NDArray[np.int64], parcel_id: NDArray[Any]
) -> list[Finding]:
    missing = shapely.is_missing(geometry) | shapely.is_empty(geometry)
    kinds = shapely.get_type_id(geometry)
    infinite = ~_is_finite(geometry)
    found = []
    for i in np.flatnonzero(missing | infinite | ~np.isin(kinds, _POLYGONAL)):
        row, name = int(rows[i]), str(parcel_id[i])
        if missing[i]:
            found.append(Finding("parcel-empty", "error", source, row, "geometry", name))
        elif infinite[i]:
            found.append(Finding("parcel-not-finite", "error", source, row, "geometry", name))
        else:
            params = {"kind": str(geometry[i].geom_type)}
            found.append(Finding("parcel-not-polygon", "error", source, row, "geometry", name, params))
    return found
