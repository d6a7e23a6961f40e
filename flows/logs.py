"""Structured logs: one JSON object a line in ``<home>/log.jsonl``; never a secret, never a person's data."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

import structlog

SECRET_WORDS = ("password", "secret", "token", "private_key", "identity_no")


def mask_secrets(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Replace the values of fields whose name says that they are secret.

    >>> mask_secrets(None, "info", {"event": "x", "api_token": "abc"})["api_token"]
    '***'
    """
    for name in event:
        if any(word in name.lower() for word in SECRET_WORDS):
            event[name] = "***"
    return event


_OPEN: ContextVar[bool] = ContextVar("log_open", default=False)


@contextmanager
def write_log(home: Path, level: str) -> Iterator[None]:
    """Write the log of everything inside to ``<home>/log.jsonl``; a stage inside the chain shares its log."""
    if _OPEN.get():
        yield
        return
    home.mkdir(parents=True, exist_ok=True)
    with (home / "log.jsonl").open("a", encoding="utf-8") as stream:
        structlog.configure(
            processors=[
                structlog.contextvars.merge_contextvars,
                structlog.processors.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                mask_secrets,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
            wrapper_class=structlog.make_filtering_bound_logger(
                logging.getLevelNamesMapping()[level.upper()]
            ),
            logger_factory=structlog.WriteLoggerFactory(file=stream),
            cache_logger_on_first_use=False,
        )
        token = _OPEN.set(True)
        try:
            yield
        finally:
            _OPEN.reset(token)
            structlog.reset_defaults()
