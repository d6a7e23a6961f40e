"""Chapter 1, monitoring: land cover by year, accuracy-adjusted areas, change, disturbance."""

from __future__ import annotations

from collections.abc import Iterable

from registry.reports.blocks import Block, Column, Row, Section, Table
from registry.reports.label import Label
from registry.reports.model import AdjustedArea, ClassArea, ReportData
from registry.reports.sections.cover import stage_badge
from registry.reports.sections.parts import figure, opening
from registry.reports.words import ABSENT, column, number, percent, say, whole


def monitoring_section(data: ReportData, drawn: Iterable[str]) -> Section:
    """Return the chapter on monitoring.

    Parameters
    ----------
    data
        What the report says.
    drawn
        Names of the pictures that were drawn.
    """
    names = frozenset(drawn)
    blocks: list[Block] = [*opening(data, "monitor"), *figure("map", names)]
    blocks += [*_land_cover(data), *figure("land-cover", names)]
    blocks += [*_adjusted(data), *_transitions(data), *figure("transitions", names), *_disturbances(data)]
    return Section("monitor", say("report.stage.monitor"), tuple(blocks), stage_badge(data, "monitor"), "1")


def domains_of(areas: Iterable[ClassArea]) -> dict[str, tuple[ClassArea, ...]]:
    """Return the class areas by domain, in the order in which domains first appear."""
    found: dict[str, tuple[ClassArea, ...]] = {}
    for area in areas:
        found[area.domain] = (*found.get(area.domain, ()), area)
    return found


def _land_cover(data: ReportData) -> list[Block]:
    domains = domains_of(data.class_areas)
    several_years = {name for name, areas in domains.items() if len({area.year for area in areas}) > 1}
    tables: list[Block] = [_by_year(domains[name]) for name in domains if name in several_years]
    single = [area for name, areas in domains.items() if name not in several_years for area in areas]
    return [*tables, *([_pixels(single)] if single else [])]


def _by_year(areas: tuple[ClassArea, ...]) -> Table:
    years = sorted({area.year or 0 for area in areas})
    classes = {area.class_code: area.label for area in areas}
    sums: dict[tuple[str, int], float] = {}
    for area in areas:
        key = (area.class_code, area.year or 0)
        sums[key] = sums.get(key, 0.0) + area.area_ha
    rows = [
        Row((label, *(_hectares(sums.get((code, year))) for year in years), _change(sums, code, years)))
        for code, label in classes.items()
    ]
    totals = [sum(sums.get((code, year), 0.0) for code in classes) for year in years]
    rows.append(Row((say("report.word.total"), *(number(total, 0) for total in totals), ABSENT), strong=True))
    heads = [Column(Label(str(year)), "ha", "number") for year in years]
    caption = _named("report.table.land-cover", areas[0].domain_label)
    columns = (column("report.column.class"), *heads, column("report.column.change", "ha"))
    note = say(f"report.note.rule-{areas[0].rule}")
    return Table(f"land-cover-{areas[0].domain}", caption, columns, tuple(rows), note)


def _hectares(area_ha: float | None) -> Label:
    return ABSENT if area_ha is None else number(area_ha, 0)


def _change(sums: dict[tuple[str, int], float], code: str, years: list[int]) -> Label:
    difference = sums.get((code, years[-1]), 0.0) - sums.get((code, years[0]), 0.0)
    shown = number(difference, 0).zh
    return Label(f"+{shown}" if difference > 0 and shown != "0" else shown)


def _pixels(areas: list[ClassArea]) -> Table:
    columns = (
        column("report.column.domain"),
        column("report.column.class"),
        column("report.column.year", numeric=True),
        column("report.column.pixels", numeric=True),
        column("report.column.area", "ha"),
    )
    rows = tuple(
        Row(
            (
                area.domain_label,
                area.label,
                Label(str(area.year or "—")),
                _count(area),
                number(area.area_ha, 1),
            )
        )
        for area in areas
    )
    note = say(f"report.note.rule-{areas[0].rule}")
    return Table("pixels", say("report.table.pixels"), columns, rows, note)


def _count(area: ClassArea) -> Label:
    if area.pixel_count is None:
        return ABSENT
    return number(area.pixel_count, 0 if float(area.pixel_count).is_integer() else 1)


def _adjusted(data: ReportData) -> list[Block]:
    if not data.adjusted_areas:
        return []
    columns = (
        column("report.column.class"),
        column("report.column.mapped", "ha"),
        column("report.column.adjusted", "ha"),
        column("report.column.users-accuracy", numeric=True),
        column("report.column.producers-accuracy", numeric=True),
        column("report.column.points", numeric=True),
    )
    rows = tuple(
        Row((
            area.label,
            number(area.mapped_ha, 0),
            _interval(area),
            percent(area.users_accuracy_frac, 0),
            percent(area.producers_accuracy_frac, 0),
            whole(area.n_points),
        ))
        for area in data.adjusted_areas
    )  # fmt: skip
    note = say("report.note.adjusted", accuracy=percent(data.overall_accuracy_frac).zh)
    return [Table("adjusted-areas", say("report.table.adjusted"), columns, rows, note)]


def _interval(area: AdjustedArea) -> Label:
    """Return the estimate and both ends of its interval: areas of rare classes lie off its middle."""
    value, low, high = (number(v, 0).zh for v in (area.adjusted_ha, *area.interval_ha))
    return Label(f"{value} [{low}–{high}] ({area.confidence_frac * 100:.0f} %)")


def _transitions(data: ReportData) -> list[Block]:
    if not data.transitions:
        return []
    to_classes = {change.to_code: change.to_label for change in data.transitions}
    from_classes = {change.from_code: change.from_label for change in data.transitions}
    areas = {(change.from_code, change.to_code): change.area_ha for change in data.transitions}
    first, last = data.transition_years or ("", "")
    columns = (
        column("report.column.from-to"),
        *(Column(label, "ha", "number") for label in to_classes.values()),
    )
    rows = tuple(
        Row((label, *(_hectares(areas.get((code, to_code))) for to_code in to_classes)))
        for code, label in from_classes.items()
    )
    caption = say("report.table.transitions", first=first, last=last)
    return [Table("transitions", caption, columns, rows)]


def _disturbances(data: ReportData) -> list[Block]:
    if not data.disturbances:
        return []
    columns = (
        column("report.column.year"),
        column("report.column.kind"),
        column("report.column.parcels", numeric=True),
        column("report.column.area", "ha"),
    )
    rows = tuple(
        Row((Label(str(one.year)), one.label, whole(one.parcel_count), number(one.area_ha, 1)))
        for one in data.disturbances
    )
    return [Table("disturbances", say("report.table.disturbances"), columns, rows)]


def _named(key: str, name: Label) -> Label:
    return Label(say(key, name=name.zh).zh, say(key, name=name.en or name.zh).en)
