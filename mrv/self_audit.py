"""The page on which a statement audits itself: what a reader would have to dig for, said with the figures.

Each check comes to ``ok``, ``look`` (a person should look) or ``fail`` (a rule is broken). Bounds are our own
unless a methodology gives them; they are named in the sentence, so that a reader can hold other ones.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Final

from mrv.audit_facts import REMEASURE_YEARS, AuditFacts
from mrv.regional_references import regional_references
from mrv.sampling import Estimate
from mrv.statement import Statement
from mrv.statement_items import AuditItem, DomainEstimate, Note, Verdict

FEW_PLOTS: Final = 10
"""Plots of a stratum below which the cover of its interval is not proven [1]."""
PRECISION_FRAC: Final = 0.10
"""Half-width of the 90 % interval that the methodologies ask for, relative to the value [1]."""
FAR_FRAC: Final = 0.5
"""Distance from a regional value from which a person should look, relative to it [1]."""
EXTRAPOLATED_FRAC: Final = 0.05
"""Share of trees beyond the range of their equation from which a person should look [1]."""
MODELLED_FRAC: Final = 0.80
"""Share of heights from a curve from which a person should look [1]."""
MONTE_CARLO_FRAC: Final = 0.02
"""Monte Carlo error of a standard error from which more draws are needed, relative to it [1]."""
DIGITS: Final = 4
"""Decimals of shares on the page, so that the last bits of another processor do not show."""
DESIGN_EFFECT: Final = 1.0
"""Design effect above which the strata cost precision instead of adding it [1]."""


def audit_statement(statement: Statement, facts: AuditFacts) -> tuple[AuditItem, ...]:
    """Return the lines of the self-audit, in the order in which they are printed.

    Parameters
    ----------
    statement
        The statement, complete but for its audit.
    facts
        What else is known of sample, parcels and rights.
    """
    return tuple(item for check in _CHECKS for item in check(statement, facts))


def worst(items: tuple[AuditItem, ...]) -> Verdict:
    """Return the gravest verdict of a page.

    >>> worst((AuditItem("a", "ok"), AuditItem("b", "look")))
    'look'
    """
    ranks: tuple[Verdict, ...] = ("ok", "look", "fail")
    return max((item.verdict for item in items), key=ranks.index, default="ok")


Items = Iterator[AuditItem]


def _whole(statement: Statement, quantity: str) -> DomainEstimate | None:
    """Return the last estimate of a quantity for the whole: the county, the project, a named population."""
    found = [
        item
        for item in statement.estimates
        if item.quantity == quantity and ":" not in item.domain and not item.model_based
    ]
    return max(found, key=lambda item: item.year or (item.period or (0, 0))[1]) if found else None


def _note(statement: Statement, rule: str) -> Note | None:
    return next((note for note in statement.notes if note.rule == rule), None)


def _number(note: Note | None, name: str) -> float:
    return float(note.params.get(name, 0)) if note else 0.0


def _regional_density(statement: Statement, _facts: AuditFacts) -> Items:
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


def _regional_growth(statement: Statement, _facts: AuditFacts) -> Items:
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


def _baseline(statement: Statement, _facts: AuditFacts) -> Items:
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


def _design(_statement: Statement, facts: AuditFacts) -> Items:
    if facts.sample and math.isfinite(facts.sample.design_effect):
        effect = facts.sample.design_effect
        verdict: Verdict = "ok" if effect <= DESIGN_EFFECT else "look"
        yield AuditItem("audit-design-effect", verdict, {"effect": round(effect, 3), "limit": DESIGN_EFFECT})


def _strata(statement: Statement, facts: AuditFacts) -> Items:
    if facts.sample is None:
        return
    counts = facts.sample.plots_by_stratum
    single = sorted(name for name, count in counts.items() if count < 2)
    few = sorted(name for name, count in counts.items() if 2 <= count < FEW_PLOTS)
    collapsed = any("collapse" in key for item in statement.estimates for key in item.estimate.warnings)
    verdict: Verdict = "ok" if not single else "look" if collapsed else "fail"
    yield AuditItem("audit-single-plot-strata", verdict, {"count": len(single), "strata": ", ".join(single)})
    yield AuditItem(
        "audit-few-plots-strata",
        "look" if few else "ok",
        {"count": len(few), "strata": ", ".join(few), "least": FEW_PLOTS},
    )


def _zeros(_statement: Statement, facts: AuditFacts) -> Items:
    if facts.sample:
        params = {"count": facts.sample.zero_plots, "plots": facts.sample.n_plots, "year": facts.sample.year}
        yield AuditItem("audit-zero-plots", "ok", params)


def _visits(statement: Statement, facts: AuditFacts) -> Items:
    if facts.sample is None:
        return
    late = {"count": facts.sample.overdue, "years": REMEASURE_YEARS}
    yield AuditItem("audit-plots-overdue", "look" if late["count"] else "ok", late)
    unpaired = sum(int(note.params["count"]) for note in statement.notes if note.rule == "plots-unpaired")
    yield AuditItem("audit-plots-unpaired", "look" if unpaired else "ok", {"count": unpaired})


def _trees(statement: Statement, facts: AuditFacts) -> Items:
    if facts.sample is None:
        return
    for key, rule, limit in (
        ("audit-trees-extrapolated", "equation-range-left", EXTRAPOLATED_FRAC),
        ("audit-heights-modelled", "heights-filled", MODELLED_FRAC),
    ):
        note = _note(statement, rule)
        share = _number(note, "count") / max(_number(note, "trees"), 1.0)
        params = {
            "count": int(_number(note, "count")),
            "share_frac": round(share, DIGITS),
            "limit_frac": limit,
        }
        yield AuditItem(key, "ok" if share <= limit else "look", params)


def _monte_carlo(statement: Statement, _facts: AuditFacts) -> Items:
    drawn = [item for item in statement.budget if "mc_error_frac" in item.params and "draws" in item.params]
    if not drawn:
        yield AuditItem("audit-monte-carlo-missing", "look")
        return
    furthest = max(drawn, key=lambda item: float(item.params["mc_error_frac"]))
    error = float(furthest.params["mc_error_frac"])
    yield AuditItem(
        "audit-monte-carlo",
        "ok" if error <= MONTE_CARLO_FRAC else "look",
        {
            "draws": int(float(furthest.params["draws"])),
            "error_frac": round(error, DIGITS),
            "limit_frac": MONTE_CARLO_FRAC,
        },
    )


def _precision(statement: Statement, _facts: AuditFacts) -> Items:
    for quantity, key in (
        ("carbon_stock", "audit-precision-stock"),
        ("net_change", "audit-precision-change"),
    ):
        found = _whole(statement, quantity)
        if found is not None and found.estimate.value:
            width = found.estimate.relative_half_width()
            verdict: Verdict = "ok" if width <= PRECISION_FRAC else "look"
            yield AuditItem(key, verdict, {"width_frac": round(width, DIGITS), "limit_frac": PRECISION_FRAC})


def _components(statement: Statement, _facts: AuditFacts) -> Items:
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


def _parcels(_statement: Statement, facts: AuditFacts) -> Items:
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


def _overlaps(_statement: Statement, facts: AuditFacts) -> Items:
    yield AuditItem("audit-overlaps", "look" if facts.overlaps else "ok", {"count": facts.overlaps})


def _unverified(statement: Statement, _facts: AuditFacts) -> Items:
    count = len(statement.unverified)
    verdict: Verdict = "ok" if not count else "fail" if statement.purpose == "registration" else "look"
    yield AuditItem("audit-unverified", verdict, {"count": count, "purpose": statement.purpose})


def _claim(statement: Statement, _facts: AuditFacts) -> Items:
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


_CHECKS: Final[tuple[Callable[[Statement, AuditFacts], Items], ...]] = (
    _claim,
    _precision,
    _regional_density,
    _regional_growth,
    _baseline,
    _design,
    _strata,
    _zeros,
    _visits,
    _trees,
    _monte_carlo,
    _components,
    _parcels,
    _overlaps,
    _unverified,
)
