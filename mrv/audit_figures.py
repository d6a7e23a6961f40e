"""Checks of a statement's own figures: claim, precision, region, baseline, components, parcels."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from mrv.audit_facts import AuditFacts
from mrv.regional_references import regional_references
from mrv.sampling import Estimate
from mrv.statement import Statement
from mrv.statement_items import AuditItem, DomainEstimate, Verdict

Items = Iterator[AuditItem]
Params = dict[str, str | int | float]
PRECISION_FRAC: Final = 0.10
"""Half-width of the 90 % interval that the methodologies ask for, relative to the value [1]."""
FAR_FRAC: Final = 0.5
"""Distance from a regional value from which a person should look, relative to it [1]."""
DIGITS: Final = 4
"""Decimals of shares on the page, so that the last bits of another processor do not show."""


def _wholes(statement: Statement, quantity: str) -> list[DomainEstimate]:
    """Return the last estimate of a quantity for each whole: the county, the project, named populations."""
    latest: dict[str, DomainEstimate] = {}
    for item in statement.estimates:
        if item.quantity == quantity and ":" not in item.domain and not item.model_based:
            known = latest.get(item.domain)
            if known is None or _when(item) >= _when(known):
                latest[item.domain] = item
    return [item for item in latest.values() if item.estimate.value]


def _when(item: DomainEstimate) -> int:
    return item.period[1] if item.period else item.year or 0


def _whole(statement: Statement, quantity: str) -> DomainEstimate | None:
    """Return the last estimate of a quantity for the whole that the statement is about."""
    found = _wholes(statement, quantity)
    return found[-1] if found else None


def claim(statement: Statement, _facts: AuditFacts) -> Items:
    """Hold the claim against what the account allows and against the interval of the change."""
    if statement.kind != "project_removals":
        verdict: Verdict = "fail" if statement.claim_tco2e else "ok"
        yield AuditItem("audit-claims-nothing", verdict, {"claim_tco2e": statement.claim_tco2e})
        return
    allowed = next((line.value for line in statement.lines if line.term == "net_removals"), 0.0)
    change = _whole(statement, "net_change")
    low = _lower(change.estimate) if change else -math.inf
    claim = statement.claim_tco2e
    verdict = "fail" if claim > max(allowed, 0.0) + 1e-6 else "ok" if claim <= low else "look"
    params = {"claim_tco2e": claim, "allowed_tco2e": round(allowed), "low_tco2e": round(max(low, -1e15))}
    yield AuditItem("audit-claim-bound", verdict, params)


def _lower(estimate: Estimate) -> float:
    return estimate.interval()[0]


def precision(statement: Statement, _facts: AuditFacts) -> Items:
    """Judge the stock and the change of each whole, and tell the worst."""
    for quantities, key in (
        (("carbon_stock", "carbon_stock_ag", "growing_stock"), "audit-precision-stock"),
        (("net_change",), "audit-precision-change"),
    ):
        groups = (_wholes(statement, quantity) for quantity in quantities)
        found = next((group for group in groups if group), [])
        if found:
            widths = {item.domain: item.estimate.relative_half_width() for item in found}
            domain = max(sorted(widths), key=lambda name: widths[name])
            width = min(widths[domain], 9.99)
            verdict: Verdict = "ok" if width <= PRECISION_FRAC else "look"
            params: Params = {
                "domain": domain,
                "width_frac": round(width, DIGITS),
                "limit_frac": PRECISION_FRAC,
            }
            yield AuditItem(key, verdict, params)


def regional_density(statement: Statement, _facts: AuditFacts) -> Items:
    """Hold the density against a regional mean."""
    found = _whole(statement, "carbon_stock_per_ha")
    if found is None:
        return
    reference = regional_references()["tree-carbon-density"]
    off = abs(found.estimate.value / reference.value - 1)
    yield AuditItem(
        "audit-density-regional",
        "ok" if off <= FAR_FRAC else "look",
        {
            "value": round(found.estimate.value, 2),
            "reference": reference.value,
            "off_frac": round(off, DIGITS),
            "limit_frac": FAR_FRAC,
        },
    )


def regional_growth(statement: Statement, _facts: AuditFacts) -> Items:
    """Hold the change per hectare and year against a regional increment."""
    found = _whole(statement, "net_change_per_ha_year")
    if found is None:
        return
    project = statement.kind == "project_removals"
    reference = regional_references()["plantation-increment" if project else "natural-increment"]
    regional = reference.tco2e
    yield AuditItem(
        "audit-growth-regional",
        "ok" if found.estimate.value <= (1 + FAR_FRAC) * regional else "look",
        {
            "value": round(found.estimate.value, 2),
            "reference": round(regional, 2),
            "limit_frac": 1 + FAR_FRAC,
        },
    )


def baseline(statement: Statement, _facts: AuditFacts) -> Items:
    """Say whether the baseline is local."""
    if statement.kind != "project_removals":
        return
    for note in statement.notes:
        if note.rule == "account-term-measured" and note.params.get("term") == "baseline_change":
            amount = round(float(note.params["amount_tco2e"]))
            yield AuditItem("audit-baseline-local", "ok", {"baseline_tco2e": amount})
            return
    lines = {line.term: line.value for line in statement.lines}
    base, gross = -lines.get("baseline_change", 0.0), lines.get("project_change", 0.0)
    yield AuditItem(
        "audit-baseline-not-local",
        "look",
        {"baseline_tco2e": round(base), "share_frac": round(base / gross, DIGITS) if gross else 0.0},
    )


def components(statement: Statement, _facts: AuditFacts) -> Items:
    """Add the components up to the net change."""
    change = _whole(statement, "net_change")
    parts = {
        name: _whole(statement, name) for name in ("survivor_growth", "ingrowth", "mortality", "felling")
    }
    if change is None or any(part is None for part in parts.values()):
        return
    value = {name: part.estimate.value for name, part in parts.items() if part is not None}
    summed = value["survivor_growth"] + value["ingrowth"] - value["mortality"] - value["felling"]
    off = abs(summed - change.estimate.value)
    size = max(1.0, math.fsum(abs(item) for item in value.values()))
    verdict: Verdict = "ok" if off <= 1e-6 * size else "fail"
    yield AuditItem(
        "audit-components-sum",
        verdict,
        {
            "sum_tco2e": round(summed),
            "change_tco2e": round(change.estimate.value),
            "off_tco2e": round(off, 3),
        },
    )


def parcels(_statement: Statement, facts: AuditFacts) -> Items:
    """Say what parcels add up to before and after they are held to the plots."""
    held = [item for item in facts.calibration if math.isfinite(item.factor) and item.calibrated_tc > 0]
    if not held:
        return
    before = math.fsum(item.model_tc for item in facts.calibration)
    after = math.fsum(item.calibrated_tc for item in facts.calibration)
    factors = [item.factor for item in held]
    within = all(abs(f - 1) <= FAR_FRAC for f in factors)
    bare = sum(item.n_parcels for item in facts.calibration if math.isnan(item.standard_error_tc))
    yield AuditItem(
        "audit-parcel-sums",
        "ok" if within and not bare else "look",
        {
            "before_tc": round(before),
            "after_tc": round(after),
            "low": round(min(factors), 3),
            "high": round(max(factors), 3),
            "bare": bare,
        },
    )
