"""The attribute table of the parcels, with the fields and codes of the forest resource map (一张图)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.simulation.administration import COUNTY_CODE
from geodata.simulation.landscape import Cover, Landscape
from geodata.simulation.noise import stream
from geodata.simulation.shapefile import DbfField, write_shapefile

EPSG = 4547
"""CGCS2000, 3-degree Gauss-Krueger zone, central meridian 114 E."""
NOTICE_ZH = "模拟数据"
"""Remark of every row."""
LAND_CLASS = {
    Cover.LAKE: "110000",
    Cover.RIVER: "110000",
    Cover.PADDY: "010000",
    Cover.DRY_FIELD: "010000",
    Cover.ORCHARD: "020000",
    Cover.VILLAGE: "200000",
    Cover.GRASS: "040000",
    Cover.BARREN: "900000",
    Cover.FOREST: "030100",
}
"""DI_LEI of land without a stand: first classes, padded to six digits (scheme ``yzt_2020``)."""
SOILS = ("红壤", "黄红壤", "紫色土", "潮土", "水稻土")
"""Soil types, from the hills to the plain."""

Survey = Mapping[str, NDArray[Any]]


def parcel_fields(seed: int, land: Landscape, survey: Survey) -> list[DbfField]:
    """Return the columns of the attribute table.

    Parameters
    ----------
    seed
        Seed of the county.
    land
        The parcels.
    survey
        Attributes of the parcels that carry a stand, by name: land_class, category, origin, forest_class,
        species_code, age_year, age_group, closure_frac, dbh_cm, height_m, basal_area_m2_per_ha,
        volume_m3_per_ha, stems_per_ha.
    """
    count = land.area_ha.size
    rng = stream(seed, "parcel table")
    codes = np.array([LAND_CLASS[Cover(code)] for code in range(len(Cover))])[land.cover]
    codes[land.forest] = survey["land_class"]
    slope_deg = np.rint(np.clip(land.relief_frac**1.5 * 26.0 + rng.normal(0.0, 3.0, count), 0, 38))
    wet = np.isin(land.cover, [Cover.LAKE, Cover.RIVER])
    soil = np.where(
        land.cover == Cover.PADDY, 4, np.where(land.relief_frac < 0.3, 3, rng.integers(0, 3, count))
    )
    owned = np.where(rng.random(count) < np.where(wet, 0.9, 0.08), "10", "20")
    place = land.administration
    return [
        _text("SHENG", 2, np.full(count, COUNTY_CODE[:2])),
        _text("SHI", 4, np.full(count, COUNTY_CODE[:4])),
        _text("XIAN", 6, np.full(count, COUNTY_CODE)),
        _text("XIANG", 3, place.township),
        _text("CUN", 3, place.village),
        _text("LIN_BAN", 4, place.compartment),
        _text("XIAO_BAN", 5, place.subcompartment),
        DbfField("MIAN_JI", 14, land.area_ha, 4),
        _text("DI_LEI", 6, codes),
        _text("LIN_ZHONG", 3, _spread(land, survey["category"])),
        _text("QI_YUAN", 2, _spread(land, survey["origin"])),
        _text("SEN_LIN_LB", 3, _spread(land, survey["forest_class"])),
        _text("LD_QS", 2, np.where(land.project > 0, "20", owned)),
        _text("YOU_SHI_SZ", 3, _spread(land, survey["species_code"])),
        DbfField("PINGJUN_NL", 3, _spread(land, survey["age_year"]), 0),
        _text("LING_ZU", 1, _spread(land, survey["age_group"])),
        DbfField("YU_BI_DU", 4, _spread(land, survey["closure_frac"]), 2),
        DbfField("PINGJUN_XJ", 5, _spread(land, survey["dbh_cm"]), 1),
        DbfField("PINGJUN_SG", 5, _spread(land, survey["height_m"]), 1),
        DbfField("PINGJUN_DM", 6, _spread(land, survey["basal_area_m2_per_ha"]), 2),
        DbfField("HUO_LMGQXJ", 8, _spread(land, survey["volume_m3_per_ha"]), 2),
        DbfField("MEI_GQ_ZS", 6, _spread(land, survey["stems_per_ha"]), 0),
        DbfField("PO_DU", 2, np.where(land.relief_frac < 0.3, np.minimum(slope_deg, 4), slope_deg), 0),
        _text("TU_RANG_LX", 20, np.array(SOILS)[soil]),
        _text("XIANGNAME", 40, place.township_name),
        _text("BZ", 40, np.full(count, NOTICE_ZH)),
    ]


def _text(name: str, width: int, values: NDArray[np.str_]) -> DbfField:
    return DbfField(name, width, values)


def _spread(land: Landscape, values: NDArray[Any]) -> NDArray[Any]:
    """Put values of the forest parcels in a column of all parcels; the rest is empty or zero."""
    column = np.zeros(land.area_ha.size, dtype=values.dtype)
    column[land.forest] = values
    return column


def write_parcels(
    path: Path, land: Landscape, fields: list[DbfField], faults: frozenset[str] = frozenset()
) -> None:
    """Write the shapefile of the parcels, with the faults asked for.

    Parameters
    ----------
    path
        The ``.shp``.
    land
        The parcels.
    fields
        The attribute table.
    faults
        Of `FAULTS`: no_prj, wrong_crs, mojibake, invalid_polygon, overlapping_polygons.
    """
    geometry = land.geometry.copy()
    if "invalid_polygon" in faults:
        geometry[0] = _bow_tie(geometry[0])
    if "overlapping_polygons" in faults:
        geometry[1] = shapely.buffer(geometry[1], 15.0)
    if "mojibake" in faults:
        fields = [_spoiled(field) if field.name == "XIANGNAME" else field for field in fields]
    write_shapefile(path, geometry, fields, epsg=4548 if "wrong_crs" in faults else EPSG)
    if "no_prj" in faults:
        path.with_suffix(".prj").unlink()


def _bow_tie(polygon: shapely.Geometry) -> shapely.Geometry:
    """Return the polygon with a hole whose outline crosses itself; its outer edge stays as it is."""
    circle = shapely.maximum_inscribed_circle(np.array([polygon]))[0]
    x_m, y_m = shapely.get_coordinates(circle)[0]
    r = 0.4 * float(shapely.length(circle))
    hole = [(x_m - r, y_m - r), (x_m + r, y_m + r), (x_m + r, y_m - r), (x_m - r, y_m + 0.5 * r)]
    return shapely.polygons(
        shapely.get_exterior_ring(shapely.get_geometry(polygon, 0)), [shapely.linearrings(hole)]
    )


def _spoiled(field: DbfField) -> DbfField:
    """Return the field with the text that replacement characters leave when UTF-8 is read as GBK."""
    values = field.values.copy()
    values[: min(3, values.size)] = "锟斤拷锟斤拷"
    return replace(field, values=values)
