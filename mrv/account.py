"""The account of a project: from a stock change to whole tonnes, in the order the profile gives.

The profile names the terms, their signs and of what each share is taken; no branch here looks at a
profile's name. A claim is rounded down; a negative result claims nothing and is carried forward.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from mrv.errors import EstimationError
from mrv.ex_ante import require_measured
from mrv.methodology.domains import AMOUNTS
from mrv.methodology.model import AccountStep
from mrv.profile import Profile
from mrv.sampling import Estimate
from mrv.statement_items import AccountLine, Note
from mrv.uncertainty import discount_amount, discount_share

UNIT: Final = "t CO2e"
DECIMALS: Final = 6
NOTHING: Final[Mapping[str, float]] = MappingProxyType({})
RESULTS: Final = ("net_removals", "claim")
"""Lines that are sums of the lines above them."""
_SHARES: Final[Mapping[str, str]] = MappingProxyType(
    {"baseline_change": "baseline_share", "leakage": "leakage_share", "risk_deduction": "risk_deduction"}
)


@dataclass(frozen=True, slots=True)
class Removals:
    """The account of a project."""

    lines: tuple[AccountLine, ...]
    """Terms in the profile's order, then ``net_removals`` and ``claim``."""
    net_tco2e: float
    """What is left after all terms, before rounding [t CO2e]."""
    claim_tco2e: int
    """Whole t CO2e, rounded down; never negative."""
    carried_tco2e: float
    """Negative rest that the next period must make good first [t CO2e]; 0 or less."""
    notes: tuple[Note, ...]
    """The relative half-width and the share deducted for it."""


def account_removals(
    change: Estimate,
    profile: Profile,
    *,
    amounts_tco2e: Mapping[str, float] = NOTHING,
    carried_tco2e: float = 0.0,
    relative_half_width: float | None = None,
) -> Removals:
    """Return the account from a change to a claim, by the steps of the profile [t CO2e].

    Parameters
    ----------
    change
        Change over the monitoring period [t CO2e], measured: an expected one is refused.
    profile
        Of kind ``project_removals``.
    amounts_tco2e
        Terms measured or modelled for this project, in place of the profile's share or amount:
        ``baseline_change``, ``leakage``, ``project_emissions``, ``other_pools_change`` [t CO2e]. What is
        deducted is given as a positive amount; less than nothing is never deducted.
    carried_tco2e
        Negative rest of earlier periods, 0 or less [t CO2e].
    relative_half_width
        U of the change [1], where it does not follow from the estimate itself (independent occasions).
    """
    require_measured(change)
    if profile.kind != "project_removals":
        raise EstimationError(
            "profile-kind", profile=profile.id, kind=profile.kind, expected="project_removals"
        )
    _check_input(change, profile, amounts_tco2e, carried_tco2e)
    u = relative_half_width
    if u is None:
        u = change.relative_half_width(profile.confidence_level)
    lines: list[AccountLine] = []
    net = 0.0
    for step in profile.steps:
        value = step.sign * _term(step, change, (u, net), profile, amounts_tco2e)
        net += value
        lines.append(AccountLine(step.term, value, UNIT))
    if carried_tco2e:
        net += carried_tco2e
        lines.append(AccountLine("carried_forward", carried_tco2e, UNIT))
    claim = whole_tonnes(net)
    lines += [AccountLine("net_removals", net, UNIT), AccountLine("claim", float(claim), UNIT)]
    carried = min(net, 0.0)
    notes = [_uncertainty_note(change, u, profile), *_limit_note(u, profile)]
    if carried:
        notes.append(Note("claim-negative-carried", {"carried_tco2e": carried}))
    return Removals(tuple(lines), net, claim, carried, tuple(notes))


def whole_tonnes(net_tco2e: float) -> int:
    """Return what may be claimed of a net amount: whole t CO2e, rounded down, never negative.

    Rounded to a millionth first, so that 10 979.999 999 999 8 is not one tonne short.

    Examples
    --------
    >>> whole_tonnes(20_654.48), whole_tonnes(-3.0)
    (20654, 0)
    """
    return max(math.floor(round(net_tco2e, DECIMALS)), 0)


def uncertainty_deduction(value_tco2e: float, relative_half_width: float, profile: Profile) -> float:
    """Return what the profile deducts for uncertainty from a change, never negative [t CO2e].

    From the limit on (where more plots are needed) all of the change; where only the lower bound may be
    claimed at least the half-width; else what the bands say. Of less than a gram nothing is deducted.
    """
    if abs(value_tco2e) < 10**-DECIMALS:
        return 0.0
    u = relative_half_width
    amount = discount_amount(value_tco2e, u, profile.discount_bands, profile.text("discount_basis"))
    if u >= profile.number("uncertainty_limit"):
        amount = max(amount, abs(value_tco2e))
    if profile.text("claim_bound") == "lower_bound":
        amount = max(amount, u * abs(value_tco2e))
    return amount


def share_deduction(term: str, change_tco2e: float, base_tco2e: float, profile: Profile) -> float:
    """Return what the profile's share takes of a base, never negative [t CO2e].

    A share is never taken of a loss: that would turn a deduction into a gain. With the rule
    ``benchmark`` the baseline is what lies over min(dC, dC (1 - PB)) (VM0047).
    """
    if term == "baseline_change" and profile.text("baseline_rule") == "benchmark":
        return max(change_tco2e * profile.number("performance_benchmark"), 0.0)
    if term == "buffer_contribution":
        share = max(profile.number("buffer_share"), profile.number("buffer_minimum"))
    else:
        share = profile.number(_SHARES[term])
    return max(base_tco2e, 0.0) * share


def _check_input(
    change: Estimate, profile: Profile, amounts: Mapping[str, float], carried_tco2e: float
) -> None:
    if change.unit != UNIT or not carried_tco2e <= 0:
        raise EstimationError("account-input-invalid", unit=change.unit, carried_tco2e=carried_tco2e)
    known = {step.term for step in profile.steps}
    for term, amount in sorted(amounts.items()):
        gain = term == "other_pools_change"
        if term not in known or not math.isfinite(amount) or (amount < 0 and not gain):
            raise EstimationError(
                "account-amount-invalid", profile=profile.id, term=term, amount_tco2e=amount
            )


def _term(
    step: AccountStep,
    change: Estimate,
    so_far: tuple[float, float],
    profile: Profile,
    amounts: Mapping[str, float],
) -> float:
    """Return the size of one term, before its sign [t CO2e]; `so_far` is U and what is left."""
    u, net = so_far
    if step.term in amounts:
        return amounts[step.term]
    if step.term == "project_change":
        return change.value
    if step.term == "uncertainty_discount":
        return uncertainty_deduction(change.value, u, profile)
    if step.term in AMOUNTS:
        return profile.number("project_emissions_tco2e") if step.term == "project_emissions" else 0.0
    base = change.value if step.base == "project_change" else net
    return share_deduction(step.term, change.value, base, profile)


def _limit_note(u: float, profile: Profile) -> tuple[Note, ...]:
    limit = profile.number("uncertainty_limit")
    if u < limit:
        return ()
    return (Note("uncertainty-over-limit", {"relative_half_width_frac": u, "limit_frac": limit}),)


def _uncertainty_note(change: Estimate, u: float, profile: Profile) -> Note:
    return Note(
        "account-uncertainty",
        {
            "relative_half_width_frac": u,
            "share_frac": discount_share(u, profile.discount_bands),
            "level_frac": profile.confidence_level,
            "df": change.df,
            "n": change.n_plots,
        },
    )
