"""``tanhui estimate``: figures with their errors from an inventory of one's own; no registry is needed."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from flows.cli.acting import JsonOpt
from flows.cli.estimate_table import notes_as_json, show
from flows.cli.output import language, say_json

HELP = (
    "估计: area, volume, biomass or carbon with standard errors, from an inventory of your own; no registry. "
    "Examples: tanhui estimate --fiadb WY_CSV --evalid 561301 --quantity volume --per-area --by FORTYPCD · "
    "tanhui estimate --plots plots.csv --trees trees.csv --design design.toml --quantity carbon_ag"
)


class Units(StrEnum):
    """Systems of units."""

    si = "si"
    us = "us"


def add_commands(app: typer.Typer) -> None:
    """Add ``estimate``."""
    app.command("estimate", help=HELP)(estimate)


def estimate(
    quantity: Annotated[
        str,
        typer.Option(
            "--quantity", "-q", help="area, volume, biomass, carbon_ag, carbon_total, tpa (trees), baa"
        ),
    ],
    fiadb: Annotated[
        Path | None, typer.Option("--fiadb", help="A FIADB: folder of CSV files, or SQLite file")
    ] = None,
    evalid: Annotated[
        int | None, typer.Option("--evalid", help="Evaluation; may be left out where there is one only")
    ] = None,
    plots: Annotated[Path | None, typer.Option("--plots", help="Your own plots: CSV, XLSX, SQLite")] = None,
    trees: Annotated[Path | None, typer.Option("--trees", help="Your own trees")] = None,
    design: Annotated[Path | None, typer.Option("--design", help="Design file (TOML) of your plots")] = None,
    per_area: Annotated[
        bool, typer.Option("--per-area", help="Per hectare of the land, as a ratio of means")
    ] = False,
    by: Annotated[
        list[str] | None, typer.Option("--by", help="Column to group by; may be given more than once")
    ] = None,
    where: Annotated[
        str | None, typer.Option("--where", help="Condition, as in 'FORTYPCD = 281 and DIA >= 5'")
    ] = None,
    land: Annotated[str, typer.Option("--land", help="forest, timber or all; of a FIADB")] = "forest",
    tree_status: Annotated[
        str, typer.Option("--tree-status", help="live, dead (standing) or all; of a FIADB")
    ] = "live",
    units: Annotated[Units, typer.Option("--units", help="SI units or US customary ones")] = Units.si,
    level: Annotated[
        float, typer.Option("--level", min=0.01, max=0.9999, help="Confidence level of the intervals")
    ] = 0.90,
    out: Annotated[Path | None, typer.Option("--out", help="Write the figures as CSV as well")] = None,
    as_json: JsonOpt = False,
) -> int:
    """Estimate a quantity of an inventory."""
    from flows.cli.display import Display  # noqa: PLC0415  (keeps --help quick)
    from flows.errors import EstimateError  # noqa: PLC0415
    from flows.estimating import (  # noqa: PLC0415
        FiadbQuestion,
        Presentation,
        TableFiles,
        TableQuestion,
        estimate_fiadb,
        estimate_own_tables,
        write_csv,
    )
    from flows.progress import listen  # noqa: PLC0415

    shown, groups = Presentation(units.value, level), tuple(by or ())
    with Display(language()) as display, listen(display):
        if fiadb is not None and plots is None and design is None:
            asked = FiadbQuestion(quantity, evalid, per_area, land, tree_status, where, groups)
            found = estimate_fiadb(fiadb, asked, shown)
        elif fiadb is None and plots is not None and design is not None:
            files = TableFiles(plots, trees, design)
            found = estimate_own_tables(files, TableQuestion(quantity, per_area, where, groups), shown)
        else:
            raise EstimateError("estimate-one-source")
    if out is not None:
        write_csv(found, out)
    if as_json:
        say_json(found.as_json() | {"notes": notes_as_json(found)})
    else:
        show(found, language())
    return 0
