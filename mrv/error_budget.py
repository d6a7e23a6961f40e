"""The uncertainty of an estimate by source: sampling, model, measurement, area, and all together.

U_total^2 = U_sampling^2 + U_model^2 + U_measurement^2 + U_area^2. The sampling error is the design's own;
model and measurement errors are drawn by identity (`mrv.montecarlo`), so that what both campaigns share
cancels in their difference; the area's comes from a reference sample where there is one. A finer source,
``model/bef`` for instance, stands for itself: the finer ones need not add up to their group.

The independent part of measurement errors is also in the plots' own spread, so the sum is a little on the
safe side. Draws are written with four significant digits: their Monte Carlo error is a hundred times larger,
and the last bits of another processor must not change a statement.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from mrv.inventory import Inventory
from mrv.montecarlo.engine import N_DRAWS, Propagation, propagate_trees
from mrv.montecarlo.factors import shared_draws
from mrv.montecarlo.inventory import OUTPUTS, TreeErrors, tree_errors
from mrv.montecarlo.own_errors import HEIGHT_MODEL
from mrv.montecarlo.summary import DrawSummary, summarise
from mrv.montecarlo.terms import STATUSES, ErrorTerm, packaged_terms
from mrv.profile import Profile
from mrv.sampling import Estimate
from mrv.statement_items import BudgetItem, DomainEstimate

SOURCES: Final = ("sampling", "model", "measurement", "area")
"""Sources whose squares add up to the total."""
TOTAL: Final = "total"
QUANTITIES: Final = ("carbon_stock", "carbon_stock_ag", "net_change")
"""Quantities that have a budget; the whole stock where there is one, else what stands above ground."""
_DIGITS: Final = 4
Params = dict[str, str | int | float]


@dataclass(frozen=True, slots=True)
class DrawnInventory:
    """What model and measurement errors come from: the trees, and how they are drawn."""

    inventory: Inventory
    """Checked plots and trees."""
    stratum_area_ha: Mapping[str, float]
    """Area of each stratum [ha]."""
    profile: Profile
    """Pools, carbon fraction and smallest DBH."""
    seed: int
    """Seed of the draws."""
    n_draws: int = N_DRAWS
    """Draws [1]."""
    terms: tuple[ErrorTerm, ...] = field(default_factory=packaged_terms)
    """Assumed errors."""


def budget(
    estimates: Sequence[DomainEstimate],
    *,
    domain: str,
    drawn: DrawnInventory | None = None,
    area: Estimate | None = None,
) -> tuple[BudgetItem, ...]:
    """Return the budget of the main estimates of a domain and of its strata.

    Parameters
    ----------
    estimates
        Of the statement; the last campaign's stock and the last change count.
    domain
        The whole, ``county`` or ``project``; finer sources are given for it alone.
    drawn
        Trees of the inventory; None where the input holds none, and there is no model and no
        measurement error then.
    area
        Area of the forest with its standard error [ha], from a reference sample; None where the
        area is taken as known.

    Returns
    -------
    tuple of BudgetItem
        For each domain and quantity the sources in order, then ``total``; standard errors in the
        unit of the quantity.
    """
    found = list(_main(estimates, domain))
    draws = None if drawn is None else _draw_sources(drawn)
    items: list[BudgetItem] = []
    for item in found:
        parts = [_sampling_item(item)]
        if draws is not None and item.quantity in OUTPUTS:
            parts += _drawn_items(item, draws, whole=item.domain == domain)
        if area is not None and area.value > 0:
            parts.append(_area_item(item, area))
        items += _with_total(item, parts)
    return tuple(items)


def _main(estimates: Sequence[DomainEstimate], domain: str) -> Iterable[DomainEstimate]:
    """Yield the last estimate of each quantity with a budget, the whole first, then the strata."""
    mine = [e for e in estimates if e.domain == domain or e.domain.startswith("stratum:")]
    names = list(dict.fromkeys(e.domain for e in mine))
    for name in sorted(names, key=lambda n: (n != domain, names.index(n))):
        last = {e.quantity: e for e in mine if e.domain == name}
        if "carbon_stock" in last:
            last.pop("carbon_stock_ag", None)
        yield from (last[quantity] for quantity in QUANTITIES if quantity in last)


@dataclass(frozen=True, slots=True)
class _Draws:
    """Draws of each source: of the groups, and of their single terms."""

    by_source: Mapping[str, Propagation]
    status: Mapping[str, str]
    seed: int
    outputs: int

    def of(self, source: str, item: DomainEstimate, whole: bool) -> tuple[DrawSummary, str] | None:
        """Return the figures of a source for an estimate, and the path that made them."""
        index = OUTPUTS.index(item.quantity)
        found = self.by_source[source]
        name = item.domain.removeprefix("stratum:")
        if index >= self.outputs or (not whole and name not in found.draws):
            return None
        draws = found.together() if whole else found.draws[name]
        paths = sorted(set(found.paths.values())) if whole else [found.paths[name]]
        return summarise(draws[:, index]), " + ".join(paths)


def _draw_sources(drawn: DrawnInventory) -> _Draws:
    trees = tree_errors(drawn.inventory, drawn.stratum_area_ha, drawn.profile, drawn.terms)
    groups = sources_of(drawn.terms)
    active = {**groups, **{f"{g}/{name}": frozenset({name}) for g, names in groups.items() for name in names}}
    by_source = {source: _propagate(drawn, trees, names) for source, names in active.items()}
    status = {source: _status(drawn.terms, names) for source, names in active.items()}
    return _Draws(by_source, status, drawn.seed, int(trees.weighted.shape[2]))


def sources_of(terms: Iterable[ErrorTerm]) -> dict[str, frozenset[str]]:
    """Return the terms of each group of the budget; the height curve counts under the model."""
    found: dict[str, set[str]] = {"model": {HEIGHT_MODEL}, "measurement": set()}
    for term in terms:
        found.setdefault(term.group, set()).add(term.name)
    return {name: frozenset(names) for name, names in found.items()}


def _propagate(drawn: DrawnInventory, trees: TreeErrors, active: frozenset[str]) -> Propagation:
    shared = shared_draws(
        trees,
        {term.name: term for term in drawn.terms},
        active,
        n_draws=drawn.n_draws,
        seed=drawn.seed,
        one_fraction=drawn.profile.carbon_fraction is not None,
    )
    strata = sorted({str(name) for name in trees.stratum})
    domains = {name: trees.groups(name, active) for name in strata}
    return propagate_trees(domains, shared, seed=drawn.seed)


def _status(terms: Iterable[ErrorTerm], names: frozenset[str]) -> str:
    used = [STATUSES.index(term.status) for term in terms if term.name in names]
    return STATUSES[max(used)] if used else "fitted"


def _sampling_item(item: DomainEstimate) -> BudgetItem:
    estimate = item.estimate
    params: Params = {"method": estimate.method, "n_plots": estimate.n_plots, **_when(item)}
    return BudgetItem(item.domain, item.quantity, "sampling", estimate.standard_error, 0.0, params)


def _when(item: DomainEstimate) -> dict[str, int]:
    if item.period is not None:
        return {"first": item.period[0], "second": item.period[1]}
    return {} if item.year is None else {"year": item.year}


def _drawn_items(item: DomainEstimate, draws: _Draws, *, whole: bool) -> list[BudgetItem]:
    items = []
    for source in sorted(draws.by_source, key=_order):
        if "/" in source and not whole:
            continue
        found = draws.of(source, item, whole)
        if found is None or ("/" in source and found[0].sd.value == 0):
            continue
        figures, path = found
        params = {**_figures(figures), "path": path, "status": draws.status[source], "seed": draws.seed}
        error = significant(figures.sd.value)
        items.append(BudgetItem(item.domain, item.quantity, source, error, 0.0, {**params, **_when(item)}))
    return items


def _order(source: str) -> tuple[int, str]:
    return SOURCES.index(source.split("/", maxsplit=1)[0]), source


def _figures(drawn: DrawSummary) -> Params:
    """Return the figures of a set of draws as parameters of an item."""
    sd = drawn.sd
    names = {"p05": 0.05, "p50": 0.5, "p95": 0.95}
    percentiles = {name: drawn.percentile(p) for name, p in names.items()}
    return {
        "draws": drawn.n_draws,
        "mc_error_frac": significant(sd.mc_error / sd.value if sd.value else 0.0),
        "mean": significant(drawn.mean.value),
        "mean_mc_error": significant(drawn.mean.mc_error),
        **{name: significant(figure.value) for name, figure in percentiles.items()},
        **{f"{name}_mc_error": significant(figure.mc_error) for name, figure in percentiles.items()},
        "half_width_90": significant(drawn.half_width_90.value),
        "half_width_90_mc_error": significant(drawn.half_width_90.mc_error),
        "batch_ratio": significant(drawn.batch_ratio),
        "converged": drawn.warnings[0] if drawn.warnings else "yes",
    }


def significant(value: float, digits: int = _DIGITS) -> float:
    """Return a number rounded to some significant digits; not a number stays it.

    Examples
    --------
    >>> significant(123456.0), significant(0.0001234567)
    (123500.0, 0.0001235)
    """
    return float(format(value, f".{digits}g"))


def _area_item(item: DomainEstimate, area: Estimate) -> BudgetItem:
    share = area.standard_error / area.value
    params: Params = {
        "relative_standard_error_frac": significant(share),
        "method": area.method,
        **_when(item),
    }
    error = significant(abs(item.estimate.value) * share)
    return BudgetItem(item.domain, item.quantity, "area", error, 0.0, params)


def _with_total(item: DomainEstimate, parts: Sequence[BudgetItem]) -> list[BudgetItem]:
    main = [part for part in parts if part.source in SOURCES]
    total = math.sqrt(math.fsum(part.standard_error**2 for part in main))
    params: Params = {"parts": ", ".join(part.source for part in main), **_when(item)}
    if item.estimate.value:
        params["relative_standard_error_frac"] = significant(total / abs(item.estimate.value))
    shared = [
        replace(part, variance_share_frac=(part.standard_error / total) ** 2 if total else 0.0)
        for part in parts
    ]
    return [*shared, BudgetItem(item.domain, item.quantity, TOTAL, total, 1.0, params)]
