"""Fixtures that every package's tests share."""

from __future__ import annotations

import itertools
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import create_engine, make_url, text

# a slow machine is no defect; a failing example is printed so that it can be played again
settings.register_profile("tanhui", deadline=None, print_blob=True)
settings.load_profile("tanhui")
_NUMBERS = itertools.count()
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def project_root() -> Path:
    """Return the root of the source tree."""
    return ROOT


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Return the folder of the real data sets, or say plainly that it is missing."""
    folder = Path(os.environ.get("TANHUI_TEST_DATA") or ROOT.parent / "shared" / "data")
    if folder.is_dir():
        return folder
    message = (
        f"real data not found at {folder}: set TANHUI_TEST_DATA, or TANHUI_NO_REAL_DATA=1 to skip by name"
    )
    if os.environ.get("TANHUI_NO_REAL_DATA") == "1":
        pytest.skip(message)
    pytest.fail(message)


POSTGRES_INSTALL = "apt-get install -y --no-install-recommends postgresql-15-postgis-3"


def _postgres_bin() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _run_as_postgres(command: list[str]) -> None:
    prefix = ["runuser", "-u", "postgres", "--"] if os.name == "posix" and os.geteuid() == 0 else []
    subprocess.run([*prefix, *command], check=True, capture_output=True, cwd="/")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Give the URL of a private PostgreSQL cluster; TANHUI_TEST_POSTGRES_URL names another."""
    given = os.environ.get("TANHUI_TEST_POSTGRES_URL")
    if given:
        yield given
        return
    binaries = _postgres_bin()
    if binaries is None:
        pytest.skip(f"missing: postgres ({POSTGRES_INSTALL})")
    folder = Path(tempfile.mkdtemp(prefix="tanhui-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    port = _free_port()
    data, log = str(folder / "data"), str(folder / "log")
    _run_as_postgres(
        [
            f"{binaries}/initdb",
            "-D",
            data,
            "-A",
            "trust",
            "-U",
            "tanhui",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
        ]
    )
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    _run_as_postgres([f"{binaries}/pg_ctl", "-D", data, "-l", log, "-o", options, "-w", "start"])
    try:
        yield f"postgresql+psycopg://tanhui@127.0.0.1:{port}/postgres"
    finally:
        _run_as_postgres([f"{binaries}/pg_ctl", "-D", data, "-m", "immediate", "stop"])
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_database(postgres_server: str) -> Iterator[str]:
    """Give the URL of an empty database of the private cluster."""
    url = make_url(postgres_server)
    name = f"tanhui_chain_{os.getpid()}_{next(_NUMBERS)}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield url.set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()
