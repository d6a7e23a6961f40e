"""What the parcels and the self-audits put into the report."""

from __future__ import annotations

import math
from collections.abc import Iterator

from mrv.county_parcels import CountyParcels
from mrv.sampling import LEVEL
from mrv.statement import Statement
from mrv.statement_items import AuditItem
from registry.reports.label import Label
from registry.reports.model import Remark
from registry.reports.parcels import (
    AuditLine,
    AuditPage,
    ParcelReport,
    ParcelSumRow,
    ParcelYearRow,
    RecalibrationRow,
)


def parcel_report(parcels: CountyParcels) -> ParcelReport:
    """Return sums, years and recalibrations of the parcels."""
    return ParcelReport(
        year=parcels.year,
        sums=tuple(_sums(parcels)),
        years=tuple(_years(parcels)),
        recalibrations=tuple(
            RecalibrationRow(
                item.year,
                item.stratum,
                Label(item.stratum),
                item.updated_tc,
                item.estimate_tc,
                item.standard_error_tc,
            )
            for item in parcels.yearly.recalibrations
        ),
        notes=parcels.notes,
    )


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _sums(parcels: CountyParcels) -> Iterator[ParcelSumRow]:
    for item in parcels.calibrated.strata:
        yield ParcelSumRow(
            stratum=item.stratum,
            label=Label(item.stratum),
            n_parcels=item.n_parcels,
            area_ha=item.area_ha,
            model_tc=item.model_tc,
            calibrated_tc=item.calibrated_tc,
            standard_error_tc=_known(item.standard_error_tc),
            factor=_known(item.factor),
        )


def _years(parcels: CountyParcels) -> Iterator[ParcelYearRow]:
    """Yield the county by year; a campaign with its interval, and what the update had come to."""
    updated = {item.year: item.updated_tc for item in parcels.yearly.recalibrations if not item.stratum}
    for year, carbon_tc in zip(parcels.yearly.years, parcels.yearly.totals_tc().tolist(), strict=True):
        estimate = parcels.county.get(year)
        low, high = estimate.interval(LEVEL) if estimate else (None, None)
        yield ParcelYearRow(
            year=year,
            carbon_tc=carbon_tc,
            campaign=year in parcels.yearly.campaigns,
            updated_tc=updated.get(year),
            low_tc=low,
            high_tc=high,
            confidence_frac=LEVEL,
        )


def audit_page(statement: Statement) -> AuditPage:
    """Return the self-audit of a statement for its page."""
    return AuditPage(statement.kind, statement.digest, tuple(_line(item) for item in statement.audit))


def _line(item: AuditItem) -> AuditLine:
    return AuditLine(Remark(item.check, dict(item.params)), item.verdict)
