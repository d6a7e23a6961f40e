"""Build the offline bundle: every wheel that ``tanhui`` needs, with its hash.

``make bundle`` runs this. The bundle holds the run-time part of ``requirements.lock`` only, for one platform
and one version of Python, and two short installers that check each hash before anything is installed.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import Marker, default_environment

ROOT = Path(__file__).resolve().parent.parent
ROOT_OF_RUN_TIME = ("tanhui (pyproject.toml)",)

INSTALL_SH = """#!/bin/sh
# Installs tanhui from this folder alone; pip refuses a file whose hash differs.
set -eu
cd "$(dirname "$0")"
${PYTHON:-python3} -m venv "${1:-tanhui-venv}"
export PIP_NO_INDEX=1 PIP_FIND_LINKS=wheels
"${1:-tanhui-venv}/bin/python" -m pip install --require-hashes -r requirements.txt
echo "ready / 已就绪: ${1:-tanhui-venv}/bin/tanhui doctor"
"""

INSTALL_BAT = """@echo off
rem Installs tanhui from this folder alone; pip refuses a file whose hash differs.
cd /d "%~dp0"
set TARGET=%1
if "%TARGET%"=="" set TARGET=tanhui-venv
py -3 -m venv "%TARGET%" || exit /b 1
set PIP_NO_INDEX=1
set PIP_FIND_LINKS=wheels
"%TARGET%\\Scripts\\python" -m pip install --require-hashes -r requirements.txt || exit /b 1
echo ready: %TARGET%\\Scripts\\tanhui doctor
"""


@dataclass(frozen=True)
class Requirement:
    """One entry of the lock file: its lines as they stand, its name and who asks for it."""

    name: str
    lines: tuple[str, ...]
    wanted_by: tuple[str, ...]


def read_lock(text: str) -> list[Requirement]:
    r"""Split the text of a hashed lock file into its entries.

    >>> entry = read_lock("affine==3.0 \\\n    --hash=sha256:00\n    # via rasterio\n")[0]
    >>> entry.name, entry.wanted_by
    ('affine', ('rasterio',))
    """
    entries: list[list[str]] = []
    for line in text.splitlines():
        if line and not line.startswith((" ", "#")):
            entries.append([])
        if entries and line:
            entries[-1].append(line)
    return [_requirement(lines) for lines in entries]


def _requirement(lines: list[str]) -> Requirement:
    name = re.split(r"[=\[ ]", lines[0], maxsplit=1)[0].lower()
    comments = [
        line.strip().lstrip("# ").removeprefix("via").strip() for line in lines if line.lstrip()[0] == "#"
    ]
    kept = tuple(line for line in lines if line.lstrip()[0] != "#")
    return Requirement(name, kept, tuple(word for word in comments if word))


def select_run_time(entries: Iterable[Requirement]) -> list[Requirement]:
    """Return the entries that the product itself needs, directly or through another one."""
    listed = list(entries)
    needed = set(ROOT_OF_RUN_TIME)
    while True:
        found = {entry.name for entry in listed if needed.intersection(entry.wanted_by)} - needed
        if not found:
            return [entry for entry in listed if entry.name in needed]
        needed |= found


def target_environment(platform: str | None, python_version: str) -> dict[str, str]:
    """Return the values that environment markers take on the computer the bundle is for."""
    environment = {name: str(value) for name, value in default_environment().items()}
    environment["python_version"] = python_version
    environment["python_full_version"] = f"{python_version}.0"
    if platform and platform.startswith("win"):
        environment.update(
            {
                "sys_platform": "win32",
                "platform_system": "Windows",
                "os_name": "nt",
                "platform_machine": "AMD64",
            }
        )
    elif platform and platform.startswith("manylinux"):
        environment.update({"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"})
    return environment


def select_platform(entries: Iterable[Requirement], environment: dict[str, str]) -> list[str]:
    """Return the lines of the entries whose marker holds in ``environment``, the marker itself left out.

    pip would test markers on the computer that builds the bundle, which may be another kind.
    """
    lines: list[str] = []
    for entry in entries:
        head, _, marker = entry.lines[0].removesuffix("\\").strip().partition(" ; ")
        if not marker or Marker(marker).evaluate(environment):
            lines += [f"{head} \\", *entry.lines[1:]]
    return lines


def build(target: Path, platform: str | None, python_version: str) -> Path:
    """Build the bundle in ``target``; return the folder.

    Parameters
    ----------
    platform
        pip's name of the platform (``win_amd64``, ``manylinux_2_28_x86_64``); this computer's when None.
    python_version
        For example ``3.11``.
    """
    wheels = target / "wheels"
    shutil.rmtree(target, ignore_errors=True)
    wheels.mkdir(parents=True)
    entries = select_run_time(read_lock((ROOT / "requirements.lock").read_text("utf-8")))
    requirements = target / "requirements.txt"
    lines = select_platform(entries, target_environment(platform, python_version))
    requirements.write_text("\n".join(lines) + "\n", "utf-8")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    command = [*pip, "download", "--no-deps", "--only-binary", ":all:", "--require-hashes", "-d", str(wheels)]
    if platform:
        command += ["--platform", platform, "--python-version", python_version]
    subprocess.run([*command, "-r", str(requirements)], check=True)  # noqa: S603  (fixed command)
    own = [*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", str(wheels), str(ROOT)]
    subprocess.run(own, check=True)  # noqa: S603  (fixed command)
    _finish(target, wheels, requirements)
    return target


def _finish(target: Path, wheels: Path, requirements: Path) -> None:
    own = next(wheels.glob("tanhui-*.whl"))
    version = own.name.split("-")[1]
    digest = hashlib.sha256(own.read_bytes()).hexdigest()
    with requirements.open("a", encoding="utf-8") as stream:
        stream.write(f"tanhui=={version} --hash=sha256:{digest}\n")
    (target / "install.sh").write_text(INSTALL_SH, "utf-8")
    (target / "install.sh").chmod(0o755)
    (target / "install.bat").write_text(INSTALL_BAT.replace("\n", "\r\n"), "utf-8", newline="")
    sums = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(target).as_posix()}"
        for path in sorted(target.rglob("*"))
        if path.is_file()
    ]
    (target / "SHA256SUMS").write_text("\n".join(sums) + "\n", "utf-8")


def main() -> int:
    """Read the command line and build; return the exit code."""
    parser = argparse.ArgumentParser(prog="make bundle", description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "dist" / "bundle")
    parser.add_argument("--platform", help="pip's platform name, e.g. win_amd64; this computer's by default")
    parser.add_argument("--python-version", default=f"{sys.version_info[0]}.{sys.version_info[1]}")
    arguments = parser.parse_args()
    folder = build(arguments.out, arguments.platform, arguments.python_version)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    sys.stdout.write(f"{folder}: {len(list((folder / 'wheels').iterdir()))} wheels, {size / 1e6:.0f} MB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
