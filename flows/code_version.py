"""Which code made a figure: the version and a digest of the source text of the four packages."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import metadata, resources
from importlib.resources.abc import Traversable

PACKAGES = ("flows", "geodata", "mrv", "registry")
SUFFIXES = (".py", ".toml", ".csv", ".typ", ".html", ".jinja")


@cache
def code_version() -> str:
    """Return ``<version>+<first 16 hex digits of the digest of all sources>``.

    Two installations with the same text of code, profiles and tables give the same string, whatever their
    folder, operating system or line ends.
    """
    digest = hashlib.sha256()
    for package in PACKAGES:
        for name, entry in sorted(_walk(resources.files(package), package)):
            content = entry.read_bytes().replace(b"\r\n", b"\n")
            digest.update(f"{name}\0{hashlib.sha256(content).hexdigest()}\n".encode())
    return f"{metadata.version('tanhui')}+{digest.hexdigest()[:16]}"


def _walk(folder: Traversable, prefix: str) -> list[tuple[str, Traversable]]:
    found: list[tuple[str, Traversable]] = []
    for entry in folder.iterdir():
        name = f"{prefix}/{entry.name}"
        if entry.is_dir():
            if entry.name != "__pycache__":
                found.extend(_walk(entry, name))
        elif entry.name.endswith(SUFFIXES):
            found.append((name, entry))
    return found
