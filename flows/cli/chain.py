"""Commands that run the chain or one of its stages."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.cli.output import AWAITED_RULES, AWAITING, language, say, say_error, say_json, sentence
from flows.errors import AwaitingDecision, InputsRefused
from flows.settings import load_settings, prepare_prefect

if TYPE_CHECKING:
    from flows.workspace import Run

COUNTY = typer.Argument(help="The county file (TOML), or the name of a bundled one, e.g. xiangyin.toml")
DATA = typer.Option(
    "--data", help="Folder of the input files. Default: $TANHUI_DATA, else the county file's folder"
)
HOME = typer.Option("--home", help="Folder of results. Default: $TANHUI_HOME, else var/<county>")
AS_OF = typer.Option(
    "--as-of", formats=["%Y-%m-%d"], help="The day the run speaks of. Default: the county file's"
)
JSON = typer.Option("--json", help="Write the summary as JSON to standard output")

CountyArg = Annotated[str, COUNTY]
DataOpt = Annotated[Path | None, DATA]
HomeOpt = Annotated[Path | None, HOME]
AsOfOpt = Annotated[datetime | None, AS_OF]
JsonOpt = Annotated[bool, JSON]

STAGE_HELP = {
    "monitor": "监测: read and check the inputs, measure the parcels, record the dataset",
    "account": "核算: plots to carbon with intervals; make the statements",
    "trade": "交易: rights, project, verified quantity, units, market",
    "finance": "金融: value stock and units, pledge and release",
    "supervise": "监管: invariants, overlaps, duties, findings, the report",
}


def add_commands(app: typer.Typer) -> None:
    """Add ``run``, ``demo`` and the five stages."""
    app.command("run", help="Run the whole chain for a county. Example: tanhui run xiangyin.toml --data DIR")(
        run
    )
    app.command("demo", help="Make the simulated county and run the whole chain on it")(demo)
    for stage, text in STAGE_HELP.items():
        app.command(stage, help=f"{text}. Example: tanhui {stage} xiangyin.toml --data DIR")(
            _stage_command(stage)
        )


def _stage_command(stage: str) -> Any:
    def command(
        county: CountyArg,
        data: DataOpt = None,
        home: HomeOpt = None,
        as_of: AsOfOpt = None,
        as_json: JsonOpt = False,
    ) -> int:
        return start(stage, county, data=data, home=home, as_of=as_of, as_json=as_json)

    return command


def run(
    county: CountyArg,
    data: DataOpt = None,
    home: HomeOpt = None,
    as_of: AsOfOpt = None,
    as_json: JsonOpt = False,
) -> int:
    """Run the whole chain."""
    return start("chain", county, data=data, home=home, as_of=as_of, as_json=as_json)


def demo(
    data: Annotated[Path, typer.Option("--data", help="Where the simulated county's files go")] = Path(
        "var/xiangyin-data"
    ),
    home: Annotated[Path, HOME] = Path("var/xiangyin"),
    seed: Annotated[int, typer.Option(help="Seed of the generator")] = 7,
    parcels: Annotated[int, typer.Option(min=100, help="Number of sub-compartments")] = 1200,
) -> int:
    """Simulate the county unless it is there, then run the chain."""
    from flows.cli.display import Display  # noqa: PLC0415  (keeps --help quick)
    from flows.progress import advance, listen, report  # noqa: PLC0415
    from flows.simulate import simulate_county  # noqa: PLC0415

    chosen = language()
    if not (data / "README.txt").exists():
        with ExitStack() as stack:
            stack.enter_context(listen(stack.enter_context(Display(chosen))))
            step = stack.enter_context(report("simulate", "simulate"))
            simulate_county(data, seed=seed, parcels=parcels, progress=lambda _, __, of: advance(1, of))
            step.note = str(data)
    return start("chain", "xiangyin.toml", data=data, home=home, as_of=None, as_json=False)


def start(
    stage: str,
    county: str,
    *,
    data: Path | None,
    home: Path | None,
    as_of: datetime | None,
    as_json: bool,
) -> int:
    """Run a stage or the chain through Prefect, show what came of it, return the exit code."""
    from flows.workspace import open_run  # noqa: PLC0415  (keeps --help quick)

    day = as_of.date() if as_of else None
    run = open_run(county, data=data, home=home, as_of=day, lang=language())
    prepare_prefect(run.home)
    from flows.cli.display import Display  # noqa: PLC0415  (Prefect reads its settings on import)
    from flows.entry import call_stage  # noqa: PLC0415
    from flows.progress import listen  # noqa: PLC0415

    parameters = _parameters(county, run.data, run.home, day, run.lang)
    awaited: AwaitingDecision | None = None
    before = _journal_size(run.home)
    with ExitStack() as stack:
        stack.enter_context(listen(stack.enter_context(Display(run.lang))))
        try:
            call_stage(stage, parameters)
        except AwaitingDecision as decision:
            awaited = decision
        except InputsRefused as refused:
            _mark_refused(run, refused)
            raise
    _show_result(run.home, run.lang, as_json)
    if not as_json:
        say(_changes(run.home, run.lang, before))
    if awaited is not None:
        say_error(sentence(awaited.rule, run.lang, **awaited.params))
        return AWAITING
    return 0


def _mark_refused(run: Run, refused: InputsRefused) -> None:
    """Put a marked copy of the inventory's workbook into the home folder, if it is what was refused."""
    from flows.field_marking import mark_refused  # noqa: PLC0415  (keeps --help quick)

    marked = mark_refused(run, refused.findings)
    if marked is not None:
        say_error(sentence("field-marked", run.lang, file=marked))


def _parameters(county: str, data: Path, home: Path, as_of: date | None, lang: str) -> dict[str, Any]:
    return {"county": county, "data": str(data), "home": str(home), "as_of": as_of, "lang": lang}


def _journal_size(home: Path) -> int:
    from flows.workspace import open_registry  # noqa: PLC0415  (keeps --help quick)
    from registry.queries import journal  # noqa: PLC0415

    if not (home / "registry.sqlite").exists() and load_settings().database_url is None:
        return 0
    with open_registry(home) as registry:
        return journal(registry).tree_size


def _changes(home: Path, lang: str, before: int) -> str:
    """Return how many rows were written since the journal had a size, and the content hash."""
    from flows.workspace import open_registry  # noqa: PLC0415  (keeps --help quick)
    from registry.queries import content_hash, journal_entries  # noqa: PLC0415

    with open_registry(home) as registry:
        rows = sum(entry["row_count"] for entry in journal_entries(registry) if entry["leaf_index"] >= before)
        digest = content_hash(registry)[:16]
    key = "run-changed" if rows else "run-unchanged"
    return sentence(key, lang, rows=rows, hash=digest)


def _show_result(home: Path, lang: str, as_json: bool) -> None:
    from flows.results import list_places, load_summary  # noqa: PLC0415  (keeps --help quick)

    if as_json:
        say_json(load_summary(home))
        return
    summary = load_summary(home)
    for label, place in list_places(home):
        say(f"{sentence(label, lang)}: {place}")
    for rule in summary.get("stage_reasons", {}).values():
        if rule not in AWAITED_RULES:
            say(sentence(rule, lang))
    if summary.get("demonstration"):
        say(sentence("demonstration-programme", lang))
    say(sentence("identities-asserted", lang))
