"""Land-cover classes: what a code means, and how forest changed between two maps.

A class scheme is a data file in ``geodata/schemes/landcover``: code, name in both languages, land-use
category of the IPCC, forest or not, colour. A code that a scheme does not know is reported, and is never
taken for forest or for nonforest without a word.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geodata.crosstab import count_classes, strips
from geodata.errors import RasterError
from geodata.findings import Finding
from geodata.footprint import Geometries, prepare_footprint
from geodata.raster import ClassRaster
from geodata.zonal import require_same_cells

CHANGE_CLASSES: Final = ("no_data", "stable_forest", "forest_loss", "forest_gain", "stable_nonforest")
"""Change classes of two maps, by their code."""
IPCC_CATEGORIES: Final = frozenset(
    {"forest_land", "cropland", "grassland", "wetlands", "settlements", "other_land"}
)
"""Land-use categories, 2006 IPCC Guidelines, volume 4, chapter 3."""
HIDDEN_SHARE: Final = 0.001
"""Share of cells above which an unknown code is taken for a hidden nodata [1]."""


@dataclass(frozen=True, slots=True)
class LandClass:
    """One class of a scheme."""

    code: int
    """Value in the raster."""
    key: str
    """Identifier."""
    zh: str
    """Name in Chinese."""
    en: str
    """Name in English."""
    ipcc: str
    """Land-use category of the IPCC Guidelines."""
    forest: bool
    """Whether it is forest."""
    colour: str
    """Colour on maps, ``#rrggbb``."""
    burned: bool = False
    """Whether the class itself says that land burned."""
    bare: bool = False
    """Whether it is bare ground."""


@dataclass(frozen=True, slots=True)
class ClassScheme:
    """The classes of a land-cover product."""

    id: str
    """Identifier: the name of its file."""
    zh: str
    """Name in Chinese."""
    en: str
    """Name in English."""
    classes: tuple[LandClass, ...]
    """Its classes, by code."""

    @property
    def codes(self) -> frozenset[int]:
        """All codes."""
        return frozenset(entry.code for entry in self.classes)

    @property
    def forest_codes(self) -> frozenset[int]:
        """Codes of forest."""
        return frozenset(entry.code for entry in self.classes if entry.forest)

    @property
    def burned_codes(self) -> frozenset[int]:
        """Codes of burned land."""
        return frozenset(entry.code for entry in self.classes if entry.burned)

    @property
    def bare_codes(self) -> frozenset[int]:
        """Codes of bare ground."""
        return frozenset(entry.code for entry in self.classes if entry.bare)

    @property
    def used_codes(self) -> frozenset[int]:
        """Codes of cropland and settlements: land put to use."""
        return frozenset(entry.code for entry in self.classes if entry.ipcc in {"cropland", "settlements"})

    def find(self, code: int) -> LandClass | None:
        """Return the class of a code, or None."""
        return next((entry for entry in self.classes if entry.code == code), None)


@dataclass(frozen=True, slots=True)
class ChangeCounts:
    """Cells of a change map: counts of map cells, not estimates of area."""

    pixels: Mapping[str, int]
    """Change class -> cells by their centres, without ``no_data`` [cell]."""
    no_data: int
    """Cells without a class in one of the maps [cell]."""
    cell_ha: float
    """Area of a cell [ha]."""


@cache
def load_scheme(name: str) -> ClassScheme:
    """Load a class scheme by its identifier, or by the path of a file of the same form.

    Raises
    ------
    RasterError
        No such scheme, or a field of it is missing, unknown or wrong.

    Examples
    --------
    >>> sorted(load_scheme("clcd").forest_codes)
    [2]
    """
    packaged = resources.files("geodata").joinpath("schemes", "landcover", f"{name}.toml")
    file: Any = Path(name) if name.endswith(".toml") else packaged
    if not file.is_file():
        raise RasterError("scheme-missing", scheme=name)
    try:
        content = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RasterError("scheme-invalid", scheme=name, reason=str(error)) from error
    return _read_scheme(name, content)


def _read_scheme(name: str, content: Mapping[str, Any]) -> ClassScheme:
    if set(content) != {"id", "zh", "en", "classes"}:
        odd = set(content) ^ {"id", "zh", "en", "classes"}
        raise RasterError("scheme-invalid", scheme=name, reason=", ".join(sorted(odd)))
    classes = [_read_class(name, code, entry) for code, entry in content["classes"].items()]
    ordered = tuple(sorted(classes, key=lambda entry: entry.code))
    return ClassScheme(content["id"], content["zh"], content["en"], ordered)


