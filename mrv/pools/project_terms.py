"""From what a project states to the terms of its account, by the pools that the profile includes.

`project_terms` returns named terms, each for one of the account's own (`mrv.account`):

===========================  ======================  ==========================================
term                         account term            sign of its value [t CO2e]
===========================  ======================  ==========================================
``dead_wood`` ``litter``     ``other_pools_change``  change of the pool: a gain is positive
``soil`` ``shrub``           ``other_pools_change``
``bamboo``                   ``other_pools_change``
``harvested_wood``           ``other_pools_change``
``fire``                     ``project_emissions``   what is deducted, 0 or more
``pre_project_removed``      ``project_emissions``   trees that the project removed, 0 or more
``baseline``                 ``baseline_change``     what is deducted, 0 or more
``leakage``                  ``leakage``             what is deducted, 0 or more
===========================  ======================  ==========================================

``ProjectTerms.amounts_tco2e`` adds them up by account term, as `mrv.account.account_removals` takes them; a
term that nothing was stated about is not among them, so that the profile's own share or amount holds. A pool
that the profile excludes is not counted, and said so; one that is mandatory but has no input is refused by
name. Pools that the plots tally (``above_ground``, ``below_ground``, ``bamboo``) need none.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from mrv.errors import EstimationError
from mrv.pools import pool_terms, side_terms
from mrv.pools.project_inputs import ProjectInputs
from mrv.pools.rules import rules_of
from mrv.pools.term import Scope, Term
from mrv.profile import Profile
from mrv.statement_items import Note

TALLIED: Final = frozenset({"above_ground", "below_ground", "bamboo"})
"""Pools that a tally of trees and culms in plots measures."""
_AREA_TOLERANCE: Final = 0.001
_NAMES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "dead_wood": ("枯死木", "dead wood"),
        "litter": ("枯落物", "litter"),
        "soil": ("土壤有机碳", "soil organic carbon"),
        "shrub": ("灌木", "shrubs"),
        "bamboo": ("竹", "bamboo"),
        "harvested_wood": ("木产品", "harvested wood products"),
    }
)
_POOLS: Final[Mapping[str, Callable[[Scope], tuple[Term, ...]]]] = MappingProxyType(
    {
        "dead_wood": pool_terms.dead_wood,
        "litter": pool_terms.litter,
        "soil": pool_terms.soil,
        "shrub": pool_terms.shrub,
        "bamboo": pool_terms.bamboo,
        "harvested_wood": pool_terms.harvested_wood,
    }
)


@dataclass(frozen=True, slots=True)
class ProjectTerms:
    """Terms of a project's account beside the change of its trees."""

    terms: tuple[Term, ...]
    """Every term that was counted."""
    notes: tuple[Note, ...]
    """Each term with its value and source, and which pools were left out and why."""

    @property
    def amounts_tco2e(self) -> Mapping[str, float]:
        """Account term -> sum of its terms [t CO2e]; a deduction below 0 counts as 0."""
        sums: dict[str, list[float]] = {}
        for term in self.terms:
            sums.setdefault(term.account_term, []).append(term.value_tco2e)
        gains = "other_pools_change"
        return MappingProxyType(
            {
                name: math.fsum(values) if name == gains else max(math.fsum(values), 0.0)
                for name, values in sorted(sums.items())
            }
        )

    @property
    def unverified(self) -> tuple[str, ...]:
        """Factors used that nobody has confirmed, sorted."""
        return tuple(sorted({ref for term in self.terms for ref in term.unverified}))


