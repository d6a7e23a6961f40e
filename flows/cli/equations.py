"""方程库 Commands on equation libraries: import, list, show, check."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.acting import JsonOpt
from flows.cli.output import FAILED, language, say, say_error, say_json, sentence

if TYPE_CHECKING:
    from mrv.equations.examine import Examined
    from mrv.equations.model import Equation

app = typer.Typer(help="方程库 Equation libraries: import, list, show, check", no_args_is_help=True)
LibraryOpt = Annotated[
    Path | None, typer.Option("--library", help="A library (TOML or CSV). Default: the packaged one")
]


@app.command("import")
def import_table(
    file: Annotated[Path, typer.Argument(help="Table of formulas, e.g. allodb's equations.csv")],
    out: Annotated[Path | None, typer.Option("--out", help="Library to write, .toml or .csv")] = None,
    mapping: Annotated[
        str, typer.Option("--mapping", help="Mapping of its columns, packaged or a TOML file")
    ] = "equation_table",
    narrow: Annotated[
        bool, typer.Option("--narrow", help="Write refused equations with the range over which they hold")
    ] = False,
    as_json: JsonOpt = False,
) -> int:
    """Import formulas, none executed. Example: tanhui equations import equations.csv --out lib.toml."""
    from flows.equations import import_file  # noqa: PLC0415  (keeps --help quick)
    from registry.messages import render  # noqa: PLC0415

    result = import_file(file, mapping, out, narrowed=narrow)
    imported, lang = result.imported, language()
    counts = {
        "rows": imported.count,
        "usable": len(imported.usable),
        "heights": len(imported.heights),
        "refused": len(imported.refused),
    }
    if as_json:
        refused = {
            name: [{"rule": f.rule, "row": f.row, "field": f.field, "value": f.value} for f in found]
            for name, found in imported.refused.items()
        }
        say_json(counts | {"reasons": imported.reasons(), "refused_equations": refused})
        return 0
    say(sentence("equations.imported", lang, **counts))
    if imported.refused:
        say(sentence("equations.refused", lang))
    for found in imported.refused.values():
        for finding in found:
            say(f"  · {render(finding, lang)}")
    if out is not None:
        say(sentence("equations.written", lang, file=out.name, count=len(result.written)))
    return 0


@app.command("list")
def list_equations(
    library: LibraryOpt = None,
    species: Annotated[str, typer.Option("--species", help="A code or a part of a name")] = "",
    response: Annotated[str, typer.Option("--response", help="What it predicts, e.g. biomass_ag")] = "",
    as_json: JsonOpt = False,
) -> int:
    """List equations. Example: tanhui equations list --species 310."""
    from flows.equations import as_json as plain  # noqa: PLC0415  (keeps --help quick)
    from flows.equations import formula_of, matching, open_library, range_text  # noqa: PLC0415
    from mrv.equations.examine import examine  # noqa: PLC0415

    found = matching(open_library(library), species, response)
    if as_json:
        say_json([plain(examine(equation)) for equation in found])
        return 0
    if not found:
        say(sentence("equations.none", language()))
    for equation in found:
        names = ", ".join((*equation.species, *equation.groups)) or "-"
        say(
            f"{equation.id:<24} {equation.response:<14} {equation.unit:<6} {range_text(equation):<12}  "
            f"{equation.status:<11} {names}  {formula_of(equation)}"
        )
    return 0


@app.command("show")
def show(
    equation: Annotated[str, typer.Argument(help="Its identifier (tanhui equations list)")],
    library: LibraryOpt = None,
    plot: Annotated[Path | None, typer.Option("--plot", help="Picture of its curve to write (PNG)")] = None,
    as_json: JsonOpt = False,
) -> int:
    """Show an equation with its range and source. Example: tanhui equations show fir-ly208 --plot fir.png."""
    from flows.equations import as_json as plain  # noqa: PLC0415  (keeps --help quick)
    from flows.equations import open_library  # noqa: PLC0415
    from mrv.equations.examine import examine  # noqa: PLC0415
    from mrv.equations.library import find_equation  # noqa: PLC0415

    found = find_equation(open_library(library), equation)
    item, lang = examine(found), language()
    if plot is not None:
        _write_picture(found, plot, lang)
    if as_json:
        say_json(plain(item))
    else:
        _say_equation(item, lang)
    return 0


def _write_picture(equation: Equation, plot: Path, lang: str) -> None:
    from registry.reports.charts.equations import render_equation  # noqa: PLC0415  (keeps --help quick)
    from registry.reports.fonts import find_cjk_font  # noqa: PLC0415

    plot.parent.mkdir(parents=True, exist_ok=True)
    picture = render_equation(equation, edition="en" if lang == "en" else "zh-CN", font=find_cjk_font())
    plot.write_bytes(picture)


def _say_equation(item: Examined, lang: str) -> None:
    from flows.equations import formula_of, range_text  # noqa: PLC0415  (keeps --help quick)
    from mrv.equations.curves import sample_values  # noqa: PLC0415
    from mrv.equations.examine import range_cm  # noqa: PLC0415
    from registry.messages import render, render_fix  # noqa: PLC0415

    equation, unknown = item.equation, sentence("equations.label.not-known", lang)
    error = equation.residual_error
    values = ", ".join(f"{name} = {value:.10g}" for name, value in equation.coefficients.items())
    response = sentence(f"equations.response.{equation.response}", lang)
    low, high = range_cm(equation)
    rows = {
        "response": f"{response} ({equation.unit})",
        "formula": f"{formula_of(equation)}    {values}".rstrip(),
        "species": ", ".join((*equation.species, *equation.groups)) or unknown,
        "region": equation.region or unknown,
        "range": range_text(equation),
        "error": f"{error.kind} {error.sd:g}" if error else unknown,
        "source": equation.source,
        "status": sentence(f"equations.status.{equation.status}", lang),
    }
    say(equation.id)
    for name, text in rows.items():
        say(f"  {sentence(f'equations.label.{name}', lang)}: {text}")
    for tree, value in sample_values(equation):
        say(f"    {tree}: {value:.6g} {equation.unit}")
    if item.usable and sample_values(equation):
        say(f"  {sentence('equations.holds', lang, low=f'{low:g}', high=f'{high:g}')}")
    elif not item.usable:
        say(f"  {sentence('equations.refused-use', lang)}")
    for finding in item.findings:
        say(f"  · {render(finding, lang)}")
        say(f"    → {render_fix(finding, lang)}")


@app.command("check")
def check(library: LibraryOpt = None, as_json: JsonOpt = False) -> int:
    """Examine a library; exit 1 if an equation fails. Example: tanhui equations check --library lib.toml."""
    from flows.equations import as_json as plain  # noqa: PLC0415  (keeps --help quick)
    from flows.equations import examine_library, open_library, refusals  # noqa: PLC0415
    from registry.messages import render, render_fix  # noqa: PLC0415

    examined, lang = examine_library(open_library(library)), language()
    refused = refusals(examined)
    if as_json:
        say_json([plain(item) for item in examined])
        return FAILED if refused else 0
    usable = sum(item.usable for item in examined)
    unstated = sum(any(f.rule == "equation-range-unstated" for f in item.findings) for item in examined)
    counts = {"count": len(examined), "usable": usable, "refused": len(examined) - usable}
    say(sentence("equations.checked", lang, **counts, unstated=unstated))
    for finding in refused:
        say_error(f"  · {render(finding, lang)}")
        say_error(f"    → {render_fix(finding, lang)}")
    return FAILED if refused else 0
