"""Errors of the generator belong to geodata's tree, and each has its sentences in both languages."""

from __future__ import annotations

import tomllib
from pathlib import Path
from string import Formatter

from geodata.errors import GeodataError
from geodata.simulation.errors import SimulationError


def _names(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_the_tree() -> None:
    error = SimulationError("simulation-seed-negative", seed=-1)
    assert isinstance(error, GeodataError)
    assert (error.rule, error.params) == ("simulation-seed-negative", {"seed": -1})


def test_every_rule_raised_is_in_the_catalogue(project_root: Path) -> None:
    catalogue = tomllib.loads((project_root / "registry/messages/simulation.toml").read_text("utf-8"))
    source = "".join(path.read_text("utf-8") for path in (project_root / "geodata/simulation").glob("*.py"))
    raised = {part.split('"')[1] for part in source.split("SimulationError(")[1:] if part.startswith('"')}
    assert raised == set(catalogue)
    for entry in catalogue.values():
        assert set(entry) == {"zh", "en", "zh_fix", "en_fix"}
        assert _names(entry["zh"]) == _names(entry["en"])
