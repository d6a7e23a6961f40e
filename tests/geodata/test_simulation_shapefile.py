"""The shapefile: GBK without a word about it, fixed widths, and the geometry unchanged."""

from __future__ import annotations

from pathlib import Path
from struct import unpack

import numpy as np
import pyogrio
import pytest
import shapely

from geodata.simulation.shapefile import DbfField, dbf_bytes, write_shapefile

SQUARES = np.array([shapely.box(380_000 + 10 * i, 3_160_000, 380_008 + 10 * i, 3_160_008) for i in range(3)])
FIELDS = (
    DbfField("XIAN", 6, np.array(["430624", "430624", "430624"])),
    DbfField("MIAN_JI", 12, np.array([1.23456, 20.0, 0.5]), 4),
    DbfField("XIANGNAME", 20, np.array(["示范乡镇01", "示范乡镇02", ""])),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write_shapefile(tmp_path / "a.shp", SQUARES, FIELDS, epsg=4547)
    return tmp_path / "a.shp"


def test_nothing_declares_the_encoding(path: Path) -> None:
    assert sorted(item.suffix for item in path.parent.iterdir()) == [".dbf", ".prj", ".shp", ".shx"]
    assert path.with_suffix(".dbf").read_bytes()[29] == 0


def test_it_is_read_back_with_gbk_and_spoiled_without(path: Path) -> None:
    frame = pyogrio.read_dataframe(path, encoding="gbk")
    assert frame["XIANGNAME"].tolist()[:2] == ["示范乡镇01", "示范乡镇02"]
    assert frame["XIAN"].tolist() == ["430624"] * 3
    assert frame["MIAN_JI"].tolist() == [1.2346, 20.0, 0.5]
    assert frame.crs.to_epsg() == 4547
    assert shapely.equals(frame.geometry.to_numpy(), SQUARES).all()
    assert pyogrio.read_dataframe(path)["XIANGNAME"].tolist()[0] != "示范乡镇01"


def test_the_table_has_the_layout_of_dbase_iii() -> None:
    content = dbf_bytes(FIELDS)
    version, year, month, day, count, header, record = unpack("<4BIHH", content[:12])
    assert (version, count, header, record) == (3, 3, 32 + 32 * 3 + 1, 1 + 6 + 12 + 20)
    assert (year, month, day) == (126, 1, 1)
    assert len(content) == header + 3 * record + 1
    assert content[header : header + record] == b" 430624" + b"      1.2346" + "示范乡镇01".encode(
        "gbk"
    ).ljust(20)
