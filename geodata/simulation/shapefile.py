"""Write the parcels as a shapefile the way a bureau's old software does.

The attribute table is GBK without a .cpg and without a language byte, so a reader has to prove the encoding;
widths and decimals are those of the resource map. The geometry goes through GDAL.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from struct import pack

import numpy as np
import pyogrio.raw
import pyproj
import shapely
from numpy.typing import NDArray

ENCODING = "gbk"
"""Encoding of the text fields."""
UPDATED = (126, 1, 1)
"""Date of the table: years since 1900, month, day; fixed, so that equal data give equal bytes."""


@dataclass(frozen=True, slots=True)
class DbfField:
    """One column of the attribute table."""

    name: str
    """Field name, at most 10 ASCII characters."""
    width: int
    """Width [bytes]."""
    values: NDArray[np.generic]
    """Texts, or numbers where `decimals` is given."""
    decimals: int | None = None
    """Decimals of a numeric field; None for text."""


def write_shapefile(
    path: Path, geometry: NDArray[np.object_], fields: Sequence[DbfField], *, epsg: int
) -> None:
    """Write ``path`` (.shp) with its .shx, .dbf (GBK) and .prj, and no .cpg.

    Parameters
    ----------
    path
        File to write; its siblings are replaced.
    geometry
        Polygons and multi-polygons.
    fields
        Columns of the attribute table.
    epsg
        Coordinate system that the .prj names.
    """
    crs = pyproj.CRS.from_epsg(epsg).to_wkt("WKT1_ESRI")
    pyogrio.raw.write(
        path,
        geometry=np.asarray(shapely.to_wkb(geometry), dtype=object),
        field_data=[],
        fields=[],
        geometry_type="Polygon",
        crs=crs,
        driver="ESRI Shapefile",
    )
    path.with_suffix(".cpg").unlink(missing_ok=True)
    path.with_suffix(".prj").write_text(crs, encoding="ascii")
    path.with_suffix(".dbf").write_bytes(dbf_bytes(fields))


def dbf_bytes(fields: Sequence[DbfField]) -> bytes:
    """Return a dBASE III table of the fields, text in GBK.

    Parameters
    ----------
    fields
        Columns of equal length.
    """
    count = len(fields[0].values)
    columns = [_column(field) for field in fields]
    record = np.concatenate([np.full((count, 1), 0x20, dtype=np.uint8), *columns], axis=1)
    header_size = 32 + 32 * len(fields) + 1
    header = pack("<B3BIHH20x", 3, *UPDATED, count, header_size, record.shape[1])
    descriptors = b"".join(
        pack("<11sc4xBB14x", field.name.encode("ascii"), b"C" if field.decimals is None else b"N",
             field.width, field.decimals or 0)
        for field in fields
    )  # fmt: skip
    return header + descriptors + b"\r" + record.tobytes() + b"\x1a"


def _column(field: DbfField) -> NDArray[np.uint8]:
    """Return the field as fixed-width bytes, (rows, width); each different value is formatted once."""
    values, place = np.unique(field.values, return_inverse=True)
    if field.decimals is None:
        texts = [str(value).encode(ENCODING)[: field.width].ljust(field.width) for value in values]
    else:
        texts = [f"{value:{field.width}.{field.decimals}f}".encode("ascii") for value in values]
    table = np.frombuffer(b"".join(texts), dtype=np.uint8).reshape(len(texts), field.width)
    return np.asarray(table[place.ravel()], dtype=np.uint8)
