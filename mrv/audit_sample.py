"""Checks of what stands behind a statement: sample, trees, draws, warnings, unverified values, overlaps."""

from __future__ import annotations

import math
from typing import Final

from mrv.audit_facts import REMEASURE_YEARS, AuditFacts
from mrv.audit_figures import DIGITS, Items, Params
from mrv.statement import Statement
from mrv.statement_items import AuditItem, Note, Verdict

FEW_PLOTS: Final = 10
"""Plots of a stratum below which the cover of its interval is not proven [1]."""
EXTRAPOLATED_FRAC: Final = 0.05
"""Share of trees beyond the range of their equation from which a person should look [1]."""
MODELLED_FRAC: Final = 0.80
"""Share of heights from a curve from which a person should look [1]."""
MONTE_CARLO_FRAC: Final = 0.02
"""Monte Carlo error of a standard error from which more draws are needed, relative to it [1]."""
DESIGN_EFFECT: Final = 1.0
"""Design effect above which the strata cost precision instead of adding it [1]."""


def _note(statement: Statement, rule: str) -> Note | None:
    return next((note for note in statement.notes if note.rule == rule), None)


def _number(note: Note | None, name: str) -> float:
    return float(note.params.get(name, 0)) if note else 0.0


def warnings(statement: Statement, _facts: AuditFacts) -> Items:
    """Count the estimates that carry a warning."""
    told = [item for item in statement.estimates if item.estimate.warnings]
    rules = sorted({key for item in told for key in item.estimate.warnings})
    verdict: Verdict = "look" if told else "ok"
    params: Params = {"count": len(told), "estimates": len(statement.estimates), "rules": ", ".join(rules)}
    yield AuditItem("audit-estimates-warned", verdict, params)


def design(_statement: Statement, facts: AuditFacts) -> Items:
    """Say whether the strata add precision."""
    if facts.sample and math.isfinite(facts.sample.design_effect):
        effect = facts.sample.design_effect
        verdict: Verdict = "ok" if effect <= DESIGN_EFFECT else "look"
        yield AuditItem("audit-design-effect", verdict, {"effect": round(effect, 3), "limit": DESIGN_EFFECT})


def strata(statement: Statement, facts: AuditFacts) -> Items:
    """Count strata with a single plot, and with few."""
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


def zeros(_statement: Statement, facts: AuditFacts) -> Items:
    """Count the plots without a tree, which stay in the sample."""
    if facts.sample:
        params = {"count": facts.sample.zero_plots, "plots": facts.sample.n_plots, "year": facts.sample.year}
        yield AuditItem("audit-zero-plots", "ok", params)


def visits(statement: Statement, facts: AuditFacts) -> Items:
    """Count plots overdue, and plots measured once."""
    if facts.sample is None:
        return
    late = {"count": facts.sample.overdue, "years": REMEASURE_YEARS}
    yield AuditItem("audit-plots-overdue", "look" if late["count"] else "ok", late)
    unpaired = sum(int(note.params["count"]) for note in statement.notes if note.rule == "plots-unpaired")
    yield AuditItem("audit-plots-unpaired", "look" if unpaired else "ok", {"count": unpaired})


def trees(statement: Statement, facts: AuditFacts) -> Items:
    """Tell the shares of trees beyond their equation and of heights from a curve."""
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


def monte_carlo(statement: Statement, _facts: AuditFacts) -> Items:
    """Tell the Monte Carlo error of the budget."""
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


def overlaps(_statement: Statement, facts: AuditFacts) -> Items:
    """Count overlaps of parcels or rights."""
    yield AuditItem("audit-overlaps", "look" if facts.overlaps else "ok", {"count": facts.overlaps})


def seed(statement: Statement, _facts: AuditFacts) -> Items:
    """Name the seed of simulated data, or say that it is not known; real data have none."""
    if statement.simulated:
        known = statement.seed is not None
        yield (
            AuditItem("audit-seed", "ok", {"seed": statement.seed or 0})
            if known
            else AuditItem("audit-seed-unknown", "look")
        )


def unverified(statement: Statement, _facts: AuditFacts) -> Items:
    """Count unverified parameters."""
    count = len(statement.unverified)
    verdict: Verdict = "ok" if not count else "fail" if statement.purpose == "registration" else "look"
    yield AuditItem("audit-unverified", verdict, {"count": count, "purpose": statement.purpose})
