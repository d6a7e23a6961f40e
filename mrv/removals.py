"""Project removals: from a stock change to whole tonnes, in the order the profile gives.

The profile names the terms, their signs and of what each share is taken; no branch here looks at a
profile's name. The claim is rounded down; a negative result claims nothing and is carried forward.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from mrv.county_stock import CountyStock, net_change, override_notes
from mrv.errors import EstimationError
from mrv.profile import AccountStep, Profile
from mrv.sampling import Estimate, estimate_simple
from mrv.statement import Statement, StatementHeader
from mrv.statement_items import AccountLine, DomainEstimate, Note, VintageQuantity
from mrv.uncertainty import discount_amount, discount_share
from mrv.units import CO2_PER_C, KG_PER_T
from mrv.vintages import split_vintages

_T: Final = "t CO2e"
_DECIMALS: Final = 6
_NOTHING: Final[Mapping[str, float]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ProjectChange:
    """The change that a project claims removals from."""

    change: Estimate
    """Change over the monitoring period [t CO2e]."""
    estimates: tuple[DomainEstimate, ...]
    """All estimates behind it."""
    notes: tuple[Note, ...] = ()
    """What the reader must know."""
    unverified: tuple[str, ...] = ()
    """Table rows used that nobody has confirmed."""


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


def change_from_stock(stock: CountyStock, domain: str = "project") -> ProjectChange:
    """Return a project's change from paired plots and trees (`mrv.county_stock`).

    Parameters
    ----------
    stock
        Of the project's own strata, estimated with this `domain`.
    domain
        Label of the whole.
    """
    change = net_change(stock, domain)
    return ProjectChange(change, stock.estimates, stock.notes, stock.unverified)


def change_from_biomass(
    plot_id: ArrayLike,
    first_kg_per_ha: ArrayLike,
    second_kg_per_ha: ArrayLike,
    *,
    area_ha: float,
    years: tuple[int, int],
    profile: Profile,
    includes_roots: bool = False,
    domain: str = "project",
) -> ProjectChange:
    """Return a project's change from plot biomass of two campaigns, a simple random sample.

    delta C = 44/12 CF A mean(b2 - b1), with the variance of the plots' differences (AR-TOOL14 eq. 3-8).

    Parameters
    ----------
    plot_id
        Plots measured in both campaigns; zeros stay in the sample.
    first_kg_per_ha, second_kg_per_ha
        Biomass of each plot, dry matter [kg/ha].
    area_ha
        Area that the plots sample [ha].
    years
        The two campaigns, the earlier first.
    profile
        Must give one carbon fraction (state it where the species are not known), and must leave
        roots out unless the biomass includes them.
    includes_roots
        Whether the biomass includes roots.
    domain
        Label of the estimates.
    """
    if years[0] >= years[1]:
        raise EstimationError("campaigns-reversed", first=years[0], second=years[1])
    if profile.roots and not includes_roots:
        raise EstimationError("roots-not-in-biomass", profile=profile.id)
    fraction = profile.carbon_fraction
    if fraction is None:
        raise EstimationError("carbon-fraction-not-stated", profile=profile.id)
    if not area_ha > 0:
        raise EstimationError("area-not-positive", area_ha=area_ha)
    first, second = np.asarray(first_kg_per_ha, float), np.asarray(second_kg_per_ha, float)
    estimates = [
        item
        for year, values in zip(years, (first, second), strict=True)
        for item in _biomass_state(plot_id, values, area_ha, fraction, domain, year)
    ]
    mean = replace(estimate_simple(plot_id, second - first, unit="kg/ha"), method="paired_change")
    change = mean.scaled(area_ha / KG_PER_T * fraction * CO2_PER_C, _T)
    yearly = change.scaled(1 / (area_ha * (years[1] - years[0])), "t CO2e/ha/a")
    estimates.append(DomainEstimate("account", domain, "net_change", change, period=years))
    estimates.append(DomainEstimate("account", domain, "net_change_per_ha_year", yearly, period=years))
    empty = int(((first == 0) & (second == 0)).sum())
    notes = (
        Note(
            "biomass-change", {"value": mean.value, "standard_error": mean.standard_error, "n": mean.n_plots}
        ),
        Note("area-stated", {"area_ha": area_ha}),
        Note("zero-plots-kept", {"count": empty, "n": mean.n_plots}),
    )
    return ProjectChange(change, tuple(estimates), notes)


def _biomass_state(
    plot_id: ArrayLike, kg_per_ha: ArrayLike, area_ha: float, fraction: float, domain: str, year: int
) -> list[DomainEstimate]:
    mean = estimate_simple(plot_id, kg_per_ha, unit="kg/ha")
    per_ha = mean.scaled(1 / KG_PER_T, "t/ha")
    scaled = {
        "biomass_ag": per_ha.scaled(area_ha, "t"),
        "biomass_ag_per_ha": per_ha,
        "carbon_stock_ag": per_ha.scaled(area_ha * fraction, "t C"),
        "carbon_stock_ag_per_ha": per_ha.scaled(fraction, "t C/ha"),
    }
    return [DomainEstimate("account", domain, name, item, year=year) for name, item in scaled.items()]


def account_removals(
    change: Estimate,
    profile: Profile,
    *,
    amounts_tco2e: Mapping[str, float] = _NOTHING,
    carried_tco2e: float = 0.0,
) -> Removals:
    """Return the account from a change to a claim, by the steps of the profile [t CO2e].

    Parameters
    ----------
    change
        Change over the monitoring period [t CO2e].
    profile
        Of kind ``project_removals``.
    amounts_tco2e
        Terms measured or modelled for this project, in place of the profile's share or amount:
        ``baseline_change``, ``leakage``, ``project_emissions`` [t CO2e].
    carried_tco2e
        Negative rest of earlier periods, 0 or less [t CO2e].
    """
    if profile.kind != "project_removals":
        raise EstimationError(
            "profile-kind", profile=profile.id, kind=profile.kind, expected="project_removals"
        )
    if change.unit != _T or carried_tco2e > 0:
        raise EstimationError("account-input-invalid", unit=change.unit, carried_tco2e=carried_tco2e)
    lines: list[AccountLine] = []
    net = 0.0
    for step in profile.steps:
        value = step.sign * _term(step, change, net, profile, amounts_tco2e)
        net += value
        lines.append(AccountLine(step.term, value, _T))
    if carried_tco2e:
        net += carried_tco2e
        lines.append(AccountLine("carried_forward", carried_tco2e, _T))
    # rounded to a millionth first, so that 10 979.999 999 999 8 is not one tonne short
    claim = max(math.floor(round(net, _DECIMALS)), 0)
    lines += [AccountLine("net_removals", net, _T), AccountLine("claim", float(claim), _T)]
    carried = min(net, 0.0)
    notes = [_uncertainty_note(change, profile)]
    if carried:
        notes.append(Note("claim-negative-carried", {"carried_tco2e": carried}))
    return Removals(tuple(lines), net, claim, carried, tuple(notes))


def _term(
    step: AccountStep, change: Estimate, net: float, profile: Profile, amounts: Mapping[str, float]
) -> float:
    """Return the size of one term, before its sign [t CO2e]."""
    if step.term in amounts:
        return amounts[step.term]
    if step.term == "project_change":
        return change.value
    if step.term == "uncertainty_discount":
        u = change.relative_half_width(profile.confidence_level)
        return discount_amount(change.value, u, profile.discount_bands, profile.text("discount_basis"))
    if step.base == "none":
        return profile.number(f"{step.term}_tco2e")
    # a share is never taken of a loss: that would turn a deduction into a gain
    base = max(change.value if step.base == "project_change" else net, 0.0)
    return base * profile.number(_SHARES[step.term])


_SHARES: Final[Mapping[str, str]] = MappingProxyType(
    {"baseline_change": "baseline_share", "leakage": "leakage_share", "risk_deduction": "risk_deduction"}
)


def _uncertainty_note(change: Estimate, profile: Profile) -> Note:
    level = profile.confidence_level
    u = change.relative_half_width(level)
    share = discount_share(u, profile.discount_bands)
    return Note(
        "account-uncertainty",
        {
            "relative_half_width_frac": u,
            "share_frac": share,
            "level_frac": level,
            "df": change.df,
            "n": change.n_plots,
        },
    )


def build_removals_statement(
    header: StatementHeader,
    profile: Profile,
    project: ProjectChange,
    *,
    amounts_tco2e: Mapping[str, float] = _NOTHING,
    carried_tco2e: float = 0.0,
    notes: tuple[Note, ...] = (),
) -> Statement:
    """Return the statement of a project's removals over the header's monitoring period.

    Parameters
    ----------
    header
        Who, when and from what; its period is split into vintages.
    profile
        Must be of kind ``project_removals`` and serve the header's purpose.
    project
        `change_from_stock` or `change_from_biomass`.
    amounts_tco2e, carried_tco2e
        As for `account_removals`.
    notes
        Further notes, e.g. on eligibility.
    """
    profile.require(header.purpose)
    account = account_removals(
        project.change, profile, amounts_tco2e=amounts_tco2e, carried_tco2e=carried_tco2e
    )
    vintages: tuple[VintageQuantity, ...] = ()
    if account.claim_tco2e:
        vintages = split_vintages(account.claim_tco2e, header.period_start, header.period_end)
    return Statement(
        kind="project_removals",
        header=header,
        profile_id=profile.id,
        profile_version=profile.version,
        profile_sha256=profile.sha256,
        estimates=project.estimates,
        lines=account.lines,
        claim_tco2e=account.claim_tco2e,
        vintages=vintages,
        notes=(*override_notes(profile), *account.notes, *project.notes, *notes),
        unverified=tuple(sorted({*profile.unverified(), *project.unverified})),
    )
