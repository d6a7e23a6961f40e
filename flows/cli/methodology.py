"""方法学 Commands on methodologies: show, diff, check, confirm, and the pages of the documentation."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.acting import DateOpt, HomeOpt, IdentityOpt, JsonOpt, KeyOpt, perform
from flows.cli.output import DONE, FAILED, language, say, say_json, sentence

app = typer.Typer(help="方法学 Methodologies: show, diff, check, confirm, pages", no_args_is_help=True)
ProfileArg = Annotated[str, typer.Argument(help="Id of a methodology (tanhui methodology list)")]
ConfirmedOpt = Annotated[
    Path | None,
    typer.Option("--home", help="Folder of results whose registry's confirmations count; none without it"),
]


@app.command("list")
def list_profiles(as_json: JsonOpt = False) -> int:
    """List the methodologies there are. Example: tanhui methodology list."""
    from flows.methodology import overview  # noqa: PLC0415  (keeps --help quick)

    rows = overview()
    if as_json:
        say_json(rows)
        return DONE
    lang = language()
    for row in rows:
        say(f"{row['id']:<20} {row['open']:>3}  {row['zh' if lang.startswith('zh') else 'en']}")
    return DONE


@app.command("show")
def show(profile: ProfileArg, home: ConfirmedOpt = None, as_json: JsonOpt = False) -> int:
    """Show every value with its source, clause and status. Example: tanhui methodology show demo."""
    from flows.methodology import confirmed_rows, described, page  # noqa: PLC0415  (keeps --help quick)
    from mrv.profile import load  # noqa: PLC0415

    found = load(profile)
    if as_json:
        say_json(described(found, confirmed_rows(home, found)))
        return DONE
    say(page(found, language(), confirmed_rows(home, found)))
    return DONE


@app.command("diff")
def diff(
    first: ProfileArg,
    second: Annotated[str, typer.Argument(help="Another one, or a later version")],
    as_json: JsonOpt = False,
) -> int:
    """Show where two methodologies differ. Example: tanhui methodology diff ar-cm-001-v01 ccer-14-001-v01."""
    from flows.methodology import difference_lines  # noqa: PLC0415  (keeps --help quick)
    from mrv.methodology.compare import differences  # noqa: PLC0415
    from mrv.profile import load  # noqa: PLC0415

    found = differences(load(first), load(second))
    if as_json:
        say_json([item.as_json() for item in found])
        return DONE
    for line in difference_lines(found, language()):
        say(line)
    return DONE


@app.command("check")
def check(profile: ProfileArg, home: ConfirmedOpt = None, as_json: JsonOpt = False) -> int:
    """List what is missing and unconfirmed; exit 1 unless fit for registration. Example: … check demo."""
    from flows.methodology import confirmed_rows, readiness, readiness_lines  # noqa: PLC0415
    from mrv.profile import load  # noqa: PLC0415

    found = load(profile)
    state = readiness(found, confirmed_rows(home, found))
    if as_json:
        say_json(state)
    else:
        for line in readiness_lines(found, state, language()):
            say(line)
    return DONE if state["ready"] else FAILED


@app.command("confirm")
def confirm(
    profile: ProfileArg,
    name: Annotated[
        str,
        typer.Argument(
            help="Name of the value, e.g. risk_deduction, condition:patch, biomass_factors.csv:310"
        ),
    ],
    identity: IdentityOpt,
    clause: Annotated[str, typer.Option("--clause", help="Clause of the official text it was read in")],
    evidence: Annotated[
        Path, typer.Option("--evidence", exists=True, dir_okay=False, help="The text or page that was read")
    ],
    seen: Annotated[
        str | None, typer.Option("--seen", help="Digest of the value you looked at (methodology show --json)")
    ] = None,
    note: Annotated[str, typer.Option("--note", help="A remark")] = "",
    home: HomeOpt = None,
    on: DateOpt = None,
    key: KeyOpt = None,
    as_json: JsonOpt = False,
) -> int:
    """Confirm a value against the official text. Example: … confirm demo tenure --clause 2 --as VVB."""
    from flows.methodology import confirmation_request  # noqa: PLC0415  (keeps --help quick)
    from registry.confirmations import confirm_value  # noqa: PLC0415

    request = confirmation_request(profile, name, clause=clause, evidence=evidence, seen=seen, note=note)
    return perform(
        lambda registry, context: confirm_value(registry, context, request),
        home=home, identity=identity, on=on, key=key, as_json=as_json,
    )  # fmt: skip


@app.command("pages")
def pages(
    out: Annotated[Path, typer.Option("--out", help="Folder of the pages")] = Path("docs/methodologies"),
) -> int:
    """Write one page for each methodology in each language. Example: tanhui methodology pages."""
    from flows.methodology import write_pages  # noqa: PLC0415  (keeps --help quick)

    count = write_pages(out)
    say(sentence("methodology-pages", language(), count=count, folder=out))
    return DONE
