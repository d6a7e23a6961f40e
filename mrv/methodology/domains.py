"""What each key of a profile may hold: the closed list of keys by kind of methodology.

A domain is a set of words, or the name of a check in `CHECKS`. A key that is not listed is refused,
and so is a profile that lacks one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from mrv.methodology.model import MISSING, AccountStep, Section

TERMS: Final = (
    "project_change",
    "other_pools_change",
    "uncertainty_discount",
    "project_emissions",
    "baseline_change",
    "leakage",
    "risk_deduction",
    "buffer_contribution",
)
"""Terms that an account may have; the profile says which, with which sign and in which order."""
BASES: Final = ("none", "project_change", "subtotal")
"""Of what a share is taken: nothing (an amount), the change before any deduction, what is left."""
AMOUNTS: Final = frozenset({"project_change", "other_pools_change", "project_emissions"})
"""Terms that are amounts, never shares."""
POOLS: Final = (
    "above_ground", "below_ground", "dead_wood", "litter", "soil", "shrub", "bamboo", "harvested_wood",
)  # fmt: skip
"""Carbon pools that each profile includes as mandatory or optional, or excludes."""

_POOL: Final = frozenset({"mandatory", "optional", "excluded"})
_STEP: Final = frozenset({"term", "sign", "base"})
_SECTION: Final = frozenset({"no", "zh", "en", "part"})
PARTS: Final = frozenset(
    {
        "introduction", "applicability", "references", "terms", "boundary", "equations", "baseline",
        "additionality", "project", "leakage", "net", "monitoring", "points", "area", "stock", "change",
        "uncertainty", "own-words",
    }
)  # fmt: skip
"""What a report can fill in under a heading; under ``own-words`` only its owner can."""

_COMMON: Final[Mapping[str, object]] = MappingProxyType(
    {
        **{f"pool_{name}": _POOL for name in POOLS},
        "biomass_equation": frozenset({"vbef", "allometry"}),
        "carbon_fraction": "fraction-or-species",
        "minimum_dbh_cm": "number",
        "confidence_level": "fraction",
        "precision_target": "fraction",
        "monitoring_interval_years": "rule-number",
        "report_skeleton": "sections",
        "run_may_state": "words",
    }
)
_REMOVALS: Final[Mapping[str, object]] = MappingProxyType(
    {
        "change_method": frozenset({"paired", "independent"}),
        "discount_bands": "bands",
        "discount_basis": frozenset({"half_width", "value", "excess"}),
        "uncertainty_limit": "limit",
        "uncertainty_scope": frozenset({"sampling", "total"}),
        "claim_bound": frozenset({"value", "lower_bound"}),
        "baseline_rule": frozenset({"share", "benchmark"}),
        "baseline_share": "fraction",
        "performance_benchmark": "number-or-missing",
        "leakage_share": "fraction-or-missing",
        "project_emissions_tco2e": "number",
        "risk_deduction": "fraction",
        "buffer_share": "fraction",
        "buffer_minimum": "fraction",
        "negative_periods": frozenset({"carry_forward"}),
        "rounding": frozenset({"floor"}),
        "vintage_split": frozenset({"days_largest_remainder"}),
        "account": "steps",
        "crediting_years_min": "rule-number",
        "crediting_years_max": "rule-number",
        "land_non_forest_years": "rule-number",
        "land_non_forest_since": "date-or-none",
        "minimum_patch_m2": "dated-numbers",
        "start_after_date": "date-or-none",
        "removals_after_date": "date-or-none",
        "tenure": frozenset({"through_crediting", "not_tested"}),
        "ineligible_parcels": frozenset({"exclude", "refuse", "note"}),
    }
)
KEYS: Final[Mapping[str, Mapping[str, object]]] = MappingProxyType(
    {"county_stock": _COMMON, "project_removals": MappingProxyType({**_COMMON, **_REMOVALS})}
)
"""Kind of methodology -> key -> domain."""


def is_number(value: object) -> bool:
    """Tell whether a value is a finite number."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def frozen(domain: object, value: Any) -> tuple[object, bool]:
    """Return a value in its frozen form and whether it belongs to the domain."""
    if isinstance(domain, frozenset):
        return value, isinstance(value, str) and value in domain
    try:
        return CHECKS[str(domain)](value)
    except (TypeError, ValueError):
        return value, False


