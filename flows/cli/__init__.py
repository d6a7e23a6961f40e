"""The command line ``tanhui``. Heavy modules are imported inside the commands: ``--help`` is quick."""

from __future__ import annotations

from flows.cli.app import app, main

__all__ = ["app", "main"]
