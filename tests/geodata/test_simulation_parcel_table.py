"""The attribute table, read and checked with the project's own scheme and rules."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely

from geodata.attributes import check_attributes
from geodata.simulation.landscape import Landscape, build_landscape
from geodata.simulation.parcel_table import parcel_fields, write_parcels
from geodata.simulation.shapefile import DbfField
from geodata.topology import check_topology
from geodata.vector import read_parcels


@pytest.fixture(scope="module")
def land() -> Landscape:
    return build_landscape(11, 300)


@pytest.fixture(scope="module")
def fields(land: Landscape) -> list[DbfField]:
    count = int(land.forest.sum())
    survey: dict[str, Any] = {
        "land_class": np.full(count, "030100"),
        "category": np.full(count, "233"),
        "origin": np.full(count, "21"),
        "forest_class": np.full(count, "022"),
        "species_code": np.full(count, "310"),
        "age_year": np.full(count, 15),
        "age_group": np.full(count, "2"),
        "closure_frac": np.full(count, 0.7),
        "dbh_cm": np.full(count, 13.2),
        "height_m": np.full(count, 10.1),
        "basal_area_m2_per_ha": np.full(count, 18.4),
        "volume_m3_per_ha": np.full(count, 96.5),
        "stems_per_ha": np.full(count, 1_340),
    }
    return parcel_fields(11, land, survey)


def test_the_layer_passes_the_rules_of_the_bureau(
    tmp_path: Path, land: Landscape, fields: list[DbfField]
) -> None:
    write_parcels(tmp_path / "a.shp", land, fields)
    layer = read_parcels(tmp_path / "a.shp", schema="yzt_2020", county_crs="EPSG:4547")
    assert layer.parcel_id.tolist() == land.administration.parcel_id.tolist()
    assert layer.encoding.lower() in {"gbk", "gb18030"}
    found = [*layer.findings, *check_topology("a.shp", layer.parcel_id, layer.geometry, layer.rows)]
    found += check_attributes("a.shp", layer.columns, layer.rows, layer.schema, area_ha=land.area_ha)
    assert found == []


def test_land_without_a_stand_has_no_species(land: Landscape, fields: list[DbfField]) -> None:
    columns = {field.name: field.values for field in fields}
    assert set(columns["YOU_SHI_SZ"][~land.forest].tolist()) == {""}
    assert set(columns["DI_LEI"][land.forest].tolist()) == {"030100"}
    assert "010000" in set(columns["DI_LEI"].tolist())
    assert set(columns["BZ"].tolist()) == {"模拟数据"}
    assert all(len(name) <= 10 for name in columns)


@pytest.mark.parametrize(
    "fault", ["no_prj", "wrong_crs", "mojibake", "invalid_polygon", "overlapping_polygons"]
)
def test_each_fault_is_planted_alone(
    tmp_path: Path, land: Landscape, fields: list[DbfField], fault: str
) -> None:
    path = tmp_path / "a.shp"
    write_parcels(path, land, fields, frozenset({fault}))
    clean = tmp_path / "clean.shp"
    write_parcels(clean, land, fields)
    changed = {
        suffix
        for suffix in (".shp", ".dbf", ".prj")
        if not path.with_suffix(suffix).exists()
        or path.with_suffix(suffix).read_bytes() != clean.with_suffix(suffix).read_bytes()
    }
    expected = {"no_prj": ".prj", "wrong_crs": ".prj", "mojibake": ".dbf"}.get(fault, ".shp")
    assert changed == {expected}


def test_what_the_geometry_faults_do(tmp_path: Path, land: Landscape, fields: list[DbfField]) -> None:
    write_parcels(tmp_path / "a.shp", land, fields, frozenset({"invalid_polygon", "overlapping_polygons"}))
    geometry = pyogrio.read_dataframe(tmp_path / "a.shp", encoding="gbk").geometry.to_numpy()
    assert not shapely.is_valid(geometry[0])
    assert shapely.equals_exact(
        shapely.get_exterior_ring(geometry[0]), shapely.get_exterior_ring(land.geometry[0]), normalize=True
    )
    others = geometry[2:]
    assert shapely.area(shapely.intersection(geometry[1], others)).sum() > 100.0
