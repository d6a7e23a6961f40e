"""A manifest names files by role, name and content, never by their folder."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from geodata.errors import DatasetError
from geodata.manifest import build_manifest, parts_of, sha256_of_file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "data"
    place.mkdir()
    for name in ("a.shp", "a.shx", "a.dbf", "a.prj", "a.txt", "ab.dbf", "plots.csv"):
        (place / name).write_bytes(name.encode())
    return place


def files(folder: Path) -> dict[str, Path]:
    return {"parcels": folder / "a.shp", "inventory": folder / "plots.csv"}


def test_all_parts_of_a_shapefile_are_listed(folder: Path) -> None:
    manifest = build_manifest(files(folder))
    assert [(file.role, file.name) for file in manifest.files] == [
        ("inventory", "plots.csv"),
        ("parcels", "a.dbf"),
        ("parcels", "a.prj"),
        ("parcels", "a.shp"),
        ("parcels", "a.shx"),
    ]
    assert manifest.files[0].sha256 == hashlib.sha256(b"plots.csv").hexdigest()
    assert manifest.files[0].size_bytes == 9


def test_a_later_cpg_is_part_of_the_content(folder: Path) -> None:
    before = build_manifest(files(folder)).sha256
    (folder / "a.CPG").write_text("GBK")
    assert parts_of(folder / "a.shp")[0].name == "a.CPG"
    assert build_manifest(files(folder)).sha256 != before


def test_the_folder_and_the_order_do_not_matter(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "elsewhere")
    moved = files(tmp_path / "elsewhere")
    assert build_manifest(dict(reversed(moved.items()))) == build_manifest(files(folder))


@pytest.mark.parametrize("change", ["content", "role", "name"])
def test_content_role_and_name_matter(folder: Path, change: str) -> None:
    chosen = files(folder)
    before = build_manifest(chosen).sha256
    if change == "content":
        chosen["inventory"].write_bytes(b"plots.csw")
    elif change == "role":
        chosen = {"parcels": chosen["parcels"], "prices": chosen["inventory"]}
    else:
        chosen["inventory"] = chosen["inventory"].rename(folder / "plots2.csv")
    assert build_manifest(chosen).sha256 != before


def test_large_files_are_read_in_pieces(tmp_path: Path) -> None:
    content = bytes(range(256)) * 12_289  # three pieces and a rest
    (tmp_path / "big.tif").write_bytes(content)
    assert sha256_of_file(tmp_path / "big.tif") == hashlib.sha256(content).hexdigest()


def test_a_missing_file_is_named_with_its_role(folder: Path) -> None:
    with pytest.raises(DatasetError, match="manifest-file-missing: role=landcover"):
        build_manifest({"landcover.2020": folder / "no.tif"})
