"""The page on which a statement audits itself: what a reader would have to dig for, said with the figures.

Each check comes to ``ok``, ``look`` (a person should look) or ``fail`` (a rule is broken). Bounds are our own
unless a methodology gives them; they are named in the sentence, so that a reader can hold other ones.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from mrv import audit_figures, audit_sample
from mrv.audit_facts import AuditFacts
from mrv.audit_figures import Items
from mrv.statement import Statement
from mrv.statement_items import AuditItem, Verdict

CHECKS: Final[tuple[Callable[[Statement, AuditFacts], Items], ...]] = (
    audit_figures.claim,
    audit_figures.precision,
    audit_sample.warnings,
    audit_figures.regional_density,
    audit_figures.regional_growth,
    audit_figures.baseline,
    audit_sample.design,
    audit_sample.strata,
    audit_sample.zeros,
    audit_sample.visits,
    audit_sample.trees,
    audit_sample.monte_carlo,
    audit_figures.components,
    audit_figures.parcels,
    audit_sample.overlaps,
    audit_sample.unverified,
    audit_sample.seed,
)
"""The checks, in the order in which the page has them."""


def audit_statement(statement: Statement, facts: AuditFacts) -> tuple[AuditItem, ...]:
    """Return the lines of the self-audit, in the order in which they are printed.

    Parameters
    ----------
    statement
        The statement, complete but for its audit.
    facts
        What else is known of sample, parcels and rights.
    """
    return tuple(item for check in CHECKS for item in check(statement, facts))


def worst(items: tuple[AuditItem, ...]) -> Verdict:
    """Return the gravest verdict of a page.

    >>> worst((AuditItem("a", "ok"), AuditItem("b", "look")))
    'look'
    """
    ranks: tuple[Verdict, ...] = ("ok", "look", "fail")
    return max((item.verdict for item in items), key=ranks.index, default="ok")