def project_terms(
    inputs: ProjectInputs,
    profile: Profile,
    *,
    first_year: int,
    last_year: int,
    tree_change_tco2e: float,
    area_ha: float | None = None,
    tallied: frozenset[str] = TALLIED,
) -> ProjectTerms:
    """Return the terms of a project's account beside the change of its trees [t CO2e].

    Parameters
    ----------
    inputs
        What the project states.
    profile
        Which pools are mandatory, optional or excluded, and its factors.
    first_year, last_year
        Calendar years of the monitoring period, both included; what happened in others is not counted.
    tree_change_tco2e
        Change of living trees over the period, roots included, before any deduction [t CO2e].
    area_ha
        Area of the project [ha]; None where it is not known.
    tallied
        Pools that the project's plots measure.

    Raises
    ------
    EstimationError
        Rule ``pool-input-missing``: a mandatory pool has no input; rule ``input-area-over-project``: more
        land is stated than the project has.
    ProfileError
        Rule ``profile-value-missing``: the methodology names a factor without giving its value.
    """
    if first_year > last_year:
        raise EstimationError("campaigns-reversed", first=first_year, second=last_year)
    if area_ha is not None:
        _check_areas(inputs, area_ha)
    scope = Scope(inputs, rules_of(profile), first_year, last_year, tree_change_tco2e)
    found: list[Term] = []
    notes: list[Note] = []
    for pool, terms_of in _POOLS.items():
        terms, left = _pool(pool, terms_of, scope, profile, tallied)
        found += terms
        notes += left
    found += side_terms.pre_project_removed(scope)
    found += side_terms.fires(scope)
    found += side_terms.baseline(scope)
    found += side_terms.leakage(scope)
    notes = [_note(term) for term in found] + notes + _outside(scope)
    return ProjectTerms(tuple(found), tuple(notes))


def _check_areas(inputs: ProjectInputs, area_ha: float) -> None:
    """Refuse land beyond the project's own: a pool cannot gain, nor a fire burn, where there is none."""
    stated = {
        "soils": math.fsum(item.area_ha for item in inputs.soils),
        "shrubs": math.fsum(item.area_ha for item in inputs.shrubs),
        "bamboos": max((item.area_ha for item in inputs.bamboos), default=0.0),
        "fires": max((item.area_ha for item in inputs.fires), default=0.0),
        "pre_project": math.fsum(item.area_ha for item in inputs.pre_project or ()),
    }
    for name, stated_ha in stated.items():
        if stated_ha > area_ha * (1 + _AREA_TOLERANCE):
            raise EstimationError(
                "input-area-over-project", name=name, stated_ha=stated_ha, project_ha=area_ha
            )


def _pool(
    pool: str,
    terms_of: Callable[[Scope], tuple[Term, ...]],
    scope: Scope,
    profile: Profile,
    tallied: frozenset[str],
) -> tuple[tuple[Term, ...], list[Note]]:
    key = f"pool_{pool}"
    status = profile.text(key) if key in profile.values else "excluded"
    zh, en = _NAMES[pool]
    stated = pool_terms.is_stated(pool, scope.inputs, mandatory=status == "mandatory", rules=scope.rules)
    if status == "excluded":
        return (), [Note("pool-left-out", {"pool_zh": zh, "pool_en": en})] if stated else []
    if stated:
        return terms_of(scope), []
    if status == "mandatory" and pool not in tallied:
        raise EstimationError("pool-input-missing", profile=profile.id, pool_zh=zh, pool_en=en, key=pool)
    if pool in tallied:
        return (), []
    return (), [Note("pool-not-stated", {"pool_zh": zh, "pool_en": en})]


def _note(term: Term) -> Note:
    zh, en = term.names
    return Note(
        "project-term",
        {
            "term_zh": zh,
            "term_en": en,
            "value_tco2e": round(term.value_tco2e, 3),
            "source": "; ".join(term.sources),
        },
    )


def _outside(scope: Scope) -> list[Note]:
    """Return a note on what happened outside the period, which belongs to another account."""
    years = [item.year for item in scope.inputs.fires]
    years += [item.year for item in scope.inputs.displacements or ()]
    count = sum(1 for year in years if not scope.covers(year))
    if not count:
        return []
    return [
        Note("inputs-outside-period", {"count": count, "first": scope.first_year, "last": scope.last_year})
    ]
