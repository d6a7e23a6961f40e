"""Parcels in the chapter on accounting: held to the plots, and carried through the years."""

from __future__ import annotations

from registry.reports.blocks import Block, Heading, Paragraph, Row, Table
from registry.reports.label import Label
from registry.reports.model import ReportData
from registry.reports.parcels import ParcelReport, ParcelSumRow, RecalibrationRow
from registry.reports.sections.parts import figure
from registry.reports.words import ABSENT, column, number, say, tell, whole


def parcel_blocks(data: ReportData, drawn: frozenset[str]) -> list[Block]:
    """Return the part on parcels, or nothing where no parcel is modelled.

    Parameters
    ----------
    data
        What the report says.
    drawn
        Names of the pictures that were drawn.
    """
    parcels = data.parcels
    if parcels is None:
        return []
    blocks: list[Block] = [
        Heading(say("report.heading.parcels")),
        Paragraph(say("report.lead.parcels"), "quiet"),
    ]
    blocks += [_sums(parcels), *figure("parcel-years", drawn)]
    blocks += [_recalibrations(parcels)] if parcels.recalibrations else []
    blocks += figure("map-error", drawn)
    return [*blocks, *(Paragraph(tell(note), "quiet") for note in parcels.notes)]


def _sums(parcels: ParcelReport) -> Table:
    columns = (
        column("report.column.stratum"),
        column("report.column.parcels", numeric=True),
        column("report.column.area", "ha"),
        column("report.column.before", "t C"),
        column("report.column.after", "t C"),
        column("report.column.standard-error", "t C"),
        column("report.column.factor", numeric=True),
    )
    rows = [_sum_row(row, row.label) for row in parcels.sums]
    total = _sum_row(parcels.total, say("report.word.total"), strong=True)
    caption = say("report.table.parcel-sums", year=parcels.year)
    return Table("parcel-sums", caption, columns, (*rows, total), say("report.note.parcel-sums"))


def _sum_row(row: ParcelSumRow, label: Label, *, strong: bool = False) -> Row:
    cells = (
        label,
        whole(row.n_parcels),
        number(row.area_ha, 1),
        number(row.model_tc, 0),
        number(row.calibrated_tc, 0),
        ABSENT if row.standard_error_tc is None else number(row.standard_error_tc, 0),
        ABSENT if row.factor is None else number(row.factor, 3),
    )
    return Row(cells, strong=strong)


def _recalibrations(parcels: ParcelReport) -> Table:
    columns = (
        column("report.column.stratum"),
        column("report.column.year"),
        column("report.column.updated", "t C"),
        column("report.column.estimate", "t C"),
        column("report.column.standard-error", "t C"),
        column("report.column.difference", "t C"),
    )
    rows = tuple(_recalibration(row) for row in parcels.recalibrations)
    caption, note = say("report.table.recalibration"), say("report.note.recalibration")
    return Table("recalibration", caption, columns, rows, note)


def _recalibration(row: RecalibrationRow) -> Row:
    off = row.estimate_tc - row.updated_tc
    shown = number(off, 0)
    signed = Label(f"+{shown.zh}", f"+{shown.en}" if shown.en else "") if off >= 0.5 else shown
    cells = (
        say("report.word.total") if not row.stratum else row.label,
        Label(str(row.year)),
        number(row.updated_tc, 0),
        number(row.estimate_tc, 0),
        number(row.standard_error_tc, 0),
        signed,
    )
    return Row(cells, strong=not row.stratum)
