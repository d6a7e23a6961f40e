"""After the field: ``tanhui field check``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from flows.cli.acting import JsonOpt
from flows.cli.output import DONE, FAILED, SHOWN, language, say, say_json, sentence

app = typer.Typer(help="外业 Field: check what came back", no_args_is_help=True)


@app.callback()
def field() -> None:
    """Keep ``check`` a command of its own."""


@app.command("check")
def check(
    workbook: Annotated[
        Path, typer.Argument(help="The clerk's workbook, the CSV of the plots, or a folder of periods")
    ],
    out: Annotated[
        Path | None, typer.Option("--out", help="Where the marked copy goes. Default: beside the workbook")
    ] = None,
    trees: Annotated[Path | None, typer.Option("--trees", help="CSV of the trees")] = None,
    mapping: Annotated[str, typer.Option("--mapping", help="Mapping file")] = "nfi_workbook",
    county: Annotated[
        str | None, typer.Option("--county", help="County file: its mapping, plot design and parcels")
    ] = None,
    data: Annotated[Path | None, typer.Option("--data", help="Folder of the county's files")] = None,
    plan: Annotated[Path | None, typer.Option("--plan", help="plan.json of the campaign")] = None,
    audit: Annotated[Path | None, typer.Option("--audit", help="Workbook of a blind check")] = None,
    rules: Annotated[Path | None, typer.Option("--rules", help="Limits of the blind check (TOML)")] = None,
    plot_area: Annotated[
        float | None, typer.Option("--plot-area", min=1, help="Plot size [m2], if the data do not say it")
    ] = None,
    as_json: JsonOpt = False,
) -> int:
    """Mark findings in a copy of the workbook. Example: tanhui field check plots.xlsx --out MARKED.xlsx."""
    from flows.field_import import check_field  # noqa: PLC0415 (quick --help)
    from flows.field_marking import write_results  # noqa: PLC0415
    from flows.field_records import FieldRequest, check_record  # noqa: PLC0415

    request = FieldRequest(workbook, trees, mapping, county, data, audit, plan, rules, plot_area)
    done = check_field(request)
    marked, summary = write_results(done, out or default_target(workbook))
    record = check_record(done) | {"marked": str(marked), "summary": str(summary)}
    if as_json:
        say_json(record)
    else:
        _show(done, record)
    return FAILED if done.has_errors else DONE


def default_target(workbook: Path) -> Path:
    """Return where the marked copy goes when nobody says.

    Examples
    --------
    >>> default_target(Path("in/plots.csv")).as_posix()
    'in/plots.checked.xlsx'
    """
    ending = workbook.suffix if workbook.suffix.lower() == ".xlsm" else ".xlsx"
    return workbook.with_name(f"{workbook.stem}.checked{ending}")


def _show(done: Any, record: dict[str, Any]) -> None:
    from flows.field_marking import crew_lines  # noqa: PLC0415 (quick --help)

    lang, counts = language(), record["counts"]
    say(sentence("field-result", lang, plots=record["plots"], trees=record["trees"], **counts))
    lines = crew_lines(done, lang)
    for line in lines[: 2 * SHOWN]:
        say(line)
    if len(lines) > 2 * SHOWN:
        say(sentence("field-lines-more", lang, count=len(lines) - 2 * SHOWN))
    for period in record["periods"]:
        say(_period_line(period, lang))
    if record["audit"] is not None:
        for line in _audit_lines(record["audit"], lang):
            say(line)
    say(sentence("field-marked", lang, file=record["marked"]))
    say(sentence("field-summary", lang, file=record["summary"]))


def _period_line(period: dict[str, Any], lang: str) -> str:
    stated = period["mean_m3_per_ha"] is not None
    key = "field-period-per-ha" if stated else "field-period"
    return sentence(key, lang, **{name: value for name, value in period.items() if name != "change"})


def _audit_lines(audit: dict[str, Any], lang: str) -> list[str]:
    lines = [sentence("field-audit", lang, plots=audit["plots"], status=audit["rules"]["status"])]
    for name in ("dbh", "height", "count"):
        kind = audit[name]
        if kind["pairs"]:
            lines.append("  " + sentence(f"field-audit-{name}", lang, **kind))
    error = audit["measurement_error"]
    if error is not None:
        height = "—" if error["height_sd_m"] is None else f"{error['height_sd_m']:.3f}"
        lines.append("  " + sentence("field-audit-error", lang, dbh=error["dbh_sd_cm"], height=height))
    key = "field-audit-passed" if audit["passed"] else "field-audit-failed"
    return [*lines, "  " + sentence(key, lang)]
