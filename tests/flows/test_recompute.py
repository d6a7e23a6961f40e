"""A statement computed again gives the same bytes, from the home folder alone and on another processor."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from flows import recompute as module
from flows.cli.app import main
from flows.errors import StageOrderError
from flows.recompute import compare, recompute
from flows.steps.sources import COUNTY_FILE, sources_folder
from flows.workspace import open_registry
from geodata.dataset import MonitoringDataset, read_dataset
from geodata.errors import DatasetError
from geodata.tables import Table
from mrv.statement import Statement
from mrv.statement_items import Note
from registry.queries import statement as find_statement
from registry.queries import statements


@pytest.fixture(scope="module")
def home(
    plain: Callable[[pytest.MonkeyPatch], Callable[..., None]],
    tiny_county: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """Return the home of a finished run whose inputs are gone."""
    folder = tmp_path_factory.mktemp("recompute")
    data = folder / "data"
    shutil.copytree(tiny_county, data)
    with pytest.MonkeyPatch.context() as patch:
        plain(patch)("xiangyin.toml", str(data), str(folder / "home"), None, "en")
    shutil.rmtree(data)
    return folder / "home"


def ids(home: Path) -> dict[str, str]:
    with open_registry(home) as registry:
        return {row["kind"]: row["statement_id"] for row in statements(registry)}


def stored(home: Path, statement_id: str) -> Statement:
    with open_registry(home) as registry:
        return Statement.from_canonical(find_statement(registry, statement_id)["content"])


@pytest.mark.parametrize("kind", ["county_stock", "project_removals"])
def test_the_same_bytes_without_the_inputs(home: Path, kind: str) -> None:
    found = recompute(home, ids(home)[kind])
    told = [f"{item.place}: {item.stored} -> {item.again}" for item in found.differences]
    assert found.identical, "\n".join(told)
    assert found.digest_again == found.digest
    assert found.code_version == found.code_version_now


def elsewhere(dataset: MonitoringDataset) -> MonitoringDataset:
    """Return the dataset as another machine might hold it: rows in another order, floats a bit off."""
    rng = np.random.default_rng(5)

    def moved(name: str, table: Table) -> Table:
        order = (
            rng.permutation(len(table)) if name in {"trees", "plots", "parcels", "rights"} else slice(None)
        )
        columns = {
            key: np.nextafter(values[order], np.inf) if values.dtype.kind == "f" else values[order]
            for key, values in table.columns.items()
        }
        return Table(table.source, columns, table.rows[order], table.headings)

    tables = {name: moved(name, table) for name, table in dataset.tables.items()}
    return replace(dataset, tables=tables)


@pytest.mark.parametrize("kind", ["county_stock", "project_removals"])
def test_the_last_bit_and_the_order_of_rows_do_not_matter(
    home: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = stored(home, ids(home)[kind]).dataset_sha256

    class SameDigest(MonitoringDataset):
        @property
        def digest(self) -> str:
            return real

    def read(folder: Path, digest: str) -> MonitoringDataset:
        other = elsewhere(read_dataset(folder, digest))
        return SameDigest(
            other.county_code, other.as_of, other.manifest, other.tables, other.meta, other.findings
        )

    monkeypatch.setattr(module, "read_dataset", read)
    found = recompute(home, ids(home)[kind])
    told = [f"{item.place}: {item.stored} -> {item.again}" for item in found.differences]
    assert found.identical, "\n".join(told)


def test_a_difference_is_named_by_its_place(home: Path) -> None:
    first = stored(home, ids(home)["project_removals"])
    lines = list(first.lines)
    lines[2] = replace(lines[2], value=lines[2].value - 1.0)
    extra = Note("zero-plots-kept", {"count": 1, "n": 2})
    again = replace(first, lines=tuple(lines), notes=(*first.notes, extra))
    found = compare("ST-x", first, again)
    assert not found.identical
    places = [item.place for item in found.differences]
    assert f"lines [{lines[2].term}] value" in places
    assert any(place.startswith("notes [zero-plots-kept") for place in places)
    assert len(places) == 2


def test_other_code_is_said_and_not_counted(home: Path) -> None:
    first = stored(home, ids(home)["project_removals"])
    other = replace(first, header=replace(first.header, code_version="9.9.9+other"))
    found = compare("ST-x", first, other)
    assert found.identical
    assert [(item.place, item.stored, item.again) for item in found.differences] == []


def test_the_command_says_so(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = ids(home)["project_removals"]
    with pytest.raises(SystemExit) as ended:
        main(["statement", "recompute", name, "--home", str(home), "--lang", "en"])
    assert ended.value.code == 0
    assert "the same bytes" in capsys.readouterr().out
    with pytest.raises(SystemExit) as ended:
        main(["statement", "recompute", name, "--home", str(home), "--json"])
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert answer["identical"] is True
    assert answer["differences"] == []


def test_the_command_ends_with_1_where_a_line_differs(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    name = ids(home)["project_removals"]
    first = stored(home, name)
    bent = replace(first, notes=first.notes[1:])
    monkeypatch.setattr(module, "_again", lambda *_: bent)
    with pytest.raises(SystemExit) as ended:
        main(["statement", "recompute", name, "--home", str(home), "--lang", "zh-CN"])
    assert ended.value.code == 1
    assert "1 处不同" in capsys.readouterr().out


def test_the_draft_report_of_a_registered_statement(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = ids(home)["project_removals"]
    with pytest.raises(SystemExit) as ended:
        main(
            [
                "statement",
                "report",
                name,
                "--home",
                str(home),
                "--lang",
                "zh-CN",
                "--out",
                str(tmp_path / "mr.md"),
            ]
        )
    assert ended.value.code == 0
    assert capsys.readouterr().out.strip() == str(tmp_path / "mr.md")
    written = (tmp_path / "mr.md").read_text("utf-8")
    assert "### 6.6 项目净清除量" in written
    assert f"{stored(home, name).claim_tco2e:,}" in written
    with pytest.raises(SystemExit):
        main(["statement", "report", name, "--home", str(home), "--lang", "zh-CN"])
    assert capsys.readouterr().out.strip() == written.strip()


def test_what_is_not_there_or_was_changed(home: Path, tmp_path: Path) -> None:
    copy = tmp_path / "home"
    shutil.copytree(home, copy)
    name = ids(copy)["project_removals"]
    folder = sources_folder(copy, stored(copy, name).manifest_sha256)
    county = folder / COUNTY_FILE
    text = county.read_text("utf-8")
    county.write_text(text + "\n# changed\n", "utf-8")
    with pytest.raises(StageOrderError, match="recompute-source-changed"):
        recompute(copy, name)
    county.unlink()
    with pytest.raises(StageOrderError, match="recompute-source-missing"):
        recompute(copy, name)
    county.write_text(text, "utf-8")
    shutil.rmtree(copy / "datasets")
    with pytest.raises(DatasetError, match="dataset-missing"):
        recompute(copy, name)


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("county", "folder", "kinds"),
    [
        ("bartlett.toml", "bartlett_bef", {"county_stock", "project_removals"}),
        ("bighorn.toml", "fiesta_wyoming", {"county_stock"}),
    ],
)
def test_real_statements_too(
    plain_chain: Callable[..., None],
    real_data: Path,
    tmp_path: Path,
    county: str,
    folder: str,
    kinds: set[str],
) -> None:
    plain_chain(county, str(real_data / folder), str(tmp_path), None, "en")
    found = ids(tmp_path)
    assert set(found) == kinds
    assert all(recompute(tmp_path, name).identical for name in found.values())
