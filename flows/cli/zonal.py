"""分区统计 `tanhui zonal`: classes, changes or statistics of rasters per polygon, without a registry."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from flows.cli.acting import JsonOpt
from flows.cli.output import language, say, say_json, sentence

SHOWN = 20
"""Rows that are shown to a person."""


def add_commands(app: typer.Typer) -> None:
    """Add ``zonal``."""
    app.command(
        "zonal",
        help="分区统计: areas of classes per parcel, changes between two rasters, or statistics. "
        "Examples: tanhui zonal parcels.shp landcover_2025.tif --id XIAO_BAN --out areas.csv · "
        "tanhui zonal parcels.parquet 2020.tif 2025.tif --json · "
        "tanhui zonal parcels.gpkg canopy_height.tif --statistics",
    )(zonal)


def zonal(
    parcels: Annotated[Path, typer.Argument(help="Layer of polygons: shapefile, GeoPackage, GeoParquet ...")],
    raster: Annotated[Path, typer.Argument(help="Raster of classes, or of measurements with --statistics")],
    raster2: Annotated[Path | None, typer.Argument(help="Raster of a later year: gives the changes")] = None,
    rule: Annotated[
        str, typer.Option("--rule", help="exact: covered shares of cells; centre: whole cells")
    ] = ("exact"),
    id_field: Annotated[str | None, typer.Option("--id", help="Field that names a parcel")] = None,
    statistics: Annotated[bool, typer.Option("--statistics", help="The raster holds measurements")] = False,
    nodata: Annotated[
        str, typer.Option("--nodata", help="declared, none (every value counts), or a number")
    ] = "declared",
    crs: Annotated[str | None, typer.Option("--crs", help="System of a layer that names none")] = None,
    raster_crs: Annotated[
        str | None, typer.Option("--raster-crs", help="System of a raster that names none")
    ] = None,
    operation: Annotated[
        str | None, typer.Option("--operation", help="Coordinate operation, where the datums differ")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write the table here: .csv or .parquet")] = None,
    as_json: JsonOpt = False,
) -> int:
    """Measure a layer of polygons on rasters; nothing about units or systems is guessed."""
    from geodata.zonal_files import ZonalRequest, write_zonal, zonal_of_files  # noqa: PLC0415

    if rule not in ("exact", "centre"):
        raise typer.BadParameter("exact | centre", param_hint="--rule")
    rasters = (raster,) if raster2 is None else (raster, raster2)
    request = ZonalRequest(
        parcels,
        rasters,
        rule=rule,  # type: ignore[arg-type]
        id_field=id_field,
        statistics=statistics,
        nodata=_nodata(nodata),
        parcels_crs=crs,
        raster_crs=raster_crs,
        operation=operation,
    )
    result = zonal_of_files(request)
    rows = [
        dict(zip(result.columns, values, strict=True))
        for values in zip(*(column.tolist() for column in result.columns.values()), strict=True)
    ]
    written = write_zonal(result, out) if out is not None else None
    if as_json:
        say_json({"kind": result.kind, "facts": dict(result.facts), "rows": [_plain(row) for row in rows]})
        return 0
    _show(result.kind, result.facts, rows)
    if written is not None:
        say(sentence("zonal-written", language(), count=len(rows), file=str(written)))
    return 0


def _nodata(text: str) -> Any:
    if text in ("declared", "none"):
        return text
    try:
        return float(text)
    except ValueError:
        raise typer.BadParameter("declared | none | number", param_hint="--nodata") from None


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row for JSON, which has no NaN."""
    return {name: None if value != value else value for name, value in row.items()}  # noqa: PLR0124 - NaN


def _show(kind: str, facts: Any, rows: list[dict[str, Any]]) -> None:
    from rich.console import Console  # noqa: PLC0415  (keeps --help quick)
    from rich.table import Table  # noqa: PLC0415

    lang = language()
    table = Table(title=sentence(f"zonal-title-{kind}", lang))
    for name in rows[0] if rows else ():
        table.add_column(name, justify="left" if name == "parcel_id" else "right")
    for row in rows[:SHOWN]:
        table.add_row(
            *(f"{value:,.4f}" if isinstance(value, float) else str(value) for value in row.values())
        )
    Console().print(table)
    if len(rows) > SHOWN:
        say(sentence("zonal-more-rows", lang, count=len(rows) - SHOWN))
    say(" · ".join(f"{name}: {value}" for name, value in facts.items()))
    if kind != "statistics":
        say(sentence("zonal-count-not-estimate", lang))
