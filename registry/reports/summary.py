"""`summary.json`: the figures of a run for machines, in SI units and with closed lists of names.

The shape is documented in docs/summary.md and docs/summary.schema.json; both are tested.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from mrv.units import QUANTITIES
from registry.errors import RegistryError
from registry.reports.budget import BudgetRow
from registry.reports.model import STAGES, ClassArea, EstimateRow, ReportData, UnitTotals
from registry.reports.parcels import AuditPage, ParcelReport
from registry.reports.sections.cover import stage_status
from registry.reports.sections.supervising import count_findings

SCHEMA_VERSION: Final = 1
"""Rises when a key is taken away or changes its meaning."""


def build_summary(data: ReportData) -> dict[str, Any]:
    """Return the summary of a run as plain values.

    Parameters
    ----------
    data
        What the report says.

    Returns
    -------
    dict
        Keys as in docs/summary.md. Areas in ha, volumes in m3, carbon in t C, changes and units
        in t CO2e. No clock time is in it.

    Raises
    ------
    RegistryError
        If an estimate has a quantity outside the closed list, or another unit than its own.
    """
    statuses = [stage_status(data, stage) for stage in STAGES]
    return {
        "schema_version": SCHEMA_VERSION,
        "county_code": data.county_code,
        "as_of": data.as_of.isoformat(),
        "simulated": data.simulated,
        "demonstration": data.demonstration_programme is not None,
        "manifest_sha256": data.provenance.manifest_sha256,
        "statement_sha256": data.provenance.statement_sha256 or None,
        "profile": {
            "id": data.provenance.profile_id,
            "version": data.provenance.profile_version,
            "sha256": data.provenance.profile_sha256,
        },
        "code_version": data.provenance.code_version,
        "stages": {status.stage: status.state for status in statuses},
        "stage_reasons": {status.stage: status.reason.rule for status in statuses if status.reason},
        "estimates": [_estimate(row) for row in data.estimates],
        "parcels": None if data.parcels is None else _parcels(data.parcels),
        "audits": [_audit(page) for page in data.audits],
        "budget": [_budget(row) for row in data.budget],
        "pixels": [_pixels(area) for area in data.class_areas if area.pixel_count is not None],
        "units": _units(data.units),
        "findings": count_findings(data.findings),
    }


def write_summary(path: Path, data: ReportData) -> Path:
    """Write `summary.json` (UTF-8, keys in a fixed order) and return its path."""
    text = json.dumps(build_summary(data), ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def _estimate(row: EstimateRow) -> dict[str, Any]:
    known = QUANTITIES.get(row.quantity)
    if known is None:
        raise RegistryError("summary-quantity-unknown", quantity=row.quantity)
    if known.unit != row.unit:
        raise RegistryError("summary-unit", quantity=row.quantity, expected=known.unit, unit=row.unit)
    return {
        "stage": row.stage,
        "domain": row.domain,
        "quantity": row.quantity,
        "unit": row.unit,
        "value": row.value,
        "standard_error": row.standard_error,
        "n_plots": row.n_plots,
        "low": row.low,
        "high": row.high,
        "confidence": row.confidence_frac,
        "year": row.year,
        "period": None if row.period is None else list(row.period),
        "model_based": row.model_based,
    }


def _parcels(parcels: ParcelReport) -> dict[str, Any]:
    return {
        "year": parcels.year,
        "strata": [asdict(row) | {"label": row.label.zh} for row in parcels.sums],
        "years": [asdict(row) for row in parcels.years],
        "recalibrations": [asdict(row) | {"label": row.label.zh} for row in parcels.recalibrations],
        "model_based": True,
    }


def _audit(page: AuditPage) -> dict[str, Any]:
    return {
        "kind": page.kind,
        "statement_sha256": page.statement_sha256,
        "lines": [{"check": line.check.rule, "verdict": line.verdict} for line in page.lines],
    }


def _budget(row: BudgetRow) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "domain": row.domain,
        "quantity": row.quantity,
        "unit": row.unit,
        "source": row.source,
        "standard_error": row.standard_error,
        "relative_standard_error": row.relative_frac,
        "variance_share": row.share_frac,
        "draws": row.draws,
        "mc_error": row.mc_error_frac,
        "settled": None if row.draws is None else row.settled == "yes",
        "path": row.path or None,
        "status": row.status or None,
    }


def _pixels(area: ClassArea) -> dict[str, Any]:
    count = area.pixel_count or 0.0
    return {
        "domain": area.domain,
        "class": area.class_code,
        "count": int(count) if float(count).is_integer() else count,
        "rule": area.rule,
        "year": area.year,
        "area_ha": area.area_ha,
    }


def _units(units: UnitTotals | None) -> dict[str, int]:
    names = ("issued", "tradable", "pledged", "retired", "listed")
    return {name: 0 if units is None else getattr(units, name) for name in names}
