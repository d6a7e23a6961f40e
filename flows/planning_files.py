"""The files of a survey plan: positions for handhelds and GIS, sheets, workbook, map."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geodata.field_outputs import FieldPlots, write_gpx, write_kml, write_plots_geopackage
from geodata.field_workbook import FieldTexts, SpeciesRow, write_field_workbook
from mrv.coefficients import species_table
from registry.messages import LANGUAGES, entries, text

if TYPE_CHECKING:
    from flows.planning import Ground

PROMPTS = "field.prompt."
"""Keys of the sentences beside the cells of the workbook."""
HELP = "field.help."
"""Keys of the lines of its help sheet."""


def write_files(
    out: Path, content: Mapping[str, Any], plots: FieldPlots, ground: Ground
) -> dict[str, str | None]:
    """Write every file of a plan; return what there is, and None for what this computer cannot make."""
    title = _both("field.sheet.title", ground.name, year=content["campaign_year"])
    write_gpx(out / "plots.gpx", plots, title)
    write_kml(out / "plots.kml", plots, title)
    write_plots_geopackage(out / "plots.gpkg", plots, simulated=ground.simulated)
    write_field_workbook(out / "workbook.xlsx", workbook_rows(content, plots), species_rows(), field_texts())
    _write_map(out / "map.png", plots, ground)
    reason = _write_sheets(out / "field_sheets.pdf", title, content, plots, ground)
    made: dict[str, str | None] = {
        name: name for name in ("plots.gpx", "plots.kml", "plots.gpkg", "workbook.xlsx", "map.png")
    }
    return made | {"field_sheets.pdf": None if reason else "field_sheets.pdf"}


def _both(key: str, name: Mapping[str, str], **params: object) -> str:
    said = [text(key, lang, county=name[lang], **params) for lang in LANGUAGES]
    return " / ".join(dict.fromkeys(said))


def workbook_rows(content: Mapping[str, Any], plots: FieldPlots) -> list[dict[str, Any]]:
    """Return the rows of the plot sheet that are known before the field; reserve plots are not among them."""
    places, rows = plots.places, []
    for i in range(len(places)):
        if places.role[i] == "reserve":
            continue
        rows.append(
            {
                "plot_id": str(places.plot_id[i]),
                "campaign_year": content["campaign_year"],
                "x_m": round(float(places.x_m[i]), 2),
                "y_m": round(float(places.y_m[i]), 2),
                "area_m2": content["plot"]["area_m2"],
                "parcel_id": str(places.parcel_id[i]),
                "stratum": str(places.stratum[i]),
                "team": str(plots.team[i]),
            }
        )
    return rows


def species_rows() -> list[SpeciesRow]:
    """Return the species that may be entered, by code."""
    return [
        SpeciesRow(item.code, item.zh, item.en, item.dbh_range_cm, item.height_range_m)
        for _, item in sorted(species_table().items())
    ]


def field_texts() -> FieldTexts:
    """Return the sentences of the workbook, both languages in each."""

    def both(key: str) -> str:
        return "\n".join(text(key, lang) for lang in LANGUAGES)

    known = entries()
    prompts = {key.removeprefix(PROMPTS): both(key) for key in known if key.startswith(PROMPTS)}
    lines = [both(key) for key in sorted(known) if key.startswith(HELP)]
    headings = [f"{text(key, 'zh-CN')} {text(key, 'en')}" for key in _SPECIES_HEADINGS]
    return FieldTexts(prompts, both("field.refusal"), lines, headings)


_SPECIES_HEADINGS = (
    "field.species.code",
    "field.species.zh",
    "field.species.en",
    "field.species.dbh-from",
    "field.species.dbh-to",
    "field.species.height-from",
    "field.species.height-to",
)


def _write_map(path: Path, plots: FieldPlots, ground: Ground) -> None:
    from registry.reports.field_map import PlanMap, render_plan_map  # noqa: PLC0415 - slow to import
    from registry.reports.fonts import find_cjk_font  # noqa: PLC0415

    frame, places = ground.frame, plots.places
    shown = PlanMap(
        frame.geometry,
        frame.stratum.tolist(),
        places.x_m,
        places.y_m,
        places.role.tolist(),
        plots.team.tolist(),
    )
    path.write_bytes(render_plan_map(shown, simulated=ground.simulated, font=find_cjk_font()))


def _write_sheets(
    path: Path, title: str, content: Mapping[str, Any], plots: FieldPlots, ground: Ground
) -> bool:
    """Write the field sheets; return whether there are none."""
    from registry.reports.field_sheets import SheetPlot, write_field_sheets  # noqa: PLC0415 - slow to import
    from registry.reports.fonts import find_cjk_font  # noqa: PLC0415

    places, sheets = plots.places, []
    for i in range(len(places)):
        facts = (
            f"{plots.lon[i]:.6f}",
            f"{plots.lat[i]:.6f} ({plots.datum})",
            f"{places.x_m[i]:.1f}",
            f"{places.y_m[i]:.1f} ({plots.crs})",
            str(places.parcel_id[i]) or "–",
            f"{content['plot']['area_m2']:g}",
            str(plots.team[i] or "–"),
            str(content["campaign_year"]),
        )
        role, order = str(places.role[i]), int(places.order[i])
        sheets.append(SheetPlot(str(places.plot_id[i]), str(places.stratum[i]), role, order, facts))
    font = find_cjk_font()
    reason = write_field_sheets(path, title, sheets, font=font, day=ground.day, simulated=ground.simulated)
    return reason is not None
