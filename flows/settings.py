"""The settings of a machine: the only reader of ``TANHUI_*``.

What a methodology, a run or a programme says does not belong here (see ``docs/architecture.md``); these
values differ from computer to computer and are passed on as arguments.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What this machine says, from the environment."""

    model_config = SettingsConfigDict(env_prefix="TANHUI_", frozen=True, extra="ignore")

    home: Path | None = None
    """Folder of results; ``var/<county>`` when unset."""
    data: Path | None = None
    """Folder of the county's input files."""
    lang: str | None = None
    """``zh-CN`` or ``en``; the locale decides when unset."""
    database_url: str | None = None
    """SQLAlchemy address of the registry; SQLite in the home folder when unset."""
    checkpoint_dir: Path | None = None
    """Where each checkpoint is also written; keep it on another disk. ``<home>/checkpoints`` when unset."""
    key_file: Path | None = None
    """Private key that signs checkpoints; ``<home>/keys/checkpoint.pem`` when unset."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """Least severity written to ``<home>/log.jsonl``."""


def load_settings() -> Settings:
    """Read the settings of this machine."""
    return Settings()


def read_locale() -> str | None:
    """Return the locale the environment names, for example ``zh_CN.UTF-8``."""
    return next(
        (os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), None
    )


def prepare_prefect(home: Path) -> None:
    """Keep Prefect's state under the home folder, and its telemetry off.

    Must run before Prefect is imported. A server named by ``PREFECT_API_URL`` is used as it is.
    """
    folder = home / ".prefect"
    folder.mkdir(parents=True, exist_ok=True)
    defaults = {
        "PREFECT_HOME": str(folder.resolve()),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        # the command line says itself what went wrong; a worker keeps its own level
        "PREFECT_LOGGING_LEVEL": "CRITICAL",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    }
    if not os.environ.get("PREFECT_API_URL"):
        # an ephemeral server lives as long as the command: nothing for it to schedule, nothing to log to
        defaults |= {
            "PREFECT_LOGGING_TO_API_ENABLED": "false",
            "PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED": "false",
            "PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED": "false",
            "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "false",
        }
    for name, value in defaults.items():
        os.environ.setdefault(name, value)
