"""Commands that look: what is tradable, whether the registry is intact, what this computer lacks."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from flows.cli.acting import HomeOpt, JsonOpt
from flows.cli.output import FAILED, language, say, say_error, say_json, sentence

STATES = ("issued", "tradable", "listed", "in_trade", "pledged", "frozen", "retired", "cancelled")
registry_app = typer.Typer(help="登记簿 The registry: prove that it is intact", no_args_is_help=True)


def add_commands(app: typer.Typer) -> None:
    """Add ``tradable``, ``simulate`` and ``doctor``."""
    app.command("tradable", help="可交易量: units by state. Example: tanhui tradable --json")(tradable)
    app.command(
        "simulate",
        help="模拟: make a simulated county. Example: tanhui simulate --seed 7 --parcels 1200 --out DIR",
    )(simulate)
    app.command("doctor", help="检查: what this computer has and lacks. Example: tanhui doctor")(doctor)


def tradable(home: HomeOpt = None, as_json: JsonOpt = False) -> int:
    """Show the units of the registry by state, and why the rest is not tradable."""
    from flows.homes import find_home  # noqa: PLC0415  (keeps --help quick)
    from flows.workspace import open_registry  # noqa: PLC0415
    from registry.queries import units_by_state  # noqa: PLC0415

    with open_registry(find_home(home)) as registry:
        states = units_by_state(registry)
    if as_json:
        say_json(asdict(states))
        return 0
    for name in STATES:
        say(f"{name:>10}: {getattr(states, name):>12,} t CO2e")
    for lot in states.lots:
        say(f"{lot.lot}: {lot.tradable:,} t CO2e  {', '.join(lot.serials)}")
        for reason in lot.reasons:
            say(f"    – {reason['serials']}  {reason['state']}  {reason['held_by']}")
    return 0


@registry_app.command("verify")
def verify(
    home: HomeOpt = None,
    checkpoint: Annotated[
        Path | None,
        typer.Option(
            "--checkpoint", help="Folder of the checkpoint kept outside. Default: <home>/checkpoints"
        ),
    ] = None,
    as_json: JsonOpt = False,
) -> int:
    """Hash everything again and compare; exit 1 on any difference. Example: tanhui registry verify."""
    from flows.homes import find_home  # noqa: PLC0415  (keeps --help quick)
    from flows.verifying import verify_home  # noqa: PLC0415
    from registry.messages import render  # noqa: PLC0415

    chosen = language()
    result = verify_home(find_home(home), checkpoint)
    if as_json:
        say_json(result.as_json())
        return FAILED if result.findings else 0
    if not result.external:
        say_error(sentence("verify-no-external", chosen))
    for finding in result.findings:
        say_error(f"· {render(finding, chosen)}")
    if result.findings:
        say_error(sentence("verify-failed", chosen, count=len(result.findings)))
        return FAILED
    say(sentence("verify-ok", chosen, leaves=result.leaves, root=result.root))
    return 0


def simulate(
    out: Annotated[Path, typer.Option("--out", help="Folder to write; it must be empty or absent")],
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same county")] = 7,
    parcels: Annotated[int, typer.Option("--parcels", min=100, help="Number of sub-compartments")] = 1200,
    as_json: JsonOpt = False,
) -> int:
    """Make a simulated county, marked as such everywhere."""
    from flows.cli.display import Display  # noqa: PLC0415  (keeps --help quick)
    from flows.progress import advance, listen, report  # noqa: PLC0415
    from flows.simulate import simulate_county  # noqa: PLC0415

    with Display(language()) as display, listen(display), report("simulate", "simulate"):
        summary = simulate_county(out, seed=seed, parcels=parcels, progress=lambda _, __, of: advance(1, of))
    if as_json:
        say_json(asdict(summary))
    else:
        say(str(out))
    return 0


def doctor(home: HomeOpt = None, as_json: JsonOpt = False) -> int:
    """Say what this computer has, what it lacks and what that costs."""
    from flows.doctor import examine  # noqa: PLC0415  (keeps --help quick)

    chosen = language()
    checks = examine(home)
    if as_json:
        say_json([{"name": check.name, "state": check.state, "detail": check.detail} for check in checks])
    else:
        marks = {"ok": "✓", "missing": "–", "wrong": "✗"}
        for check in checks:
            say(f"{marks[check.state]} {sentence(f'doctor-{check.name}', chosen)}  {check.detail}")
            if check.name == "font" and check.state != "ok":
                say(f"  → {sentence('doctor-install-font', chosen)}")
    return FAILED if any(check.state == "wrong" for check in checks) else 0
