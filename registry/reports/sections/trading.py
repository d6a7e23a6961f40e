"""Chapter 3, trade: statement, verification, issuance, offers, trades, retirement."""

from __future__ import annotations

from collections.abc import Iterable

from registry.reports.blocks import Badge, Block, Heading, Row, Section, Table, Term, Terms, Tone
from registry.reports.label import Label
from registry.reports.model import ReportData, RetirementCertificate, UnitTotals
from registry.reports.sections.cover import stage_badge
from registry.reports.sections.parts import figure, opening
from registry.reports.words import code_column, column, day, say, whole, yuan

DIGEST_DIGITS = 16
"""Digits of a digest that a table shows; the chapter on provenance has them whole."""


def trading_section(data: ReportData, drawn: Iterable[str]) -> Section:
    """Return the chapter on trade.

    Parameters
    ----------
    data
        What the report says.
    drawn
        Names of the pictures that were drawn.
    """
    names = frozenset(drawn)
    blocks: list[Block] = [*opening(data, "trade"), *_statements(data), *_verifications(data)]
    blocks += [*_issued(data), *_units(data.units), *figure("units", names)]
    blocks += [*_listings(data), *_trades(data), *_certificates(data.retirements)]
    return Section("trade", say("report.stage.trade"), tuple(blocks), stage_badge(data, "trade"), "3")


def state_badge(state: str) -> Badge:
    """Return a state of the registry in words and colour."""
    tones: dict[str, Tone] = {
        "verified": "good", "rejected": "error", "enforced": "error", "active": "warning",
        "late": "error", "done": "good", "due": "info", "filled": "good", "released": "good",
    }  # fmt: skip
    return Badge(say(f"report.state.{state}"), tones.get(state, "quiet"))


def _statements(data: ReportData) -> list[Block]:
    if not data.statements:
        return []
    columns = (
        column("report.column.kind"),
        column("report.column.period"),
        column("report.column.claim", "t CO2e"),
        column("report.column.state"),
        column("report.column.maker"),
        code_column("report.column.digest"),
    )
    rows = []
    for row in data.statements:
        badge = state_badge(row.state)
        period = _span(day(row.period_start_date), day(row.period_end_date))
        digest = Label(row.digest[:DIGEST_DIGITS])
        kind = say(f"report.kind.{row.kind}")
        cells = (kind, period, whole(row.claim_tco2e), badge.text, Label(row.maker or "—"), digest)
        rows.append(Row(cells))
    return [Table("statements", say("report.table.statements"), columns, tuple(rows))]


def _span(first: Label, last: Label) -> Label:
    return Label(f"{first.zh}–{last.zh}", f"{first.en} – {last.en}", f"{first.neutral} – {last.neutral}")


def _verifications(data: ReportData) -> list[Block]:
    if not data.verifications:
        return []
    columns = (
        column("report.column.day"),
        column("report.column.verifier"),
        column("report.column.opinion"),
        column("report.column.verified", "t CO2e"),
        column("report.column.remark"),
        code_column("report.column.statement"),
    )
    rows = []
    for row in data.verifications:
        badge = state_badge(row.opinion)
        remark, digest = Label(row.remark or "—"), Label(row.statement_digest[:DIGEST_DIGITS])
        cells = (day(row.effective_date), Label(row.verifier), badge.text, whole(row.quantity_tco2e), remark)
        rows.append(Row((*cells, digest)))
    return [Table("verifications", say("report.table.verifications"), columns, tuple(rows))]


def _issued(data: ReportData) -> list[Block]:
    if not data.issued_blocks:
        return []
    columns = (
        column("report.column.vintage"),
        column("report.column.quantity", "t CO2e"),
        code_column("report.column.serial-first"),
        code_column("report.column.serial-last"),
        column("report.column.issued-on"),
    )
    rows = [
        Row((
            Label(str(block.vintage_year)),
            whole(block.quantity_tco2e),
            Label(block.serial_first),
            Label(block.serial_last),
            day(block.issued_date),
        ))
        for block in data.issued_blocks
    ]  # fmt: skip
    total = sum(block.quantity_tco2e for block in data.issued_blocks)
    blank = Label("")
    rows.append(Row((say("report.word.total"), whole(total), blank, blank, blank), strong=True))
    return [Table("issued", say("report.table.issued"), columns, tuple(rows))]


def _units(units: UnitTotals | None) -> list[Block]:
    if units is None:
        return []
    columns = (column("report.column.state"), column("report.column.quantity", "t CO2e"))
    names = ("issued", "tradable", "listed", "pledged", "retired")
    rows = tuple(
        Row((say(f"report.units.{name}"), whole(getattr(units, name))), strong=name == "issued")
        for name in names
    )
    return [Table("units", say("report.table.units"), columns, rows, say("report.note.units"))]


def _listings(data: ReportData) -> list[Block]:
    if not data.listings:
        return []
    columns = (
        column("report.column.day"),
        column("report.column.seller"),
        column("report.column.quantity", "t CO2e"),
        column("report.column.price", "CNY/t"),
        column("report.column.state"),
        code_column("report.column.code"),
    )
    rows = tuple(
        Row((
            day(row.listed_date),
            Label(row.seller),
            whole(row.quantity_tco2e),
            yuan(row.price_fen_per_t),
            state_badge(row.state).text,
            Label(row.code),
        ))
        for row in data.listings
    )  # fmt: skip
    return [Table("listings", say("report.table.listings"), columns, rows)]


def _trades(data: ReportData) -> list[Block]:
    if not data.trades:
        return []
    columns = (
        column("report.column.day"),
        column("report.column.seller"),
        column("report.column.buyer"),
        column("report.column.quantity", "t CO2e"),
        column("report.column.price", "CNY/t"),
        column("report.column.money", "CNY"),
        column("report.column.settled-on"),
    )
    rows = tuple(
        Row((
            day(row.trade_date),
            Label(row.seller),
            Label(row.buyer),
            whole(row.quantity_tco2e),
            yuan(row.price_fen_per_t),
            yuan(row.amount_fen),
            say("report.word.open") if row.settled_date is None else day(row.settled_date),
        ))
        for row in data.trades
    )  # fmt: skip
    return [Table("trades", say("report.table.trades"), columns, rows)]


def _certificates(certificates: tuple[RetirementCertificate, ...]) -> list[Block]:
    if not certificates:
        return []
    return [Heading(say("report.heading.certificates")), *(_certificate(one) for one in certificates)]


def _certificate(one: RetirementCertificate) -> Terms:
    return Terms(
        (
            Term(say("report.term.certificate"), Label(one.certificate_code), code=True),
            Term(say("report.term.retired"), _tonnes(one.quantity_tco2e)),
            Term(say("report.term.holder"), Label(one.holder)),
            Term(say("report.term.beneficiary"), Label(one.beneficiary)),
            Term(say("report.term.purpose"), one.purpose),
            Term(say("report.term.retired-on"), day(one.retired_date)),
            Term(say("report.term.serials"), Label("; ".join(one.serials)), code=True),
        )
    )


def _tonnes(quantity_tco2e: int) -> Label:
    return Label(f"{whole(quantity_tco2e).zh} t CO₂e")
