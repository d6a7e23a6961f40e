"""What every benchmark uses: a row of the table, alternating timings, an environment for a peer.

A benchmark first asserts that both sides give the same answer and only then times them, in turn
(A B A B) in one process, because absolute times drift on a shared machine and their ratio drifts less.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENTS = ROOT / "var" / "bench-env"


@dataclass(frozen=True, slots=True)
class Row:
    """One goal, what was measured for it and whether it is met."""

    id: str
    """Identifier of the goal, e.g. ``B3``; a second measure of one goal takes a letter, ``B3b``."""
    ours: float | None
    """What ours took (or did, where the goal is a rate), in `unit`; None where it could not run."""
    peer: float | None
    """The same of the peer."""
    limit: float | None
    """The same of the least work that any program must do."""
    ratio: float | None
    """How many times better than the peer ours is."""
    aim: str
    """The goal in words."""
    met: bool | None
    """Whether it is met; None where it could not be measured."""
    note: str = ""
    """The peer, the size of the work, the ranges, what was asserted first."""
    unit: str = "s"
    """Unit of `ours`, `peer` and `limit`."""

    def as_dict(self) -> dict[str, Any]:
        """Return the row as plain values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of several runs of one thing."""

    seconds: tuple[float, ...]
    """Wall time of each run [s], in the order they ran."""

    @property
    def median(self) -> float:
        """Median [s]."""
        return statistics.median(self.seconds)

    @property
    def range_text(self) -> str:
        """Median and range as text."""
        return f"{self.median:.4g} s ({min(self.seconds):.4g} to {max(self.seconds):.4g})"


@dataclass(frozen=True, slots=True)
class Alternation:
    """Timings of two things that ran in turn."""

    ours: Timing
    """Ours."""
    peer: Timing
    """The peer's."""

    @property
    def ratio(self) -> float:
        """Median over the pairs of the peer's time to ours [1]."""
        pairs = zip(self.ours.seconds, self.peer.seconds, strict=True)
        return statistics.median(peer / ours for ours, peer in pairs)

    @property
    def note(self) -> str:
        """Both medians with their ranges."""
        return f"ours {self.ours.range_text}, peer {self.peer.range_text}"


def seconds_of(work: Callable[[], object]) -> float:
    """Return the wall time of one run [s]."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def timed(work: Callable[[], object], repeats: int = 5) -> Timing:
    """Return the timings of several runs after one that warms up."""
    work()
    return Timing(tuple(seconds_of(work) for _ in range(repeats)))


def alternate(ours: Callable[[], object], peer: Callable[[], object], repeats: int = 5) -> Alternation:
    """Return the timings of two things run in turn, each warmed up once."""
    ours()
    peer()
    pairs = [(seconds_of(ours), seconds_of(peer)) for _ in range(repeats)]
    return Alternation(Timing(tuple(p[0] for p in pairs)), Timing(tuple(p[1] for p in pairs)))


def peer_python(name: str, requirements: Sequence[str]) -> Path | None:
    """Return the Python of an environment of a peer's own, made once under ``var/bench-env``.

    Parameters
    ----------
    name
        Name of its folder.
    requirements
        What pip installs there, pinned.

    Returns
    -------
    Path or None
        None where it cannot be installed (no network): the row is then written with `met` None.
    """
    folder = ENVIRONMENTS / name
    python = folder / "bin" / "python"
    done = folder / ".ready"
    if done.exists() and done.read_text("utf-8") == "\n".join(requirements):
        return python
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    if subprocess.run([*install, *requirements], check=False).returncode != 0:
        shutil.rmtree(folder, ignore_errors=True)
        return None
    done.write_text("\n".join(requirements), "utf-8")
    return python
