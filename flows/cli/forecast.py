"""预测 `tanhui forecast`: what a county's project is expected to remove; ex-ante, never issued."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.cli.acting import JsonOpt
from flows.cli.chain import CountyArg, DataOpt
from flows.cli.output import language, say, say_json, sentence

if TYPE_CHECKING:
    from flows.steps.forecasting import ProjectForecast
    from mrv.forecast import ForecastRow, Stands

SHOWN_EVERY = 5
"""A person is shown the first and every fifth year; files and JSON have all."""


def add_commands(app: typer.Typer) -> None:
    """Add ``forecast``."""
    app.command(
        "forecast",
        help="预测: expected removals of the project by year, from growth fitted to its two campaigns; "
        "ex-ante, never issued. Example: tanhui forecast xiangyin.toml --data DIR --years 20 --out DIR",
    )(forecast)


def forecast(
    county: CountyArg,
    data: DataOpt = None,
    years: Annotated[int, typer.Option("--years", min=1, max=100, help="Years to look ahead")] = 20,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for forecast.csv and forecast.png")
    ] = None,
    as_json: JsonOpt = False,
) -> int:
    """Forecast the removals of the project; nothing is recorded."""
    from flows.steps.forecasting import forecast_project  # noqa: PLC0415  (keeps --help quick)
    from flows.workspace import open_run  # noqa: PLC0415

    lang = language()
    run = open_run(county, data=data, lang=lang)
    found = forecast_project(run, years)
    written = [] if out is None else _write(found, out, simulated=run.county.county.simulated)
    if as_json:
        say_json(_record(found, lang))
        return 0
    _show(found, lang)
    if written:
        say(sentence("forecast-written", lang, files=written))
    return 0


def _show(found: ProjectForecast, lang: str) -> None:
    result = found.result
    mark = sentence("forecast-mark", lang)
    say(mark)
    for line in _growth_lines(found, lang):
        say(line)
    heading = {"campaign": result.campaign, "level": f"{result.level * 100:.0f} %"}
    say(sentence("forecast-heading", lang, **heading))
    say(sentence("forecast-columns", lang))
    for row in result.of("project"):
        ahead = row.year - result.campaign
        if ahead == 1 or ahead % SHOWN_EVERY == 0:
            say(_row_line(row))
    say(sentence("forecast-assumes", lang))
    say(mark)


def _row_line(row: ForecastRow) -> str:
    yearly, total = row.removals.value_tco2e, row.cumulated
    interval = f"{total.low_tco2e:,.0f} … {total.high_tco2e:,.0f}"
    return f"{row.year}  {yearly:>16,.0f}  {total.value_tco2e:>18,.0f}   {interval}"


def _growth_lines(found: ProjectForecast, lang: str) -> list[str]:
    lines = []
    last = max(row.year for row in found.result.rows) - found.result.campaign
    for item in found.result.stands:
        lines.append(_growth_line(item, lang))
        fit = item.model.fit
        oldest = max(item.age_year.tolist()) + last
        if fit is not None and oldest > fit.age_range_year[1]:
            high = fit.age_range_year[1]
            lines.append(
                sentence("forecast-beyond", lang, stratum=item.stratum, age=round(oldest, 1), high=high)
            )
    for tried in found.tried:
        reason = sentence(tried.rule, lang, **dict(tried.params))
        lines.append(sentence("forecast-tried", lang, stratum=tried.stratum, form=tried.form, reason=reason))
    return lines


def _growth_line(item: Stands, lang: str) -> str:
    growth = _growth(item)
    parameters = ", ".join(f"{name} = {value:.4g}" for name, value in growth["parameters"].items())
    said = {"stratum": item.stratum, "form": growth["form"], "parameters": parameters}
    if growth["n_plots"] is None:
        return sentence("forecast-stated", lang, **said, source=item.model.source)
    low, high = growth["age_range_year"]
    said |= {"count": growth["n_plots"], "low": low, "high": high}
    if item.model.mode == "ratio":
        return sentence("forecast-own", lang, **said)
    return sentence("forecast-like", lang, **said, source=item.model.source)


def _growth(item: Stands) -> dict[str, Any]:
    from mrv.forecast import growth_parameters  # noqa: PLC0415  (keeps --help quick)

    fit = item.model.fit
    return {
        "stratum": item.stratum,
        "area_ha": round(item.area_ha, 4),
        "form": type(item.model.curve).__name__.lower(),
        "parameters": dict(growth_parameters(item.model)),
        "standard_errors": None if fit is None else dict(fit.standard_errors),
        "n_plots": None if fit is None else fit.n_plots,
        "age_range_year": None if fit is None else list(fit.age_range_year),
        "mode": item.model.mode,
        "source": item.model.source,
    }


def _record(found: ProjectForecast, lang: str) -> dict[str, Any]:
    result = found.result
    return {
        "ex_ante": True,
        "mark": sentence("forecast-mark", lang),
        "campaign": result.campaign,
        "level": result.level,
        "growth": [_growth(item) for item in result.stands],
        "tried": [{"stratum": t.stratum, "form": t.form, "rule": t.rule} for t in found.tried],
        "rows": [dict(zip(COLUMNS, _cells(row), strict=True)) for row in result.rows],
    }


COLUMNS = (
    "domain", "year", "removals_tco2e", "removals_low_tco2e", "removals_high_tco2e",
    "cumulated_tco2e", "cumulated_low_tco2e", "cumulated_high_tco2e",
)  # fmt: skip
"""Columns of forecast.csv, before the mark."""


def _cells(row: ForecastRow) -> tuple[str | int | float, ...]:
    numbers = (
        round(value, 3)
        for item in (row.removals, row.cumulated)
        for value in (item.value_tco2e, item.low_tco2e, item.high_tco2e)
    )
    return (row.domain, row.year, *numbers)


def _write(found: ProjectForecast, folder: Path, *, simulated: bool) -> list[str]:
    """Write the table and the picture; both say in both languages what they are."""
    from registry.reports.charts.forecast import draw_forecast  # noqa: PLC0415  (keeps --help quick)
    from registry.reports.charts.style import Pen  # noqa: PLC0415
    from registry.reports.fonts import find_cjk_font  # noqa: PLC0415

    folder.mkdir(parents=True, exist_ok=True)
    mark = " / ".join(sentence("forecast-mark", lang) for lang in ("en", "zh-CN"))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow((*COLUMNS, "mark"))
    writer.writerows((*_cells(row), mark) for row in found.result.rows)
    table, picture = folder / "forecast.csv", folder / "forecast.png"
    # with the mark that tells Excel that the text is UTF-8
    table.write_text(text.getvalue(), encoding="utf-8-sig")
    pen = Pen("both", find_cjk_font(), simulated)
    picture.write_bytes(draw_forecast(found.result, found.plots, pen))
    return [str(table), str(picture)]
