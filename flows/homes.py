"""Which home folder a command means, when it speaks to a registry that is there already."""

from __future__ import annotations

from pathlib import Path

from flows.errors import CountyFileError
from flows.settings import load_settings

DEFAULT_ROOT = Path("var")


def find_home(given: Path | None) -> Path:
    """Return the home folder: the one given, the machine's, else the only one under ``var/``.

    Raises
    ------
    CountyFileError
        There is no registry, or more than one to choose from.
    """
    settings = load_settings()
    chosen = given or settings.home
    if chosen is not None:
        if settings.database_url is None and not (chosen / "registry.sqlite").exists():
            raise CountyFileError("home-not-found", folder=chosen)
        return chosen
    homes = sorted(path.parent for path in DEFAULT_ROOT.glob("*/registry.sqlite"))
    if not homes:
        raise CountyFileError("home-not-found", folder=DEFAULT_ROOT)
    if len(homes) > 1:
        raise CountyFileError("home-ambiguous", folders=", ".join(str(home) for home in homes))
    return homes[0]
