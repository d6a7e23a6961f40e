"""The commands put together, and what becomes of an error: one sentence, one exit code.

Exit codes: 0 done; 1 verification failed or findings of severity error; 2 bad input or usage; 3 a person's
decision is awaited.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer

from flows.cli import (
    chain,
    equations,
    estimate,
    field,
    forecast,
    inspection,
    market,
    methodology,
    parties,
    plan,
    statements,
    zonal,
)
from flows.cli.output import show_error, take_language

EPILOG = (
    "Examples: [bold]tanhui demo[/] · tanhui run xiangyin.toml --data DIR · "
    "tanhui statement list --home var/xiangyin · tanhui tradable --json. "
    "Every command takes --lang zh-CN or --lang en; the locale decides otherwise."
)

app = typer.Typer(
    name="tanhui",
    help="碳汇 forest carbon of a county: monitor - account - trade - finance - supervise "
    "(监测－核算－交易－金融－监管)",
    epilog=EPILOG,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
chain.add_commands(app)
inspection.add_commands(app)
forecast.add_commands(app)
estimate.add_commands(app)
plan.add_commands(app)
zonal.add_commands(app)
app.add_typer(equations.app, name="equations")
app.add_typer(field.app, name="field")
app.add_typer(statements.app, name="statement")
app.add_typer(methodology.app, name="methodology")
app.add_typer(market.rights, name="right")
app.add_typer(market.projects, name="project")
app.add_typer(market.units, name="units")
app.add_typer(parties.parties, name="party")
app.add_typer(inspection.registry_app, name="registry")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and end the process with its exit code."""
    words = take_language(sys.argv[1:] if arguments is None else arguments)
    try:
        code = app(words, standalone_mode=False, prog_name="tanhui")
    except Exception as error:
        sys.exit(show_error(error, words))
    sys.exit(code if isinstance(code, int) else 0)
