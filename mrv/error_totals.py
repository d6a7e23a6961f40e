"""What an account takes from an uncertainty budget: the combined error, what must be said, the seed.

A methodology that controls the sampling error alone (CDM tools, the national methodologies) keeps its
estimate; one whose ``uncertainty_scope`` is ``total`` takes its discount of all sources together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from mrv.error_budget import TOTAL
from mrv.montecarlo.terms import ErrorTerm
from mrv.sampling import Estimate
from mrv.statement_items import BudgetItem, Note

OPEN: Final = frozenset({"unverified", "placeholder"})
"""Statuses of an assumed error that nobody has confirmed or stated."""


def total_error(items: Iterable[BudgetItem], domain: str, quantity: str) -> float | None:
    """Return the combined standard error of an estimate, in its unit; None without a budget."""
    for item in items:
        if (item.domain, item.quantity, item.source) == (domain, quantity, TOTAL):
            return item.standard_error
    return None


def with_total_error(estimate: Estimate, items: Iterable[BudgetItem], domain: str, quantity: str) -> Estimate:
    """Return an estimate whose variance is that of all sources together, in the square of its unit.

    For a profile that takes its discount of the total uncertainty; never less than the sampling
    variance, because the total holds it.
    """
    error = total_error(items, domain, quantity)
    return estimate if error is None else replace(estimate, variance=max(error**2, estimate.variance))


def assumed_rows(terms: Iterable[ErrorTerm]) -> tuple[str, ...]:
    """Return the rows of ``error_terms.csv`` that nobody has confirmed, sorted."""
    return tuple(sorted(f"error_terms.csv:{term.name}" for term in terms if term.status in OPEN))


def budget_notes(items: Sequence[BudgetItem], terms: Iterable[ErrorTerm] = ()) -> tuple[Note, ...]:
    """Return what the reader of a budget must know: assumptions, sources left out, unsettled draws."""
    found = [Note("budget-sum-conservative")] if any(i.source == "measurement" for i in items) else []
    drawn = {item.source for item in items}
    if items and "model" not in drawn:
        found.append(Note("budget-without-trees"))
    if items and "area" not in drawn:
        found.append(Note("budget-without-area"))
    open_terms = [term.name for term in terms if term.status in OPEN]
    if open_terms and "model" in drawn:
        found.append(Note("budget-assumed", {"count": len(open_terms), "terms": ", ".join(open_terms)}))
    unsettled = [item for item in items if item.params.get("converged", "yes") != "yes"]
    if unsettled:
        draws = int(min(int(item.params["draws"]) for item in unsettled))
        found.append(Note("budget-not-settled", {"count": len(unsettled), "draws": draws}))
    return tuple(found)


def seed_of(digest: str) -> int:
    """Return the seed of the draws made from a digest of the inputs, so that they can be made again.

    Examples
    --------
    >>> seed_of("00000010" + "f" * 56)
    16
    """
    return int(digest[:8], 16)
