"""A dataset is stored under the digest of its values and proves it when it is read."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from geodata.dataset import META, MonitoringDataset, digest_of_table, read_dataset, write_dataset
from geodata.errors import DatasetError
from geodata.findings import Finding
from geodata.manifest import Manifest, ManifestFile
from geodata.tables import Table, make_table


def a_table() -> Table:
    return Table(
        "plots.xlsx[样地]",
        {
            "plot_id": np.array(["0012", "样地2"], dtype=object),
            "campaign_year": np.array([2020, 2025]),
            "slope_deg": np.array([12.5, np.nan]),
            "start_date": np.array(["2020-07-05", ""], dtype=object),
            "geometry": np.array([shapely.Point(1, 2).wkb, b""], dtype=object),
        },
        np.array([2, 4], dtype=np.int64),
    )


@pytest.fixture
def dataset() -> MonitoringDataset:
    return MonitoringDataset(
        county_code="430624",
        as_of=date(2026, 6, 30),
        manifest=Manifest((ManifestFile("inventory", "plots.xlsx", 9, "a" * 64),), "b" * 64),
        tables={"plots": a_table(), "areas": make_table("made", {"area_ha": [1.5, 0.1]})},
        meta={"area_rule": "ellipsoidal", "operation": None, "crs": "EPSG:4547"},
        findings=(Finding("cell-empty", "error", "plots.xlsx[样地]", 4, "坡度(°)", "", {"limit": 1}),),
    )


def test_a_dataset_comes_back_as_it_was(tmp_path: Path, dataset: MonitoringDataset) -> None:
    place = write_dataset(tmp_path, dataset)
    assert place == tmp_path / dataset.digest
    assert sorted(entry.name for entry in place.iterdir()) == ["areas.parquet", "meta.json", "plots.parquet"]
    back = read_dataset(tmp_path, dataset.digest)
    assert (back.county_code, back.as_of, back.manifest) == ("430624", date(2026, 6, 30), dataset.manifest)
    assert (back.meta, back.findings) == (dataset.meta, dataset.findings)
    for name, values in a_table().columns.items():
        found = back.tables["plots"][name]
        assert found.dtype == values.dtype, name
        if values.dtype.kind == "f":
            assert np.array_equal(found, values, equal_nan=True)
        else:
            assert found.tolist() == values.tolist()
    assert back.tables["plots"].rows.tolist() == [2, 4]
    assert back.tables["plots"].source == "plots.xlsx[样地]"


def test_empty_tables_come_back(tmp_path: Path, dataset: MonitoringDataset) -> None:
    empty = make_table("none", {"plot_id": np.array([], dtype=object), "n": np.array([], dtype=np.int64)})
    changed = dataclasses.replace(dataset, tables={"plots": empty})
    write_dataset(tmp_path, changed)
    assert len(read_dataset(tmp_path, changed.digest).tables["plots"]) == 0


def test_writing_twice_changes_nothing(tmp_path: Path, dataset: MonitoringDataset) -> None:
    place = write_dataset(tmp_path, dataset)
    before = {entry.name: (entry.read_bytes(), entry.stat().st_mtime_ns) for entry in place.iterdir()}
    assert write_dataset(tmp_path, dataset) == place
    assert {e.name: (e.read_bytes(), e.stat().st_mtime_ns) for e in place.iterdir()} == before
    assert [entry.name for entry in tmp_path.iterdir()] == [dataset.digest]


def test_the_bytes_are_the_same_each_time(tmp_path: Path, dataset: MonitoringDataset) -> None:
    places = [write_dataset(tmp_path / name, dataset) for name in ("a", "b")]
    for entry in places[0].iterdir():
        assert entry.read_bytes() == (places[1] / entry.name).read_bytes()


def test_what_a_crash_left_is_written_anew(tmp_path: Path, dataset: MonitoringDataset) -> None:
    half = tmp_path / dataset.digest
    half.mkdir()
    (half / "plots.parquet").write_bytes(b"half")
    write_dataset(tmp_path, dataset)
    assert read_dataset(tmp_path, dataset.digest).digest == dataset.digest


def test_every_part_counts_for_the_digest(dataset: MonitoringDataset) -> None:
    table = a_table()
    moved = Table(table.source, table.columns, table.rows + 1)
    others = [
        dataclasses.replace(dataset, county_code="430681"),
        dataclasses.replace(dataset, as_of=date(2026, 7, 1)),
        dataclasses.replace(dataset, meta={**dataset.meta, "area_rule": "planar"}),
        dataclasses.replace(dataset, findings=()),
        dataclasses.replace(dataset, manifest=Manifest((), "c" * 64)),
        dataclasses.replace(dataset, tables={"plots": table}),
        dataclasses.replace(dataset, tables={**dataset.tables, "plots": moved}),
    ]
    assert len({dataset.digest, *(other.digest for other in others)}) == len(others) + 1


@pytest.mark.parametrize("column", list(a_table().columns))
def test_every_value_counts_for_the_digest_of_a_table(column: str) -> None:
    table, changed = a_table(), a_table()
    values = changed.columns[column]
    values[1] = {"geometry": b"x", "campaign_year": 2026, "slope_deg": 0.0}.get(column, "x")
    assert digest_of_table(changed) != digest_of_table(table)


def test_text_is_not_glued_together() -> None:
    one = make_table("t", {"a": ["ab", "c"]})
    two = make_table("t", {"a": ["a", "bc"]})
    assert digest_of_table(one) != digest_of_table(two)


def test_a_changed_value_is_found(tmp_path: Path, dataset: MonitoringDataset) -> None:
    place = write_dataset(tmp_path, dataset)
    stored = pq.read_table(place / "areas.parquet").to_pydict()
    stored["area_ha"][0] = 1.6
    pq.write_table(pa.table(stored), place / "areas.parquet")
    with pytest.raises(DatasetError, match="dataset-changed"):
        read_dataset(tmp_path, dataset.digest)


@pytest.mark.parametrize("field", ["county_code", "meta", "findings"])
def test_a_changed_description_is_found(tmp_path: Path, dataset: MonitoringDataset, field: str) -> None:
    path = write_dataset(tmp_path, dataset) / META
    content = json.loads(path.read_text("utf-8"))
    content[field] = {"county_code": "430681", "meta": {}, "findings": []}[field]
    path.write_text(json.dumps(content), "utf-8")
    with pytest.raises(DatasetError, match="dataset-changed"):
        read_dataset(tmp_path, dataset.digest)


def test_a_missing_dataset_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="dataset-missing: digest=abc"):
        read_dataset(tmp_path, "abc")


@pytest.mark.parametrize("damage", ["meta", "table", "missing"])
def test_a_damaged_dataset_is_refused(tmp_path: Path, dataset: MonitoringDataset, damage: str) -> None:
    place = write_dataset(tmp_path, dataset)
    if damage == "meta":
        (place / META).write_text("{", "utf-8")
    elif damage == "table":
        (place / "plots.parquet").write_bytes(b"PAR1 no more")
    else:
        (place / "plots.parquet").unlink()
    with pytest.raises(DatasetError, match="dataset-unreadable"):
        read_dataset(tmp_path, dataset.digest)


def test_a_number_that_json_does_not_have_is_refused(tmp_path: Path, dataset: MonitoringDataset) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_dataset(tmp_path, dataclasses.replace(dataset, meta={"accuracy_m": float("nan")}))
    assert list(tmp_path.iterdir()) == []
