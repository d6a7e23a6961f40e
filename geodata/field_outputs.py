"""What a field crew carries: plots as GPX and KML for handhelds and telephones, as GeoPackage for GIS.

Longitude and latitude are those of the county system's own datum. For CGCS2000 they are written as they are:
it is ITRF97 at the epoch 2000.0, and WGS 84 is an ITRF of today, so that a handheld's reading differs by the
drift of the plate since then, about a metre and below what a handheld tells; PROJ has no official operation
between the two, and a "ballpark" one is not used. Other datums go to WGS 84 by a known operation or not at
all. The same plots give the same bytes: nothing in these files is the time of writing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.crs import label, parse, transform_points
from geodata.outputs import write_geopackage
from geodata.sampling_points import PlotPlaces

Floats = NDArray[np.float64]
CGCS2000: Final = "EPSG:4490"
WGS84: Final = "EPSG:4326"
DECIMALS: Final = 7
"""Decimals of a longitude or latitude: 1 cm."""
_KML_COLOURS: Final[Mapping[str, str]] = {"new": "ff526b2f", "existing": "ff8f6f3f", "reserve": "ff9fa39a"}
"""Role -> colour, as KML has it: opacity, blue, green, red."""
ALIASES: Final[Mapping[str, str]] = {
    "plot_id": "样地号 plot",
    "stratum": "层 stratum",
    "role": "类别 role",
    "access_order": "行进顺序 access order",
    "team": "工组 team",
    "parcel_id": "小班号 parcel",
    "x_m": "横坐标 easting (m)",
    "y_m": "纵坐标 northing (m)",
    "lon": "经度 longitude (°)",
    "lat": "纬度 latitude (°)",
}


@dataclass(frozen=True, slots=True)
class FieldPlots:
    """Planned plots with everything that goes into a file."""

    places: PlotPlaces
    """The plots, in the order of access."""
    lon: Floats
    """Longitude [degree], shape (n,)."""
    lat: Floats
    """Latitude [degree], shape (n,)."""
    datum: str
    """System of the degrees, ``EPSG:4490`` or ``EPSG:4326``."""
    team: NDArray[np.int64]
    """Team from 1; 0 for reserve plots, shape (n,)."""
    crs: str
    """System of ``x_m`` and ``y_m``."""


def field_plots(places: PlotPlaces, crs: str, teams: int = 1) -> FieldPlots:
    """Return plots with degrees, shared out to teams.

    Parameters
    ----------
    places
        Plots in a projected system.
    crs
        That system.
    teams
        Number of teams; each gets a run of the access order [1].
    """
    datum = degrees_system(crs)
    lon, lat, _ = transform_points(places.x_m, places.y_m, crs, datum)
    counted = places.role != "reserve"
    number = int(counted.sum())
    team = np.zeros(len(places), dtype=np.int64)
    team[counted] = np.arange(number) * teams // max(number, 1) + 1
    return FieldPlots(places, lon, lat, datum, team, label(crs))


def degrees_system(crs: str) -> str:
    """Return the system in which degrees are written for a projected one.

    Examples
    --------
    >>> degrees_system("EPSG:4547"), degrees_system("EPSG:32649")
    ('EPSG:4490', 'EPSG:4326')
    """
    return CGCS2000 if label(parse(crs).geodetic_crs) == CGCS2000 else WGS84


def plot_columns(plots: FieldPlots) -> dict[str, NDArray[Any]]:
    """Return the columns of the planned plots, by their names in the GeoPackage."""
    places = plots.places
    return {
        "plot_id": places.plot_id,
        "stratum": places.stratum,
        "role": places.role,
        "access_order": places.order,
        "team": plots.team,
        "parcel_id": places.parcel_id,
        "x_m": np.round(places.x_m, 2),
        "y_m": np.round(places.y_m, 2),
        "lon": np.round(plots.lon, DECIMALS),
        "lat": np.round(plots.lat, DECIMALS),
    }


def planned_places(plots: FieldPlots) -> list[dict[str, Any]]:
    """Return a record of plain values for each plot, in the order of access."""
    columns = {name: values.tolist() for name, values in plot_columns(plots).items()}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def write_plots_geopackage(path: Path, plots: FieldPlots, *, simulated: bool = False) -> Path:
    """Write the plots as points with their columns, in the county's system."""
    points = np.array(shapely.points(plots.places.x_m, plots.places.y_m), dtype=object).reshape(-1)
    return write_geopackage(
        path,
        "plots",
        plot_columns(plots),
        points,
        plots.crs,
        aliases=ALIASES,
        simulated=simulated,
        geometry_type="Point",
    )


def write_gpx(path: Path, plots: FieldPlots, title: str) -> Path:
    """Write the plots as GPX 1.1: a waypoint for each, and one route through each team's in their order.

    Parameters
    ----------
    path
        Where it goes.
    plots
        The plots.
    title
        Name of the file for people.
    """
    rows = list(_rows(plots))
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<gpx version="1.1" creator="tanhui" xmlns="http://www.topografix.com/GPX/1/1">',
        f"<metadata><name>{escape(title)}</name><desc>{plots.datum}</desc></metadata>",
    ]
    lines += [_point("wpt", row) for row in rows]
    for team in sorted({row.team for row in rows if row.team}):
        lines.append(f"<rte><name>{team}</name>")
        lines += [_point("rtept", row) for row in rows if row.team == team]
        lines.append("</rte>")
    return _write(path, [*lines, "</gpx>"])


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    lon: str
    lat: str
    text: str
    role: str
    stratum: str
    team: int


def _rows(plots: FieldPlots) -> list[_Row]:
    places = plots.places
    rows = []
    for i in range(len(places)):
        text = f"{places.stratum[i]} · {places.order[i]} · {places.role[i]} · {places.parcel_id[i]}"
        lon, lat = f"{plots.lon[i]:.{DECIMALS}f}", f"{plots.lat[i]:.{DECIMALS}f}"
        name, stratum = str(places.plot_id[i]), str(places.stratum[i])
        rows.append(_Row(name, lon, lat, text, str(places.role[i]), stratum, int(plots.team[i])))
    return rows


def _point(tag: str, row: _Row) -> str:
    return (
        f'<{tag} lat="{row.lat}" lon="{row.lon}"><name>{escape(row.name)}</name>'
        f"<desc>{escape(row.text)}</desc><type>{row.role}</type></{tag}>"
    )


def write_kml(path: Path, plots: FieldPlots, title: str) -> Path:
    """Write the plots as KML 2.2: a folder for each stratum, a colour for each role.

    Parameters
    ----------
    path
        Where it goes.
    plots
        The plots.
    title
        Name of the file for people.
    """
    rows = _rows(plots)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Document>',
        f"<name>{escape(title)}</name><description>{plots.datum}</description>",
    ]
    lines += [
        f"<Style id={quoteattr(role)}><IconStyle><color>{colour}</color></IconStyle></Style>"
        for role, colour in _KML_COLOURS.items()
    ]
    for stratum in sorted({row.stratum for row in rows}):
        lines.append(f"<Folder><name>{escape(stratum)}</name>")
        lines += [
            f"<Placemark><name>{escape(row.name)}</name><description>{escape(row.text)}</description>"
            f"<styleUrl>#{row.role}</styleUrl>"
            f"<Point><coordinates>{row.lon},{row.lat}</coordinates></Point></Placemark>"
            for row in rows
            if row.stratum == stratum
        ]
        lines.append("</Folder>")
    return _write(path, [*lines, "</Document></kml>"])


def _write(path: Path, lines: list[str]) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    return path
