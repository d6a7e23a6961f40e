"""Before the field: ``tanhui plan``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from flows.cli.acting import JsonOpt
from flows.cli.output import language, say, say_json, sentence

EXAMPLE = (
    "样地布设: sample size, allocation, plot positions, field sheets and workbook. "
    "Example: tanhui plan xiangyin.toml --data DIR --precision 0.1 --seed 7 --out var/plan"
)


def add_commands(app: typer.Typer) -> None:
    """Add ``plan``."""
    app.command("plan", help=EXAMPLE)(plan)


def plan(
    county: Annotated[str | None, typer.Argument(help="County file; or else name --parcels")] = None,
    out: Annotated[Path, typer.Option("--out", help="Folder of the results")] = Path("var/plan"),
    data: Annotated[Path | None, typer.Option("--data", help="Folder of the county's files")] = None,
    parcels: Annotated[Path | None, typer.Option("--parcels", help="A layer of parcels instead")] = None,
    schema: Annotated[str | None, typer.Option("--schema", help="Its scheme, e.g. yzt_2020")] = None,
    crs: Annotated[str | None, typer.Option("--crs", help="Projected system; default the layer's")] = None,
    strata_field: Annotated[
        str | None, typer.Option("--strata-field", help="Its field whose codes are the strata")
    ] = None,
    precision: Annotated[
        float, typer.Option("--precision", help="Half-width of the interval over the mean, 0.1 is 10 %")
    ] = 0.10,
    level: Annotated[float, typer.Option("--level", min=0.5, max=0.999, help="Confidence level")] = 0.90,
    plot_area: Annotated[float, typer.Option("--plot-area", min=1, help="Size of a plot [m2]")] = 666.67,
    reserve: Annotated[float, typer.Option("--reserve", min=0, max=1, help="Share of reserve plots")] = 0.10,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the draw; it is recorded")] = 1,
    method: Annotated[str, typer.Option("--method", help="balanced or systematic")] = "balanced",
    border: Annotated[
        float, typer.Option("--border", min=0, help="Least distance from the parcel's border [m]")
    ] = 0.0,
    spacing: Annotated[
        float | None, typer.Option("--spacing", help="Least distance between plots [m]; default: no overlap")
    ] = None,
    teams: Annotated[int, typer.Option("--teams", min=1, help="Teams that share the plots")] = 1,
    year: Annotated[int | None, typer.Option("--year", help="Year of the campaign")] = None,
    prior: Annotated[
        str | None,
        typer.Option("--prior", help="File (stratum, mean, sd), or one coefficient of variation, e.g. 0.5"),
    ] = None,
    existing: Annotated[
        Path | None, typer.Option("--existing", help="Workbook or CSV of permanent plots that stay")
    ] = None,
    as_json: JsonOpt = False,
) -> int:
    """Plan a survey and write everything a crew carries."""
    from flows.planning import PlanRequest, make_plan  # noqa: PLC0415  (keeps --help quick)
    from flows.workspace import utc_now  # noqa: PLC0415
    from geodata.sampling_points import METHODS  # noqa: PLC0415

    if method not in METHODS:
        raise typer.BadParameter(f"--method {method}: {', '.join(METHODS)}")
    request = PlanRequest(
        out=out, county=county, data=data, parcels=parcels, schema=schema, crs=crs,
        strata_field=strata_field, precision=precision, level=level, plot_area_m2=plot_area,
        reserve_frac=reserve, seed=seed, method=method,  # type: ignore[arg-type]  # checked above
        border_m=border, spacing_m=spacing, teams=teams, year=year, prior=prior, existing=existing,
        day=utc_now().date(),
    )  # fmt: skip
    content = make_plan(request)
    if as_json:
        say_json(content)
    else:
        _show(content, out)
    return 0


def _show(content: dict[str, Any], out: Path) -> None:
    lang, sample = language(), content["sample"]
    width = f"{sample['expected_relative_half_width']:.1%}"
    say(sentence("plan-result", lang, n=sample["n"], width=width, level=f"{content['target']['level']:.0%}"))
    plots = content["plots"]
    say(sentence("plan-plots", lang, **{name: plots[name] for name in ("existing", "new", "reserve")}))
    for stratum, number in sample["allocation"].items():
        area = content["ground"]["strata_area_ha"][stratum]
        say(f"  {stratum}  {number} + {sample['reserve'][stratum]}  ({area:,.1f} ha)")
    prior = content["prior"]
    say(sentence(f"plan-prior-{prior['status']}", lang, source=prior["source"]))
    if content["existing_left_out"]:
        say(sentence("plan-existing-left-out", lang, count=content["existing_left_out"]))
    for name, made in content["files"].items():
        say(f"{out / name}" if made else sentence("plan-file-not-made", lang, file=name))
    say(f"{out / 'plan.json'}")
