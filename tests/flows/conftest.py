"""A simulated county made once, and the chain without the Prefect engine."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from flows import account, chain, finance, monitor, supervise, tasks, trade, workspace
from flows.simulate import simulate_county

Chain = Callable[..., None]


@pytest.fixture(scope="session")
def simulated_county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a small simulated county."""
    folder = tmp_path_factory.mktemp("county") / "data"
    simulate_county(folder, seed=7, parcels=500)
    return folder


@pytest.fixture(scope="session")
def tiny_county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the smallest simulated county, for what is run many times."""
    folder = tmp_path_factory.mktemp("tiny") / "data"
    simulate_county(folder, seed=7, parcels=150)
    return folder


@pytest.fixture(scope="session")
def plain() -> Callable[[pytest.MonkeyPatch], Chain]:
    """Return what makes the chain a plain function for as long as a patch lasts."""
    return call_bodies


@pytest.fixture
def plain_chain(monkeypatch: pytest.MonkeyPatch) -> Chain:
    """Return the chain as a plain function: the same flows and tasks, their bodies called directly."""
    return call_bodies(monkeypatch)


def call_bodies(monkeypatch: pytest.MonkeyPatch) -> Chain:
    for name in tasks.__all__:
        monkeypatch.setattr(tasks, name, getattr(tasks, name).fn)
    for module in (monitor, account, trade, finance, supervise):
        name = module.__name__.rpartition(".")[2]
        monkeypatch.setattr(chain, name, getattr(module, name).fn)
    body: Chain = chain.chain.fn
    return body


@pytest.fixture
def plain_stage(plain_chain: Chain) -> Callable[[str], Callable[..., Any]]:
    """Return a stage as a plain function, by its name."""
    return partial(getattr, chain)


@pytest.fixture
def crash_after(monkeypatch: pytest.MonkeyPatch) -> Callable[[int | None], list[int]]:
    """Make the registry crash after a number of commits; returns the commits seen."""
    original = workspace.Registry.open
    seen: list[int] = []

    def arm(limit: int | None) -> list[int]:
        seen.clear()

        def after_commit(size: int) -> None:
            seen.append(size)
            if limit is not None and len(seen) >= limit:
                raise SimulatedCrash(size)

        monkeypatch.setattr(workspace.Registry, "open", partial(original, after_commit=after_commit))
        return seen

    return arm


class SimulatedCrash(BaseException):
    """The process was killed; not an Exception, so that nothing can swallow it."""
