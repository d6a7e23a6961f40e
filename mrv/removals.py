"""Project removals: the change of a project's stock, and the statement of what is claimed from it.

The change comes from plots measured twice (paired) or from two independent samples; the account from it
to whole tonnes is that of `mrv.account`, and no statement leaves here that `mrv.claim_gate` refuses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from mrv.account import NOTHING, Removals, account_removals
from mrv.claim_gate import require_claim
from mrv.confirmation import Confirmation, matching_names, rested_on, still_open
from mrv.county_stock import CountyStock, net_change, override_notes
from mrv.error_totals import with_total_error
from mrv.errors import EstimationError, ProfileError
from mrv.profile import Profile
from mrv.sampling import Estimate, estimate_simple
from mrv.statement import Statement, StatementHeader
from mrv.statement_items import BudgetItem, DomainEstimate, Note, VintageQuantity
from mrv.uncertainty import relative_half_width_of_change
from mrv.units import CO2_PER_C, KG_PER_T
from mrv.vintages import split_vintages

__all__ = [
    "ProjectChange", "Removals", "account_removals", "build_removals_statement", "change_by_method",
    "change_from_biomass", "change_from_occasions", "change_from_stock",
]  # fmt: skip

_T = "t CO2e"


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
    relative_half_width: float | None = None
    """U of the change [1] where it does not follow from the estimate itself; else None."""


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


def change_by_method(stock: CountyStock, profile: Profile, domain: str = "project") -> ProjectChange:
    """Return a project's change by the estimator that its methodology names, paired or independent.

    Parameters
    ----------
    stock
        Of the project's own strata, estimated with this `domain`.
    profile
        Its ``change_method``; for independent samples the two last campaigns count, as if no plot had
        been measured twice.
    domain
        Label of the whole.
    """
    paired = change_from_stock(stock, domain)
    if profile.text("change_method") == "paired":
        return paired
    stocks = {
        e.year: e.estimate for e in stock.estimates if (e.domain, e.quantity) == (domain, "carbon_stock")
    }
    first, last = sorted(year for year in stocks if year is not None)[-2:]
    found = change_from_occasions(stocks[first], stocks[last], profile, years=(first, last), domain=domain)
    change = found.estimates[-1]
    place = (change.domain, change.quantity, change.period)
    estimates = tuple(change if (e.domain, e.quantity, e.period) == place else e for e in stock.estimates)
    return replace(
        paired, change=found.change, estimates=estimates, relative_half_width=found.relative_half_width
    )


def change_from_occasions(
    first: Estimate, second: Estimate, profile: Profile, *, years: tuple[int, int], domain: str = "project"
) -> ProjectChange:
    """Return a project's change from two independent samples of its carbon stock.

    dC = 44/12 (C2 - C1); u = sqrt((u1 C1)^2 + (u2 C2)^2) / |dC| (AR-TOOL14 eq. 1-2), u1 and u2 with
    each sample's own t. Degrees of freedom after Welch and Satterthwaite.

    Parameters
    ----------
    first, second
        Undiscounted stocks of the two occasions [t C].
    profile
        Gives the level of u.
    years
        The two campaigns, the earlier first.
    domain
        Label of the estimates.
    """
    if years[0] >= years[1]:
        raise EstimationError("campaigns-reversed", first=years[0], second=years[1])
    if first.unit != "t C" or second.unit != "t C":
        raise EstimationError("account-input-invalid", unit=first.unit, carried_tco2e=0.0)
    variance = first.variance + second.variance
    spread = sum(item.variance**2 / item.df for item in (first, second))
    df = variance**2 / spread if spread else min(first.df, second.df)
    count = (first.n_plots or 0) + (second.n_plots or 0)
    carbon = Estimate(second.value - first.value, variance, df, "t C", count, "independent_change")
    change = carbon.scaled(CO2_PER_C, _T)
    stocks = zip(years, (first, second), strict=True)
    estimates = [DomainEstimate("account", domain, "carbon_stock", item, year=year) for year, item in stocks]
    estimates.append(DomainEstimate("account", domain, "net_change", change, period=years))
    level = profile.confidence_level
    u = relative_half_width_of_change(
        first.value, first.relative_half_width(level), second.value, second.relative_half_width(level)
    )
    return ProjectChange(change, tuple(estimates), relative_half_width=u)


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


def build_removals_statement(
    header: StatementHeader,
    profile: Profile,
    project: ProjectChange,
    *,
    amounts_tco2e: Mapping[str, float] = NOTHING,
    carried_tco2e: float = 0.0,
    notes: tuple[Note, ...] = (),
    confirmed: tuple[Confirmation, ...] = (),
    budget: tuple[BudgetItem, ...] = (),
) -> Statement:
    """Return the statement of a project's removals over the header's monitoring period.

    Parameters
    ----------
    header
        Who, when and from what; its period is split into vintages.
    profile
        Must be of kind ``project_removals`` and serve the header's purpose.
    project
        `change_from_stock`, `change_from_biomass` or `change_from_occasions`.
    amounts_tco2e, carried_tco2e
        As for `mrv.account.account_removals`.
    notes
        Further notes, e.g. on eligibility.
    confirmed
        Entries of this very profile that people confirmed against the official text.
    budget
        Uncertainty by source (`mrv.error_budget.budget`); a profile whose ``uncertainty_scope`` is
        ``total`` takes its discount of it.

    Raises
    ------
    ProfileError, ClaimError
        The profile does not serve the purpose, or the claim is more than its rule allows.
    """
    names = matching_names(profile, confirmed)
    profile.require(header.purpose, names)
    rows = still_open(profile, project.unverified, names)
    if header.purpose == "registration" and rows:
        raise ProfileError("profile-unverified", profile=profile.id, count=len(rows), values=", ".join(rows))
    account = account_removals(
        project.change,
        profile,
        amounts_tco2e=amounts_tco2e,
        carried_tco2e=carried_tco2e,
        relative_half_width=half_width_by_scope(project, budget, profile),
    )
    vintages: tuple[VintageQuantity, ...] = ()
    if account.claim_tco2e:
        vintages = split_vintages(account.claim_tco2e, header.period_start, header.period_end)
    statement = Statement(
        kind="project_removals",
        header=header,
        profile_id=profile.id,
        profile_version=profile.version,
        profile_sha256=profile.sha256,
        estimates=project.estimates,
        lines=account.lines,
        claim_tco2e=account.claim_tco2e,
        vintages=vintages,
        notes=(
            *override_notes(profile),
            *account.notes,
            *_amount_notes(amounts_tco2e),
            *project.notes,
            *notes,
        ),
        unverified=tuple(sorted({*profile.unverified(names), *rows})),
        confirmed=rested_on(confirmed, names, project.unverified),
        budget=budget,
    )
    require_claim(statement, profile)
    return statement


def half_width_by_scope(
    project: ProjectChange, budget: tuple[BudgetItem, ...], profile: Profile
) -> float | None:
    """Return U that the discount is taken of [1]; None where the estimate's own is.

    By ``uncertainty_scope`` the sampling error's, or that of all sources together; never the smaller.
    """
    if profile.text("uncertainty_scope") != "total":
        return project.relative_half_width
    level = profile.confidence_level
    whole = with_total_error(project.change, budget, "project", "net_change").relative_half_width(level)
    return max(whole, project.relative_half_width or 0.0)


def _amount_notes(amounts_tco2e: Mapping[str, float]) -> tuple[Note, ...]:
    return tuple(
        Note("account-term-measured", {"term": term, "amount_tco2e": amount})
        for term, amount in sorted(amounts_tco2e.items())
    )
