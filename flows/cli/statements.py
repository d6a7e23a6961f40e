"""核查 Commands on statements: list, show, verify, reject, recompute, report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.acting import DateOpt, HomeOpt, IdentityOpt, JsonOpt, KeyOpt, perform
from flows.cli.output import DONE, FAILED, language, say, say_error, say_json, sentence

app = typer.Typer(help="核查 Statements: list, show, verify, reject, recompute, report", no_args_is_help=True)
StatementArg = Annotated[str, typer.Argument(help="Id of the statement (tanhui statement list)")]


@app.command("list")
def list_statements(home: HomeOpt = None, as_json: JsonOpt = False) -> int:
    """List the statements of the registry. Example: tanhui statement list --home var/xiangyin."""
    from flows.homes import find_home  # noqa: PLC0415  (keeps --help quick)
    from flows.workspace import open_registry  # noqa: PLC0415
    from registry.queries import statements  # noqa: PLC0415

    with open_registry(find_home(home)) as registry:
        rows = statements(registry)
    if as_json:
        say_json(rows)
        return 0
    for row in rows:
        period = f"{row['period_start']}..{row['period_end']}"
        claim = f"{row['claim_tco2e']:>10,} t CO2e"
        say(f"{row['statement_id']}  {row['kind']:<17} {period}  {claim}  {row['status']}")
    return 0


@app.command("show")
def show(
    statement: StatementArg,
    home: HomeOpt = None,
    audit: Annotated[bool, typer.Option("--audit", help="Its self-audit page alone, in words")] = False,
) -> int:
    """Show a statement as it was signed and sealed (JSON). Example: tanhui statement show ST-…."""
    from flows.homes import find_home  # noqa: PLC0415  (keeps --help quick)
    from flows.workspace import open_registry  # noqa: PLC0415
    from registry.queries import statement as find_statement  # noqa: PLC0415

    with open_registry(find_home(home)) as registry:
        row = find_statement(registry, statement)
    del row["canonical"]
    lang = language()
    told = [
        {
            "check": item["check"],
            "verdict": item["verdict"],
            "sentence": sentence(item["check"], lang, **item["params"]),
        }
        for item in row["content"].get("audit", ())
    ]
    if audit:
        for line in told:
            say(f"{sentence('verdict-' + line['verdict'], lang)}  {line['sentence']}")
        return 0
    say_json({**row, "self_audit": told})
    return 0


@app.command("verify")
def verify(
    statement: StatementArg,
    identity: IdentityOpt,
    quantity: Annotated[
        int, typer.Option("--quantity", min=0, help="Quantity verified [t CO2e]; 0 for a stock")
    ],
    opinion: Annotated[str, typer.Option("--opinion", help="The opinion in words")],
    home: HomeOpt = None,
    on: DateOpt = None,
    key: KeyOpt = None,
    as_json: JsonOpt = False,
) -> int:
    """Verify a statement you did not make. Example: tanhui statement verify ST-… --quantity 9 --as VVB …."""
    from registry.statements import verify_statement  # noqa: PLC0415  (keeps --help quick)

    return perform(
        lambda registry, context: verify_statement(registry, context, statement, quantity, opinion),
        home=home, identity=identity, on=on, key=key, as_json=as_json,
    )  # fmt: skip


@app.command("reject")
def reject(
    statement: StatementArg,
    identity: IdentityOpt,
    reason: Annotated[str, typer.Option("--reason", help="Why; it is kept")],
    home: HomeOpt = None,
    on: DateOpt = None,
    key: KeyOpt = None,
    as_json: JsonOpt = False,
) -> int:
    """Reject a statement for good. Example: tanhui statement reject ST-… --reason "…" --as VVB."""
    from registry.statements import reject_statement  # noqa: PLC0415  (keeps --help quick)

    return perform(
        lambda registry, context: reject_statement(registry, context, statement, reason),
        home=home, identity=identity, on=on, key=key, as_json=as_json,
    )  # fmt: skip


@app.command("recompute")
def recompute(statement: StatementArg, home: HomeOpt = None, as_json: JsonOpt = False) -> int:
    """Compute a statement again from the home folder; exit 1 if a byte differs. Example: … recompute ST-…."""
    from dataclasses import asdict  # noqa: PLC0415  (keeps --help quick)

    from flows.homes import find_home  # noqa: PLC0415
    from flows.recompute import recompute as compute_again  # noqa: PLC0415

    lang = language()
    found = compute_again(find_home(home), statement, lang)
    if as_json:
        say_json({**asdict(found), "identical": found.identical})
        return DONE if found.identical else FAILED
    if found.code_version != found.code_version_now:
        versions = {"before": found.code_version, "now": found.code_version_now}
        say_error(sentence("recompute-other-code", lang, **versions))
    if found.identical:
        say(sentence("recompute-identical", lang, statement_id=statement, digest=found.digest))
        return DONE
    for item in found.differences:
        say(sentence("recompute-line", lang, place=item.place, stored=item.stored, again=item.again))
    say(sentence("recompute-differs", lang, statement_id=statement, count=len(found.differences)))
    return FAILED


@app.command("report")
def report(
    statement: StatementArg,
    out: Annotated[Path | None, typer.Option("--out", help="File to write. Default: standard output")] = None,
    home: HomeOpt = None,
) -> int:
    """Write the draft report under the methodology's own headings. Example: tanhui statement report ST-…."""
    from flows.homes import find_home  # noqa: PLC0415  (keeps --help quick)
    from flows.monitoring_report import report_text  # noqa: PLC0415
    from flows.recompute import stored_statement  # noqa: PLC0415

    sealed, profile = stored_statement(find_home(home), statement)
    content = report_text(sealed, profile, language())
    if out is None:
        say(content)
    else:
        out.write_text(content, "utf-8", newline="\n")
        say(str(out))
    return DONE
