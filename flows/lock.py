"""One flow at a time for a county: a lock on the home folder that dies with its process."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import IO

from flows.errors import StageOrderError
from flows.logs import write_log

_HELD: ContextVar[frozenset[str]] = ContextVar("held_locks", default=frozenset())


@contextmanager
def hold(home: Path) -> Iterator[None]:
    """Hold the lock of a home folder; a stage inside the chain shares the chain's.

    Raises
    ------
    StageOrderError
        Another process holds it.
    """
    name = str(home.resolve())
    if name in _HELD.get():
        yield
        return
    home.mkdir(parents=True, exist_ok=True)
    with (home / ".lock").open("a+") as stream:
        _take(stream, home)
        token = _HELD.set(_HELD.get() | {name})
        try:
            yield
        finally:
            _HELD.reset(token)


@contextmanager
def at_work(home: Path, log_level: str) -> Iterator[None]:
    """Hold the lock of a home folder and write its log."""
    with hold(home), write_log(home, log_level):
        yield


if sys.platform == "win32":
    import msvcrt

    def _take(stream: IO[str], home: Path) -> None:
        stream.seek(0)
        try:
            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            raise StageOrderError("county-locked", folder=home) from None
else:
    import fcntl

    def _take(stream: IO[str], home: Path) -> None:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StageOrderError("county-locked", folder=home) from None
