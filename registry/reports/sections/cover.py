"""Head of the report: what must be known first, four figures, and how far the chain went."""

from __future__ import annotations

from collections.abc import Iterable

from registry.messages import Ruled
from registry.reports.blocks import Badge, KeyFigure, Paragraph, Step, Tone
from registry.reports.label import Label
from registry.reports.model import STAGES, EstimateRow, ReportData, StageName, StageState, StageStatus
from registry.reports.words import (
    capital,
    estimate,
    number,
    percent,
    quantity_label,
    relative,
    say,
    tell,
    tell_fix,
    unit,
    whole,
)

_TONES: dict[StageState, Tone] = {
    "done": "good", "awaiting": "warning", "not_applicable": "quiet", "failed": "error",
}  # fmt: skip
NO_BREAK = "\N{NO-BREAK SPACE}"
"""Keeps a number together with what belongs to it."""
_CARBON = ("carbon_stock", "carbon_stock_ag", "growing_stock")


def cover_notices(data: ReportData, remarks: Iterable[Ruled] = ()) -> tuple[Paragraph, ...]:
    """Return what a reader must know before the figures."""
    notices = []
    if data.simulated:
        notices.append(Paragraph(say("report.notice.simulated"), "warning"))
    if data.demonstration_programme is not None:
        zh, en = data.demonstration_programme.zh, data.demonstration_programme.parts("en")[0]
        notice = Label(
            say("report.notice.demonstration", programme=zh).zh,
            say("report.notice.demonstration", programme=en).en,
        )
        notices.append(Paragraph(notice, "warning"))
    if data.identities_asserted:
        notices.append(Paragraph(say("report.notice.identities"), "info"))
    notices += [Paragraph(_with_fix(remark), "info") for remark in remarks]
    return tuple(notices)


def _with_fix(remark: Ruled) -> Label:
    said, fix = tell(remark), tell_fix(remark)
    if fix == Label("—", "—"):
        return said
    return Label(f"{said.zh}。{fix.zh}。", f"{capital(said).en}. {capital(fix).en}.")


def stage_status(data: ReportData, stage: StageName) -> StageStatus:
    """Return the status of a stage; not applicable where the data name none."""
    found = (status for status in data.stages if status.stage == stage)
    return next(found, StageStatus(stage, "not_applicable"))


def stage_badge(data: ReportData, stage: StageName) -> Badge:
    """Return the state of a stage in words and colour."""
    state = stage_status(data, stage).state
    return Badge(say(f"report.state.{state}"), _TONES[state])


def stage_reason(data: ReportData, stage: StageName) -> Label | None:
    """Return why a stage is not done, or None."""
    reason = stage_status(data, stage).reason
    return None if reason is None else tell(reason)


def cover_steps(data: ReportData) -> tuple[Step, ...]:
    """Return the five stages in order, with their states."""
    return tuple(
        Step(say(f"report.stage.{stage}"), stage_badge(data, stage), stage_reason(data, stage))
        for stage in STAGES
    )


def latest_total(data: ReportData, quantities: Iterable[str]) -> EstimateRow | None:
    """Return the newest estimate for the whole of the first quantity that has one.

    Where several wholes stand (a forest and the state it lies in), the first given counts.
    """
    for quantity in quantities:
        rows = [row for row in data.estimates if row.quantity == quantity and row.is_total]
        if rows:
            return max(rows, key=lambda row: (row.year or 0, -rows.index(row)))
    return None


def cover_figures(data: ReportData) -> tuple[KeyFigure, ...]:
    """Return the four figures: how much forest, how much carbon, how sure, what may be traded."""
    carbon = latest_total(data, _CARBON)
    return (_forest(data), _carbon(carbon), _certainty(carbon), _tradable(data))


def _forest(data: ReportData) -> KeyFigure:
    question = say("report.key.forest")
    row = latest_total(data, ("forest_area",))
    if row is not None:
        return KeyFigure(question, number(row.value, 0), "ha", _detail(row))
    first = data.class_areas[0].domain if data.class_areas else ""
    forest = [area for area in data.class_areas if area.is_forest and area.domain == first]
    if not forest:
        return KeyFigure(question, Label("—"), "", say("report.key.none"))
    year = max(area.year or 0 for area in forest)
    total_ha = sum(area.area_ha for area in forest if (area.year or 0) == year)
    detail = say("report.key.mapped", when=str(year or ""))
    return KeyFigure(question, number(total_ha, 0), "ha", detail)


def _carbon(row: EstimateRow | None) -> KeyFigure:
    question = say("report.key.carbon")
    if row is None:
        return KeyFigure(question, Label("—"), "", say("report.key.none"))
    return KeyFigure(question, number(row.value, 0), unit(row.unit), _detail(row))


def _certainty(row: EstimateRow | None) -> KeyFigure:
    question = say("report.key.certainty")
    if row is None or row.half_width is None:
        return KeyFigure(question, Label("—"), "", say("report.key.no-interval"))
    shown = relative(row)
    value = Label(f"± {shown.zh}", f"± {shown.en}" if shown.en else "")
    level = percent(row.confidence_frac, 0).zh
    plots = whole(row.n_plots).zh
    return KeyFigure(question, value, "", say("report.key.sample", confidence=level, plots=plots))


def _tradable(data: ReportData) -> KeyFigure:
    question = say("report.key.tradable")
    if data.units is None or data.units.issued == 0:
        reason = stage_reason(data, "trade") or say("report.key.nothing-issued")
        return KeyFigure(question, whole(0), "t CO₂e", reason)
    issued = whole(data.units.issued).zh
    return KeyFigure(question, whole(data.units.tradable), "t CO₂e", say("report.key.issued", issued=issued))


def _detail(row: EstimateRow) -> Label:
    name = quantity_label(row.quantity)
    when = f" · {row.when}" if row.when else ""
    shown = estimate(row).zh.partition(" ± ")[2].replace(" ", NO_BREAK)
    interval = f" · ±{NO_BREAK}{shown}" if shown else ""
    return Label(f"{name.zh}{when}{interval}", f"{name.en or name.zh}{when}{interval}")
