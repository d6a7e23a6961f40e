"""The gate: install what the tests need, run every check, list what was skipped and why.

Run by ``make test``. On Debian as root the missing system packages are installed; elsewhere each one is
named with its install command, and the tests that need it are skipped and listed at the end. A skip whose
reason does not name a missing means is a failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
JUNIT = ROOT / "var" / "junit.xml"


@dataclass(frozen=True)
class Means:
    """Something of the machine's that some tests need."""

    name: str
    present: Callable[[], bool]
    debian: str
    other: str


def has_postgres() -> bool:
    """Return whether a PostgreSQL server with PostGIS can be started here."""
    if os.environ.get("TANHUI_TEST_POSTGRES_URL"):
        return True
    servers = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return bool(servers or shutil.which("initdb")) and has_postgis()


def has_postgis() -> bool:
    """Return whether the PostGIS extension is installed beside the server."""
    return any(Path("/usr/share/postgresql").glob("*/extension/postgis.control")) or bool(
        shutil.which("shp2pgsql")
    )


def has_chromium() -> bool:
    """Return whether Chromium is installed."""
    return any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))


def has_poppler() -> bool:
    """Return whether the text of a PDF can be read."""
    return shutil.which("pdftotext") is not None


def has_cjk_font() -> bool:
    """Return whether a font with Chinese characters is installed."""
    if not shutil.which("fc-list"):
        return any(Path("/usr/share/fonts").rglob("*CJK*"))
    listing = subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True, check=False)
    return bool(listing.stdout.strip())


MEANS = (
    Means(
        "postgres",
        has_postgres,
        "postgresql-15-postgis-3",
        "PostgreSQL 15+ with PostGIS (initdb on the PATH)",
    ),
    Means("chromium", has_chromium, "chromium", "Chromium (chromium on the PATH)"),
    Means("poppler", has_poppler, "poppler-utils", "the poppler tools (pdftotext on the PATH)"),
    Means("cjk", has_cjk_font, "fonts-noto-cjk", "a CJK font, for example Noto Sans CJK SC"),
)


def debian_package(name: str) -> str:
    """Return the PostGIS package of this Debian release; other names are the same in all of them."""
    if not name.startswith("postgresql-"):
        return name
    found = subprocess.run(
        ["apt-cache", "search", "--names-only", "^postgresql-[0-9]+-postgis-3$"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.split()
    packages = [word for word in found if word.startswith("postgresql-") and word.endswith("-postgis-3")]
    return packages[-1] if packages else name


def install_means() -> None:
    """Install what is missing where that is allowed, and name it where it is not."""
    missing = [means for means in MEANS if not means.present()]
    if not missing:
        return
    if Path("/etc/debian_version").exists() and os.geteuid() == 0:
        say("installing for the tests: " + ", ".join(means.name for means in missing))
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=False, env=environment)
        names = [debian_package(means.debian) for means in missing]
        subprocess.run(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *names],
            check=False,
            env=environment,
            stdout=subprocess.DEVNULL,
        )
    for means in missing:
        if not means.present():
            say(f"missing: {means.name}. Install {means.other}; on Debian: apt-get install {means.debian}")


def say(text: str) -> None:
    """Write one line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def run_step(title: str, command: list[str]) -> bool:
    """Run one check; return whether it passed."""
    start = time.monotonic()
    say(f"== {title}")
    passed = subprocess.run(command, cwd=ROOT, check=False).returncode == 0
    say(f"   {'ok' if passed else 'FAILED'} ({time.monotonic() - start:.0f} s)")
    return passed


def read_outcomes() -> tuple[int, int, list[tuple[str, str]]]:
    """Return (passed, failed, skipped tests with their reasons) of the test run."""
    if not JUNIT.exists():
        return 0, 1, []
    passed = failed = 0
    skipped: list[tuple[str, str]] = []
    for case in ET.parse(JUNIT).getroot().iter("testcase"):  # noqa: S314  (our own file)
        name = f"{case.get('classname')}::{case.get('name')}"
        skip = case.find("skipped")
        if skip is not None:
            skipped.append((name, skip.get("message") or ""))
        elif case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        else:
            passed += 1
    return passed, failed, skipped


def unexcused(skipped: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the skips whose reason does not name a means that is missing here."""
    absent = {f"missing: {means.name}" for means in MEANS if not means.present()}
    if os.environ.get("TANHUI_NO_REAL_DATA") == "1":
        absent.add("real data not found")
    return [(name, why) for name, why in skipped if not any(word in why for word in absent)]


def main() -> int:
    """Run the gate; return the exit code."""
    install_means()
    JUNIT.parent.mkdir(parents=True, exist_ok=True)
    JUNIT.unlink(missing_ok=True)
    workers = str(min(4, os.cpu_count() or 1))
    steps = [
        ("format", [str(BIN / "ruff"), "format", "--check", "--quiet", "."]),
        ("lint", [str(BIN / "ruff"), "check", "--quiet", "."]),
        ("types", [str(BIN / "mypy"), "--no-error-summary"]),
        ("import contracts", [str(BIN / "lint-imports"), "--no-cache"]),
        (
            "tests",
            [
                sys.executable,
                "-m",
                "pytest",
                "-q",
                "-n",
                workers,
                "--dist",
                "loadfile",
                f"--junitxml={JUNIT}",
            ],
        ),
    ]
    failures = [title for title, command in steps if not run_step(title, command)]
    passed, failed, skipped = read_outcomes()
    for name, why in skipped:
        say(f"skipped: {name}: {why}")
    wrong = unexcused(skipped)
    for name, _ in wrong:
        say(f"skipped although the machine has what it needs: {name}")
    if failures:
        say("failed: " + ", ".join(failures))
    say(f"{passed} passed, {failed} failed, {len(skipped)} skipped")
    return 1 if failures or wrong else 0


if __name__ == "__main__":
    sys.exit(main())
