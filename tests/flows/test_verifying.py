"""The verdict on a registry, with and without a checkpoint kept outside."""

from __future__ import annotations

import shutil
from pathlib import Path

from flows.verifying import verify_home
from flows.workspace import open_registry


def test_a_new_registry_is_intact(tmp_path: Path) -> None:
    with open_registry(tmp_path):
        pass
    verdict = verify_home(tmp_path)
    assert verdict.findings == ()
    assert verdict.external
    assert verdict.as_json()["intact"] is True
    assert verdict.leaves == 1


def test_a_checkpoint_of_another_registry_is_not_ours(tmp_path: Path) -> None:
    ours, other = tmp_path / "ours", tmp_path / "other"
    for home in (ours, other):
        with open_registry(home):
            pass
    kept = tmp_path / "kept"
    shutil.copytree(other / "checkpoints", kept)
    verdict = verify_home(ours, kept)
    assert verdict.findings != ()
    assert verdict.as_json()["intact"] is False


def test_without_a_checkpoint_outside_the_verdict_says_so(tmp_path: Path) -> None:
    with open_registry(tmp_path):
        pass
    (tmp_path / "checkpoints" / "checkpoint.json").unlink()
    verdict = verify_home(tmp_path)
    assert verdict.findings == ()
    assert not verdict.external
    assert verdict.as_json()["external_checkpoint"] is False
