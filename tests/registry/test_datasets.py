"""Monitoring datasets by their digest."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest

from registry import queries
from registry.datasets import record_dataset
from registry.errors import RuleViolation
from registry.model import DatasetRecord, FileRecord
from registry.store import Registry

FILES = (FileRecord("plots", "plots.xlsx", 10, "e" * 64), FileRecord("parcels", "xiaoban.shp", 20, "f" * 64))
DATASET = DatasetRecord("b" * 64, "430624", date(2026, 1, 1), "a" * 64, FILES, simulated=True)


def test_a_dataset_is_recorded_with_its_files(registry: Registry, chain: SimpleNamespace) -> None:
    assert record_dataset(registry, chain.context("S", "k"), DATASET).result["known"] is False
    found = queries.datasets(registry, "430624")
    assert [file["name"] for file in found[0]["files"]] == ["xiaoban.shp", "plots.xlsx"]
    assert queries.datasets(registry, "000000") == []


def test_the_same_dataset_is_written_once(registry: Registry, chain: SimpleNamespace) -> None:
    record_dataset(registry, chain.context("S", "k"), DATASET)
    assert record_dataset(registry, chain.context("S", "k2"), DATASET).result["known"] is True
    assert queries.row_counts(registry)["dataset_file"] == 2


def test_digests_are_checked(registry: Registry, chain: SimpleNamespace) -> None:
    with pytest.raises(RuleViolation, match="not-a-sha256: name=dataset_sha256"):
        record_dataset(registry, chain.context("S", "k"), replace(DATASET, dataset_sha256="b"))
    bad = replace(DATASET, files=(FileRecord("plots", "plots.xlsx", 10, "E" * 64),))
    with pytest.raises(RuleViolation, match=r"not-a-sha256: name=plots\.xlsx"):
        record_dataset(registry, chain.context("S", "k"), bad)