def _number(value: Any) -> tuple[object, bool]:
    return value, is_number(value)


def _fraction(value: Any) -> tuple[object, bool]:
    return value, is_number(value) and 0 <= value <= 1


def _limit(value: Any) -> tuple[object, bool]:
    return value, isinstance(value, int | float) and not isinstance(value, bool) and value > 0


def _fraction_or_species(value: Any) -> tuple[object, bool]:
    return value, value == "species" or (is_number(value) and 0 < value < 1)


def _number_or_missing(value: Any) -> tuple[object, bool]:
    return value, value in {"none", MISSING} or is_number(value)


def _fraction_or_missing(value: Any) -> tuple[object, bool]:
    return value, value == MISSING or (is_number(value) and 0 <= value <= 1)


def _rule_number(value: Any) -> tuple[object, bool]:
    """Return a number that is not negative, ``none`` (no such rule), or ``missing`` (not known)."""
    return value, value in {"none", MISSING} or (is_number(value) and value >= 0)


def _date_or_none(value: Any) -> tuple[object, bool]:
    if value == "none":
        return value, True
    return value, isinstance(value, str) and date.fromisoformat(value).isoformat() == value


def _words(value: Any) -> tuple[object, bool]:
    words = tuple(value)
    good = not isinstance(value, str) and all(isinstance(word, str) for word in words)
    return words, good and len(set(words)) == len(words)


def _bands(value: Any) -> tuple[object, bool]:
    bands = tuple((float(upper), float(share)) for upper, share in value)
    uppers, shares = [band[0] for band in bands], [band[1] for band in bands]
    rising = uppers == sorted(set(uppers)) and shares == sorted(shares)
    return bands, bool(bands) and rising and math.isinf(uppers[-1]) and 0 <= shares[0] <= shares[-1] <= 1


def _dated_numbers(value: Any) -> tuple[object, bool]:
    """Return (last day, number) pairs, rising; the last day of the last pair is ``none``."""
    if value == MISSING:
        return value, True
    pairs = tuple((str(day), float(number)) for day, number in value)
    days = [date.fromisoformat(day) for day, _ in pairs[:-1]]
    good = bool(pairs) and pairs[-1][0] == "none" and days == sorted(set(days))
    return pairs, good and all(number >= 0 for _, number in pairs)


def _steps(value: Any) -> tuple[object, bool]:
    if not all(isinstance(step, dict) and set(step) == _STEP for step in value):
        return (), False
    steps = tuple(AccountStep(**step) for step in value)
    terms = [step.term for step in steps]
    known = all(s.term in TERMS and s.sign in {1, -1} and s.base in BASES for s in steps)
    known = known and all((s.base == "none") == (s.term in AMOUNTS) for s in steps)
    # what a term may do is not for a file to turn round: changes add, everything else is taken off
    adds = {"project_change", "other_pools_change"}
    known = known and all((s.sign == 1) == (s.term in adds) for s in steps)
    return steps, bool(steps) and known and len(set(terms)) == len(terms) and terms[0] == "project_change"


def _sections(value: Any) -> tuple[object, bool]:
    if not all(isinstance(item, dict) and set(item) == _SECTION for item in value):
        return (), False
    sections = tuple(Section(**item) for item in value)
    numbers = [item.no for item in sections]
    known = all(item.part in PARTS for item in sections)
    return sections, bool(sections) and known and len(set(numbers)) == len(numbers)


CHECKS: Final[Mapping[str, Callable[[Any], tuple[object, bool]]]] = MappingProxyType(
    {
        "number": _number,
        "fraction": _fraction,
        "limit": _limit,
        "fraction-or-species": _fraction_or_species,
        "number-or-missing": _number_or_missing,
        "fraction-or-missing": _fraction_or_missing,
        "rule-number": _rule_number,
        "date-or-none": _date_or_none,
        "words": _words,
        "bands": _bands,
        "dated-numbers": _dated_numbers,
        "steps": _steps,
        "sections": _sections,
    }
)
"""Name of a domain -> the check that freezes a value of it."""
