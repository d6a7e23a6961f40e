"""What the registry puts into the report: statements, units, market, money, duties."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from flows.steps.report_measured import label_of
from flows.steps.supervising import happened
from flows.workspace import Run
from registry import queries
from registry.duties import evaluate_duties, load_duties
from registry.reports.label import Label
from registry.reports.market import (
    IssuedBlock,
    ListingRow,
    PledgeRow,
    PricePoint,
    RetirementCertificate,
    StatementRow,
    TradeRow,
    UnitTotals,
    ValuationRow,
    VerificationRow,
)
from registry.reports.model import DutyRow, DutyState
from registry.store import Registry
from registry.working_days import load_calendar

DUTY_STATES: Mapping[str, DutyState] = {"due": "due", "done": "done", "late": "late"}


def day(value: str | None) -> date | None:
    """Return an ISO date, or None."""
    return date.fromisoformat(value) if value else None


def holder(registry: Registry, account_id: str) -> str:
    """Return the party that owns an account."""
    return next(
        str(row["party_code"]) for row in queries.accounts(registry) if row["account_id"] == account_id
    )


def statement_rows(run: Run, registry: Registry) -> Iterator[StatementRow]:
    """Yield the statements of the county."""
    for row in queries.statements(registry, run.county.county.code):
        yield StatementRow(
            kind=row["kind"],
            digest=row["digest"],
            period_start_date=date.fromisoformat(row["period_start"]),
            period_end_date=date.fromisoformat(row["period_end"]),
            claim_tco2e=row["claim_tco2e"],
            state=row["status"],
            maker=row["maker"],
        )


def verification_rows(run: Run, registry: Registry) -> Iterator[VerificationRow]:
    """Yield the opinions on the statements."""
    for row in queries.statements(registry, run.county.county.code):
        if row["verification_id"]:
            yield VerificationRow(
                statement_digest=row["digest"],
                verifier=row["verifier"],
                opinion=row["opinion"],
                quantity_tco2e=row["verified_tco2e"],
                effective_date=date.fromisoformat(row["verified_on"]),
                remark=row["reason"],
            )


def issued_rows(registry: Registry) -> Iterator[IssuedBlock]:
    """Yield the serial ranges issued."""
    for row in queries.issuances(registry):
        yield IssuedBlock(
            vintage_year=row["vintage"],
            quantity_tco2e=row["quantity"],
            serial_first=f"{row['series_id']}-{row['lo']}",
            serial_last=f"{row['series_id']}-{row['hi'] - 1}",
            issued_date=date.fromisoformat(row["issued_on"]),
        )


def unit_totals(run: Run, registry: Registry) -> UnitTotals | None:
    """Return the units by state; None where none were issued."""
    states = queries.units_by_state(registry, run.county.county.code)
    if not states.issued:
        return None
    return UnitTotals(states.issued, states.tradable, states.listed, states.pledged, states.retired)


def listing_rows(registry: Registry) -> Iterator[ListingRow]:
    """Yield the offers."""
    for row in queries.listings(registry):
        part = "partly_filled" if row["quantity_sold"] else "open"
        state: Any = {"sold": "filled", "withdrawn": "withdrawn"}.get(row["status"], part)
        yield ListingRow(
            row["listing_id"],
            holder(registry, row["account_id"]),
            row["quantity"],
            row["price_fen_per_t"],
            date.fromisoformat(row["listed_on"]),
            state,
        )


def trade_rows(registry: Registry) -> Iterator[TradeRow]:
    """Yield the trades with their settlement."""
    for row in queries.trades(registry):
        yield TradeRow(
            row["trade_id"],
            holder(registry, row["seller_account"]),
            holder(registry, row["buyer_account"]),
            row["quantity"],
            row["price_fen_per_t"],
            row["amount_fen"],
            date.fromisoformat(row["traded_on"]),
            day(row["settled_on"]),
        )


def retirement_rows(registry: Registry) -> Iterator[RetirementCertificate]:
    """Yield the certificates, rendered from the ledger's own rows."""
    for row in queries.retirements(registry):
        yield RetirementCertificate(
            certificate_code=row["certificate_no"],
            holder=holder(registry, row["account_id"]),
            beneficiary=row["beneficiary_name"],
            purpose=label_of(f"purpose-{row['purpose'].replace('_', '-')}"),
            quantity_tco2e=row["quantity"],
            serials=tuple(row["serials"]),
            retired_date=date.fromisoformat(row["retired_on"]),
        )


def pledge_rows(registry: Registry) -> Iterator[PledgeRow]:
    """Yield the pledges."""
    for row in queries.encumbrances(registry, kind="pledge"):
        yield PledgeRow(
            code=row["encumbrance_id"],
            pledgor=holder(registry, row["account_id"]),
            lender=row["secured_party"],
            quantity_tco2e=row["quantity"],
            start_date=date.fromisoformat(row["created_on"]),
            state=row["status"],
            loan_fen=row["amount_fen"],
            end_date=day(row["ended_on"] or row["ends_on"]),
        )


def valuation_rows(run: Run, registry: Registry) -> Iterator[ValuationRow]:
    """Yield the values of this day."""
    for row in queries.valuations(registry):
        if row["as_of"] == run.as_of.isoformat():
            yield ValuationRow(
                basis=row["subject_kind"],
                label=label_of(f"value-of-{row['subject_kind'].replace('_', '-')}"),
                low_fen=row["low_fen"],
                base_fen=row["mid_fen"],
                high_fen=row["high_fen"],
                quantity_tco2e=float(row["parameters"].get("quantity_tco2e", "nan")),
                hypothetical=row["subject_kind"] == "county_stock",
            )


def price_rows(registry: Registry) -> Iterator[PricePoint]:
    """Yield the prices seen."""
    for row in queries.prices(registry):
        yield PricePoint(date.fromisoformat(row["quote_date"]), row["price_fen_per_t"], row["venue"])


def duty_rows(run: Run, registry: Registry) -> Iterator[DutyRow]:
    """Yield the duties that have a date on the day of the report."""
    duties = load_duties()
    statuses = evaluate_duties(duties.duties, happened(run, registry), run.as_of, load_calendar())
    by_id = {duty.id: duty for duty in duties.duties}
    for status in statuses:
        if status.state in DUTY_STATES:
            duty = by_id[status.duty_id]
            yield DutyRow(
                code=duty.id,
                label=Label(duty.duty_zh, duty.duty_en),
                responsible=Label(duty.responsible_zh, duty.responsible_en),
                due_date=status.due_date,
                state=DUTY_STATES[status.state],
                done_date=status.done_date,
            )
