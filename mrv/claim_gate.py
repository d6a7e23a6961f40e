"""The gate in front of every claim: no statement claims more than its profile's rule allows.

A statement is judged by what it says itself, in its written (rounded) form: the lines must add up, the
claim must be the net rounded down, the vintages must be the claim, and each line must be at least as
careful as the profile's rule, reckoned here again from the estimates. The same gate stands where a
statement is made and where the registry accepts one.

What is not judged: whether the estimates are right (that is what verification and recomputation are for),
and amounts that the project measured itself, beyond that they deduct and do not add.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from mrv.account import RESULTS, UNIT, share_deduction, uncertainty_deduction, whole_tonnes
from mrv.error_totals import total_error, with_total_error
from mrv.errors import ClaimError, EstimationError, ProfileError
from mrv.ex_ante import is_expected
from mrv.findings import Finding
from mrv.methodology.domains import POOLS
from mrv.profile import Profile
from mrv.sampling import Estimate
from mrv.statement import Statement
from mrv.statement_items import DomainEstimate
from mrv.uncertainty import relative_half_width_of_change
from mrv.units import UNIT_DECIMALS

SOURCE: Final = "statement"
_STEP: Final = Decimal(1).scaleb(-UNIT_DECIMALS[UNIT])
_CARRIED: Final = "carried_forward"
_OTHER_POOLS: Final = tuple(name for name in POOLS if name not in {"above_ground", "below_ground"})
_UNBOUND: Final = frozenset(
    {"project_change", "other_pools_change", "uncertainty_discount", *RESULTS, _CARRIED}
)


def require_claim(statement: Statement, profile: Profile | None) -> None:
    """Refuse a statement that claims more than its profile's rule allows.

    Parameters
    ----------
    statement
        Any statement; a county stock may claim nothing.
    profile
        The profile that its digest names, with the values that the statement says the run replaced;
        None where only the sums can be judged.

    Raises
    ------
    ClaimError
        Rule of the first finding.
    """
    findings = check_claim(statement, profile)
    if findings:
        first = findings[0]
        raise ClaimError(first.rule, **dict(first.params))


def check_claim(statement: Statement, profile: Profile | None) -> list[Finding]:
    """Return what is wrong with the claim of a statement; nothing where it may be made.

    Parameters
    ----------
    statement, profile
        As for `require_claim`.
    """
    if statement.kind != "project_removals":
        claims = statement.claim_tco2e or statement.lines or statement.vintages
        return [_finding("claim-of-a-stock", claim_tco2e=statement.claim_tco2e)] if claims else []
    expected = [item.domain for item in statement.estimates if is_expected(item.estimate.method)]
    if expected:
        return [_finding("claim-ex-ante", domain=expected[0])]
    lines = {line.term: line.value for line in statement.lines}
    if len(lines) != len(statement.lines) or not set(RESULTS) <= set(lines):
        return [_finding("claim-lines-incomplete", lines=", ".join(line.term for line in statement.lines))]
    findings = _check_sums(statement)
    if profile is not None:
        findings += _check_profile(statement, profile)
        if not findings:
            findings += _check_terms(statement, profile, lines)
    return findings


def profile_as_stated(statement: Statement, profile: Profile) -> Profile:
    """Return a profile with the values that a statement's notes say the run replaced.

    A value that the profile does not leave to the run is refused (`Profile.with_values`).
    """
    stated: dict[str, tuple[object, str]] = {}
    for note in statement.notes:
        if note.rule == "profile-value-stated":
            stated[str(note.params["key"])] = (_read(str(note.params["value"])), str(note.params["source"]))
    return profile.with_values(stated) if stated else profile


def _read(text: str) -> object:
    try:
        return float(text)
    except ValueError:
        return text


def _finding(rule: str, **params: str | int | float) -> Finding:
    return Finding(rule, "error", SOURCE, params=params)


def _check_sums(statement: Statement) -> list[Finding]:
    """Check the written lines: terms add up to the net, the claim is the net rounded down."""
    written = {line.term: Decimal(line.canonical()["value"]) for line in statement.lines}
    terms = [value for term, value in written.items() if term not in RESULTS]
    found = []
    total, net = sum(terms, Decimal(0)), written["net_removals"]
    if abs(total - net) > _STEP * (len(terms) + 1) / 2:
        found.append(_finding("claim-lines-differ", lines_tco2e=str(total), net_tco2e=str(net)))
    allowed = whole_tonnes(float(net))
    claim = statement.claim_tco2e
    if claim > allowed or written["claim"] != claim:
        found.append(_finding("claim-over-net", claim_tco2e=claim, net_tco2e=str(net)))
    if any(vintage.quantity_tco2e < 0 for vintage in statement.vintages):
        found.append(_finding("claim-vintage-negative", claim_tco2e=claim))
    return found


def _check_profile(statement: Statement, profile: Profile) -> list[Finding]:
    """Check that the profile is the statement's, and that each step of it has its line, in its order."""
    if (profile.id, profile.sha256) != (statement.profile_id, statement.profile_sha256):
        return [_finding("claim-profile-differs", profile=profile.id, stated=statement.profile_id)]
    found = [line.term for line in statement.lines if line.term != _CARRIED]
    wanted = [*(step.term for step in profile.steps), *RESULTS]
    if found != wanted:
        return [_finding("claim-lines-incomplete", lines=", ".join(found))]
    return []


