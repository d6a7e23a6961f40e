"""What a run leaves in the home folder, by name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

PLACES = (
    ("place-report-html", "report.html"),
    ("place-report-pdf", "report.pdf"),
    ("place-map", "map.png"),
    ("place-geopackage", "parcels.gpkg"),
    ("place-csv", "parcels.csv"),
    ("place-summary", "summary.json"),
    ("place-registry", "registry.sqlite"),
    ("place-checkpoint", "checkpoints/checkpoint.json"),
)


def list_places(home: Path) -> list[tuple[str, Path]]:
    """Return (catalogue key, path) of each result that is there."""
    return [(key, home / name) for key, name in PLACES if (home / name).exists()]


def load_summary(home: Path) -> dict[str, Any]:
    """Return the content of ``summary.json``; an empty one where there is none yet."""
    path = home / "summary.json"
    if not path.exists():
        return {}
    content: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return content