def _read_class(name: str, code: str, entry: Mapping[str, Any]) -> LandClass:
    kinds = {field.name: bool if field.type == "bool" else str for field in fields(LandClass)}
    optional = {"burned", "bare"}
    expected = set(kinds) - {"code"}
    if not expected - optional <= set(entry) <= expected or not code.isdecimal():
        raise RasterError("scheme-invalid", scheme=name, reason=f"classes.{code}")
    wrong = sorted(key for key, value in entry.items() if not isinstance(value, kinds[key]))
    if wrong or entry["ipcc"] not in IPCC_CATEGORIES:
        raise RasterError("scheme-invalid", scheme=name, reason=f"classes.{code}.{(wrong or ['ipcc'])[0]}")
    return LandClass(code=int(code), **entry)


def check_codes(raster: ClassRaster, counts: Mapping[int, float], scheme: ClassScheme) -> list[Finding]:
    """Return a finding for each code of a raster that its class scheme does not know.

    A code outside the scheme that fills many cells (0 around the county, say) is a hidden nodata: an error,
    since its cells would be taken for land of some class.

    Parameters
    ----------
    raster
        The raster, for its name.
    counts
        Code -> cells, nodata left out [cell].
    scheme
        Its class scheme.
    """
    whole = sum(counts.values()) or 1.0
    findings = []
    for code in sorted(set(counts) - scheme.codes):
        share = counts[code] / whole
        params: dict[str, str | int | float] = {
            "scheme": scheme.id,
            "count": round(counts[code]),
            "share": share,
        }
        if share > HIDDEN_SHARE:
            finding = Finding("raster-hidden-nodata", "error", raster.source, value=str(code), params=params)
        else:
            finding = Finding("raster-code-unknown", "warning", raster.source, value=str(code), params=params)
        findings.append(finding)
    return findings


def check_scheme_codes(raster: ClassRaster, scheme: ClassScheme | None = None) -> list[Finding]:
    """Return a finding for each code in a whole raster that its class scheme does not know.

    Parameters
    ----------
    raster
        The raster; it is read once, in strips.
    scheme
        Its class scheme; the one it names when none is given.
    """
    return check_codes(raster, count_classes(raster), scheme or load_scheme(raster.scheme))


def is_member(values: NDArray[Any], codes: frozenset[int]) -> NDArray[np.bool_]:
    """Return whether each value is one of some codes.

    Examples
    --------
    >>> is_member(np.array([1, 2, 0], dtype=np.uint8), frozenset({2})).tolist()
    [False, True, False]
    """
    if values.dtype == np.uint8:
        table = np.zeros(256, dtype=np.bool_)
        table[[code for code in codes if 0 <= code < 256]] = True
        member: NDArray[np.bool_] = table.take(values)
        return member
    return np.isin(values, sorted(codes))


def change_class(
    first: NDArray[Any],
    last: NDArray[Any],
    scheme: ClassScheme,
) -> NDArray[np.uint8]:
    """Return the change class of each cell: positions in `CHANGE_CLASSES`.

    A cell whose code the scheme does not know in either map (nodata among them) is 0, ``no_data``.

    Parameters
    ----------
    first, last
        Class codes of the two maps, same shape.
    scheme
        Their class scheme.

    Examples
    --------
    >>> first, last = np.array([2, 2, 1, 1, 0]), np.array([2, 1, 2, 1, 2])
    >>> [CHANGE_CLASSES[code] for code in change_class(first, last, load_scheme("clcd"))]
    ['stable_forest', 'forest_loss', 'forest_gain', 'stable_nonforest', 'no_data']
    """
    was, is_now = is_member(first, scheme.forest_codes), is_member(last, scheme.forest_codes)
    known = is_member(first, scheme.codes) & is_member(last, scheme.codes)
    return np.where(known, 4 - 2 * was - is_now, 0).astype(np.uint8)


def change_map_counts(
    first: ClassRaster, last: ClassRaster, scheme: ClassScheme, *, mask: Geometries | None = None
) -> ChangeCounts:
    """Return the number of cells of each change class, in the whole map or inside some polygons.

    Parameters
    ----------
    first, last
        Maps on the same cells.
    scheme
        Their class scheme.
    mask
        Polygons in the maps' CRS that do not overlap; cells are counted by their centres.

    Raises
    ------
    RasterError
        The maps differ in their cells, or no polygon touches them.
    """
    require_same_cells(first, last)
    cell_ha = first.grid.cell_area_ha
    if mask is None:
        counts = np.zeros(len(CHANGE_CLASSES), dtype=np.int64)
        for window in strips(first.grid):
            classes = change_class(first.read(window), last.read(window), scheme)
            counts += np.bincount(classes.ravel(), minlength=len(CHANGE_CLASSES))
    else:
        footprint = prepare_footprint(mask, first.grid, source=first.source)
        classes = change_class(first.read(footprint.window), last.read(footprint.window), scheme)
        counted = footprint.sum_labels(classes, len(CHANGE_CLASSES), "centre").sum(axis=0)
        counts = np.rint(counted).astype(np.int64)
    pixels = dict(zip(CHANGE_CLASSES[1:], counts[1:].tolist(), strict=True))
    return ChangeCounts(pixels, int(counts[0]), cell_ha)
