"""A monitoring dataset: checked tables with their findings, stored under the digest of their content.

A dataset is a folder ``<digest>/``: one Parquet file for each table, and ``meta.json``. It is written beside
its place and moved there in one step, so that a crash leaves either all of it or nothing. The digest is over
the values, not over the bytes of the files: another version of the Parquet library changes nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geodata.errors import DatasetError
from geodata.findings import Finding
from geodata.manifest import Manifest, ManifestFile
from geodata.tables import Table

META: Final = "meta.json"
SCHEMA: Final = "tanhui/dataset/1"


@dataclass(frozen=True, slots=True)
class MonitoringDataset:
    """What the monitor stage found, ready for the account stage."""

    county_code: str
    """Code of the county."""
    as_of: date
    """Day the run speaks of."""
    manifest: Manifest
    """The files it was made from."""
    tables: Mapping[str, Table]
    """Name -> checked table."""
    meta: Mapping[str, Any]
    """Further facts as plain JSON values: rules, coordinate systems, operations used."""
    findings: tuple[Finding, ...]
    """What the checks saw."""

    @property
    def digest(self) -> str:
        """SHA-256 over the canonical form of everything, 64 hexadecimal digits."""
        return hashlib.sha256(_canonical(_content(self)).encode("utf-8")).hexdigest()


def write_dataset(folder: Path, dataset: MonitoringDataset) -> Path:
    """Store a dataset; return its folder. One that is there already is left as it is.

    Parameters
    ----------
    folder
        Folder of all datasets; this one goes into ``folder/<digest>``.
    dataset
        What is to be stored.
    """
    digest = dataset.digest
    target = folder / digest
    if (target / META).exists():
        return target
    beside = folder / f".{digest}.{os.getpid()}"
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    for name, table in dataset.tables.items():
        _write_parquet(beside / f"{name}.parquet", table)
    (beside / META).write_text(_canonical(_content(dataset)), "utf-8")
    shutil.rmtree(target, ignore_errors=True)
    beside.replace(target)
    return target


def read_dataset(folder: Path, digest: str) -> MonitoringDataset:
    """Read a dataset back and prove that it is the one asked for.

    Raises
    ------
    DatasetError
        It is not there, or its content does not give the digest.
    """
    place = folder / digest
    if not (place / META).is_file():
        raise DatasetError("dataset-missing", digest=digest, folder=str(folder))
    try:
        content = json.loads((place / META).read_text("utf-8"))
        tables = {
            name: _read_parquet(place / f"{name}.parquet", entry["source"])
            for name, entry in content["tables"].items()
        }
        dataset = MonitoringDataset(
            county_code=content["county_code"],
            as_of=date.fromisoformat(content["as_of"]),
            manifest=_manifest(content["manifest"]),
            tables=tables,
            meta=content["meta"],
            findings=tuple(Finding(**entry) for entry in content["findings"]),
        )
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise DatasetError("dataset-unreadable", digest=digest, reason=str(error)) from error
    if dataset.digest != digest:
        raise DatasetError("dataset-changed", digest=digest, found=dataset.digest)
    return dataset


def _manifest(content: Mapping[str, Any]) -> Manifest:
    return Manifest(tuple(ManifestFile(**entry) for entry in content["files"]), content["sha256"])


def _content(dataset: MonitoringDataset) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "county_code": dataset.county_code,
        "as_of": dataset.as_of.isoformat(),
        "manifest": {
            "sha256": dataset.manifest.sha256,
            "files": [asdict(file) for file in dataset.manifest.files],
        },
        "meta": dict(dataset.meta),
        "findings": [asdict(finding) for finding in dataset.findings],
        "tables": {
            name: {"source": table.source, "rows": len(table), "sha256": digest_of_table(table)}
            for name, table in sorted(dataset.tables.items())
        },
    }


def _canonical(value: Any) -> str:
    return json.dumps(
        value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=dict
    )


def digest_of_table(table: Table) -> str:
    """Return the SHA-256 over the values of a table, column by column."""
    digest = hashlib.sha256()
    for name in sorted(table.columns):
        values = table.columns[name]
        digest.update(f"{name}\0{_kind(values)}\0{values.size}\n".encode())
        digest.update(_value_bytes(values))
    digest.update(table.rows.astype("<i8").tobytes())
    return digest.hexdigest()


def _kind(values: NDArray[Any]) -> str:
    if values.dtype.kind == "O":
        return "bytes" if values.size and isinstance(values[0], bytes) else "text"
    return {"i": "integer", "u": "integer", "f": "float", "b": "integer"}[values.dtype.kind]


def _value_bytes(values: NDArray[Any]) -> bytes:
    kind = _kind(values)
    if kind == "float":
        return np.where(np.isnan(values), np.nan, values).astype("<f8").tobytes()
    if kind == "integer":
        return values.astype("<i8").tobytes()
    pieces = [value if isinstance(value, bytes) else str(value).encode("utf-8") for value in values]
    lengths = np.array([len(piece) for piece in pieces], dtype="<i8").tobytes()
    return lengths + b"".join(pieces)


def _write_parquet(path: Path, table: Table) -> None:
    import pyarrow as pa  # noqa: PLC0415 - slow to import
    import pyarrow.parquet as pq  # noqa: PLC0415

    types = {"text": pa.string(), "bytes": pa.binary(), "integer": pa.int64(), "float": pa.float64()}
    arrays = [pa.array(values, types[_kind(values)], from_pandas=False) for values in table.columns.values()]
    names = [*table.columns, "source_row"]
    pq.write_table(pa.table([*arrays, pa.array(table.rows)], names=names), path, compression="zstd")


def _read_parquet(path: Path, source: str) -> Table:
    import pyarrow.parquet as pq  # noqa: PLC0415 - slow to import

    found = pq.read_table(path)
    columns = {name: found.column(name) for name in found.column_names if name != "source_row"}
    arrays = {
        name: column.to_numpy()
        if str(column.type) in {"int64", "double"}
        else np.array(column.to_pylist(), dtype=object)
        for name, column in columns.items()
    }
    return Table(source, arrays, found.column("source_row").to_numpy())
