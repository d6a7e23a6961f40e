"""Which files went in, by their content: the manifest.

A file is named by its role and name, never by its folder, so that the same inputs on another computer have
the same manifest. All parts of a shapefile are listed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from geodata.errors import DatasetError

CHUNK: Final = 1 << 20
SHAPEFILE_PARTS: Final = (".shp", ".shx", ".dbf", ".prj", ".cpg")


@dataclass(frozen=True, slots=True, order=True)
class ManifestFile:
    """One input file by its content."""

    role: str
    """What the run uses it for, e.g. ``landcover.2025``."""
    name: str
    """File name without its folder."""
    size_bytes: int
    """Size [byte]."""
    sha256: str
    """SHA-256 of the content, 64 hexadecimal digits."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """All input files of a run."""

    files: tuple[ManifestFile, ...]
    """Sorted by role and name."""
    sha256: str
    """SHA-256 over the canonical JSON of `files`."""


def sha256_of_file(path: Path) -> str:
    """Return the SHA-256 of a file's content, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(CHUNK):
            digest.update(piece)
    return digest.hexdigest()


def parts_of(path: Path) -> list[Path]:
    """Return a file with those that belong to it: the parts of a shapefile, the file itself else."""
    if path.suffix.lower() != ".shp":
        return [path]
    stem = path.with_suffix("")
    found = {
        entry.name: entry
        for entry in path.parent.iterdir()
        if entry.stem == stem.name and entry.suffix.lower() in SHAPEFILE_PARTS
    }
    return [found[name] for name in sorted(found)]


def build_manifest(files: Mapping[str, Path]) -> Manifest:
    """Return the manifest of the files of a run.

    Parameters
    ----------
    files
        Role -> path.

    Raises
    ------
    DatasetError
        A file is not there.
    """
    found = []
    for role, path in files.items():
        if not path.is_file():
            raise DatasetError("manifest-file-missing", role=role, file=str(path))
        found += [
            ManifestFile(role, part.name, part.stat().st_size, sha256_of_file(part))
            for part in parts_of(path)
        ]
    listed = tuple(sorted(found))
    text = json.dumps([asdict(file) for file in listed], sort_keys=True, ensure_ascii=False)
    return Manifest(listed, hashlib.sha256(text.encode("utf-8")).hexdigest())