def _check_terms(statement: Statement, profile: Profile, lines: Mapping[str, float]) -> list[Finding]:
    """Check each line against the rule, reckoned again from the estimates."""
    change = _change_of(statement)
    if change is None:
        return [_finding("claim-change-missing", project=str(statement.project_code))]
    room = _room(change.value)
    if abs(lines["project_change"] - change.value) > room:
        return [_over("project_change", lines["project_change"], change.value)]
    if _takes_total(profile) and total_error(statement.budget, "project", "net_change") is None:
        return [_finding("claim-budget-missing", profile=profile.id)]
    try:
        least = _least(statement, profile, change, lines)
    except (EstimationError, ProfileError) as error:
        return [_finding("claim-rule-failed", reason=error.rule)]
    found = [
        _over(term, lines[term], -amount) for term, amount in least.items() if lines[term] > room - amount
    ]
    if lines.get(_CARRIED, 0.0) > 0:
        found.append(_over(_CARRIED, lines[_CARRIED], 0.0))
    pools = lines.get("other_pools_change", 0.0)
    if pools > _pools_allowed(statement, profile) + _room(pools):
        found.append(_over("other_pools_change", pools, _pools_allowed(statement, profile)))
    return found


def _pools_allowed(statement: Statement, profile: Profile) -> float:
    """Return the gain of other pools that is named as measured, where the profile counts any [t CO2e]."""
    if all(profile.text(f"pool_{name}") == "excluded" for name in _OTHER_POOLS):
        return 0.0
    return sum(
        float(note.params["amount_tco2e"])
        for note in statement.notes
        if note.rule == "account-term-measured" and note.params["term"] == "other_pools_change"
    )


def _least(
    statement: Statement, profile: Profile, change: Estimate, lines: Mapping[str, float]
) -> dict[str, float]:
    """Return the least that each term has to deduct [t CO2e]."""
    u = _half_width(statement, profile, change)
    # a hair less than the written numbers say, so that their rounding alone never crosses a band
    if change.value and not math.isinf(u):
        u = max(u - _room(change.value) * (1 + u) / abs(change.value), 0.0)
    least = {"uncertainty_discount": uncertainty_deduction(change.value, u, profile)}
    measured = {str(n.params["term"]) for n in statement.notes if n.rule == "account-term-measured"}
    net = 0.0
    for step in profile.steps:
        if step.term not in _UNBOUND:
            base = change.value if step.base == "project_change" else net
            free = step.term in measured or step.base == "none"
            amount = 0.0 if free else share_deduction(step.term, change.value, base, profile)
            least[step.term] = amount
        net += lines[step.term]
    return {term: amount for term, amount in least.items() if term in lines}


def _change_of(statement: Statement) -> Estimate | None:
    """Return the change that is claimed from: the project's own, over its last period."""
    found = [e for e in statement.estimates if (e.domain, e.quantity) == ("project", "net_change")]
    return found[-1].estimate if found else None


def _takes_total(profile: Profile) -> bool:
    return profile.text("uncertainty_scope") == "total"


def _half_width(statement: Statement, profile: Profile, change: Estimate) -> float:
    """Return U of the change [1], of the sampling error or of all sources, as the profile says."""
    sampling = _sampling_half_width(statement, profile, change)
    if not _takes_total(profile):
        return sampling
    whole = with_total_error(change, statement.budget, "project", "net_change")
    return max(sampling, whole.relative_half_width(profile.confidence_level))


def _sampling_half_width(statement: Statement, profile: Profile, change: Estimate) -> float:
    """Return U of the sampling error [1]; of independent occasions by AR-TOOL14 eq. 2 from their stocks."""
    level = profile.confidence_level
    if change.method != "independent_change":
        return change.relative_half_width(level)
    stocks = [e for e in statement.estimates if (e.domain, e.quantity) == ("project", "carbon_stock")]
    if len(stocks) < 2 or change.value == 0:
        return math.inf
    ordered: list[DomainEstimate] = sorted(stocks, key=lambda item: item.year or 0)
    first, second = ordered[-2].estimate, ordered[-1].estimate
    return relative_half_width_of_change(
        first.value, first.relative_half_width(level), second.value, second.relative_half_width(level)
    )


def _room(amount_tco2e: float) -> float:
    """Return the room for the rounding of written numbers [t CO2e]."""
    return 8 * float(_STEP) + 1e-9 * abs(amount_tco2e)


def _over(term: str, stated: float, allowed: float) -> Finding:
    return _finding(
        "claim-over-rule", term=term, stated_tco2e=round(stated, 3), allowed_tco2e=round(allowed, 3)
    )
