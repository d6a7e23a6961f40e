"""What a person sees while the chain runs: stages, steps and their counts.

A flow reports through :func:`report`; the command line listens with a terminal display, a server does not.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol


class Listener(Protocol):
    """Whoever shows the progress of a run."""

    def start(self, stage: str, step: str, total: int | None) -> None:
        """Take note that a step began; ``total`` units of work, if known."""

    def advance(self, amount: int, total: int | None = None) -> None:
        """Take note that ``amount`` units of the present step are done, of ``total`` if that is known."""

    def finish(self, stage: str, step: str, seconds: float, note: str) -> None:
        """Take note that a step ended."""


class Silent:
    """A listener that shows nothing."""

    def start(self, stage: str, step: str, total: int | None) -> None:
        """Show nothing."""

    def advance(self, amount: int, total: int | None = None) -> None:
        """Show nothing."""

    def finish(self, stage: str, step: str, seconds: float, note: str) -> None:
        """Show nothing."""


class Step:
    """A step under way."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self.note = ""

    def advance(self, amount: int = 1, total: int | None = None) -> None:
        """Count ``amount`` units of work as done, of ``total`` if that is known."""
        self._listener.advance(amount, total)


_STEP: ContextVar[Step | None] = ContextVar("progress_step", default=None)
_LISTENER: ContextVar[Listener | None] = ContextVar("progress_listener", default=None)


def advance(amount: int = 1, total: int | None = None) -> None:
    """Count work of the step under way as done; say its total with the first call, if it is known."""
    step = _STEP.get()
    if step is not None:
        step.advance(amount, total)


def someone_listens() -> bool:
    """Return whether the progress goes to anybody."""
    return _LISTENER.get() is not None


@contextmanager
def listen(listener: Listener) -> Iterator[None]:
    """Send the progress of everything inside to ``listener``."""
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)


@contextmanager
def report(stage: str, step: str, total: int | None = None) -> Iterator[Step]:
    """Report one step of a stage; set ``note`` on what it yields to say what came of it."""
    listener = _LISTENER.get() or Silent()
    began = time.monotonic()
    listener.start(stage, step, total)
    current = Step(listener)
    token = _STEP.set(current)
    try:
        yield current
    finally:
        _STEP.reset(token)
    listener.finish(stage, step, time.monotonic() - began, current.note)
