"""What this computer has, what it lacks, and what that costs: ``tanhui doctor``."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

OUR_PACKAGES = ("flows", "geodata", "mrv", "registry")
State = Literal["ok", "missing", "wrong"]


@dataclass(frozen=True)
class Check:
    """One thing looked at."""

    name: str
    """Key of the catalogue: ``doctor-<name>``."""
    state: State
    """``ok``; ``missing`` (something works less well); ``wrong`` (must be mended)."""
    detail: str


def check_python() -> Check:
    """Look at the version of Python."""
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Check("python", "ok" if sys.version_info >= (3, 11) else "wrong", version)


def check_package_names() -> Check:
    """Look whether another distribution ships a package under one of our four names."""
    owners = metadata.packages_distributions()
    foreign = sorted(
        {f"{name} ({owner})" for name in OUR_PACKAGES for owner in owners.get(name, []) if owner != "tanhui"}
    )
    return Check("names", "wrong" if foreign else "ok", ", ".join(foreign) or ", ".join(OUR_PACKAGES))


def check_cjk_font() -> Check:
    """Look for a font with Chinese characters."""
    from registry.reports.fonts import find_cjk_font  # noqa: PLC0415  (matplotlib is slow to import)

    font = find_cjk_font()
    return Check("font", "ok" if font else "missing", str(font or ""))


def check_postgres() -> Check:
    """Look for a PostgreSQL server; SQLite serves without one."""
    servers = [str(path) for path in sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))]
    found = (servers or [shutil.which("postgres") or ""])[0]
    driver = importlib.util.find_spec("psycopg") is not None
    return Check("postgres", "ok" if found and driver else "missing", found)


def check_chromium() -> Check:
    """Look for Chromium, which only the browser tests need."""
    found = next((path for name in ("chromium", "google-chrome") if (path := shutil.which(name))), None)
    return Check("chromium", "ok" if found else "missing", found or "")


def check_home(home: Path | None) -> Check:
    """Look whether results can be written, and whether there is a registry already."""
    folder = home or Path("var")
    existing = next((parent for parent in (folder, *folder.parents) if parent.exists()), Path())
    probe = existing / ".tanhui-write-probe"
    try:
        probe.touch()
        probe.unlink()
    except OSError as error:
        return Check("home", "wrong", f"{existing}: {error.strerror}")
    registries = sorted(str(path) for path in folder.rglob("registry.sqlite")) if folder.exists() else []
    return Check("home", "ok", "; ".join(registries) or str(folder))


def examine(home: Path | None = None) -> list[Check]:
    """Run every check."""
    checks: tuple[Callable[[], Check], ...] = (
        check_python,
        check_package_names,
        lambda: check_home(home),
        check_cjk_font,
        check_postgres,
        check_chromium,
    )
    return [check() for check in checks]
