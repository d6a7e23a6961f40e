"""One flow at a time for a county."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from flows.errors import StageOrderError
from flows.lock import hold

OTHER = """
import sys
from pathlib import Path
from flows.errors import StageOrderError
from flows.lock import hold
try:
    with hold(Path(sys.argv[1])):
        pass
except StageOrderError as error:
    sys.exit(0 if error.rule == "county-locked" else 1)
sys.exit(7)
"""


def other_process(home: Path, root: Path) -> int:
    return subprocess.run([sys.executable, "-c", OTHER, str(home)], cwd=root, check=False).returncode


def test_another_process_is_refused_while_it_is_held(tmp_path: Path, project_root: Path) -> None:
    with hold(tmp_path):
        assert other_process(tmp_path, project_root) == 0
    assert other_process(tmp_path, project_root) == 7


def test_a_stage_shares_the_lock_of_its_chain(tmp_path: Path) -> None:
    with hold(tmp_path), hold(tmp_path):
        assert (tmp_path / ".lock").exists()
    with hold(tmp_path):
        pass


def test_the_lock_goes_with_an_error(tmp_path: Path) -> None:
    with pytest.raises(StageOrderError), hold(tmp_path):
        raise StageOrderError("county-locked", folder=tmp_path)
    with hold(tmp_path):
        assert (tmp_path / ".lock").exists()
