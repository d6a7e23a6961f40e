"""A person's act at the command line: open the registry, act under an identity, say what came of it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.output import language, say, say_error, say_json, sentence

if TYPE_CHECKING:
    from registry.model import Context, Outcome
    from registry.store import Registry

HomeOpt = Annotated[
    Path | None,
    typer.Option("--home", help="Folder of results. Default: $TANHUI_HOME, else the only one in var/"),
]
JsonOpt = Annotated[bool, typer.Option("--json", help="Write the answer as JSON")]
IdentityOpt = Annotated[
    str, typer.Option("--as", help="Your identity: the code of a registered party, or the registrar's name")
]
DateOpt = Annotated[
    datetime | None,
    typer.Option("--on", formats=["%Y-%m-%d"], help="The day the act holds for. Default: today"),
]
KeyOpt = Annotated[
    str | None,
    typer.Option(
        "--key", help="Idempotency key; the same key with the same request acts once. Default: a new one"
    ),
]

Act = Callable[["Registry", "Context"], "Outcome"]


def perform(
    act: Act, *, home: Path | None, identity: str, on: datetime | None, key: str | None, as_json: bool
) -> int:
    """Carry out one act in the registry of a home folder and say what it answered."""
    from flows.homes import find_home  # noqa: PLC0415  (keeps --help quick)
    from flows.lock import hold  # noqa: PLC0415
    from flows.workspace import open_registry, utc_now  # noqa: PLC0415
    from registry.model import Context  # noqa: PLC0415

    folder = find_home(home)
    day: date = (on or utc_now()).date()
    context = Context(actor=identity, effective_at=day, key=key or f"person/{secrets.token_hex(12)}")
    with hold(folder), open_registry(folder) as registry:
        outcome = act(registry, context)
    if as_json:
        say_json(
            {"use_case": outcome.use_case, "key": outcome.key, "replayed": outcome.replayed}
            | {"result": dict(outcome.result)}
        )
        return 0
    for name, value in outcome.result.items():
        say(f"{name}: {value}")
    say_error(sentence("identities-asserted", language()))
    return 0
