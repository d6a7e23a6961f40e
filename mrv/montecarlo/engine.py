"""Totals of several domains, by the collapsed path where it holds and exact draws where it does not.

What a species shares is drawn once a draw and used in every domain and campaign, so that totals of
domains add up draw by draw and a change keeps its correlation. Each result says which path made it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from mrv.errors import EstimationError
from mrv.moments import Floats
from mrv.montecarlo.collapse import MAX_DIMENSIONS, MIN_TREES, collapsed_totals
from mrv.montecarlo.exact import exact_totals
from mrv.montecarlo.streams import labelled
from mrv.montecarlo.trees import SharedDraws, TreeGroup

Path = Literal["collapsed", "exact"]
Groups = Mapping[str, TreeGroup]
N_DRAWS: Final = 10_000
"""Draws where none are asked for."""


@dataclass(frozen=True, slots=True)
class Propagation:
    """Draws of the totals of each domain."""

    draws: Mapping[str, Floats]
    """Domain -> total of each output in each draw, shape (draws, q)."""
    paths: Mapping[str, Path]
    """Domain -> how it was drawn."""

    def together(self) -> Floats:
        """Return the sum over the domains in each draw, shape (draws, q)."""
        whole: Floats = np.sum([self.draws[name] for name in sorted(self.draws)], axis=0)
        return whole


def path_of(groups: Groups) -> Path:
    """Return the path that a domain's trees ask for.

    The collapse asks for `MIN_TREES` trees in the domain and at most `MAX_DIMENSIONS` shared deviations.
    """
    trees = sum(group.n_trees for group in groups.values())
    wide = max((group.dimensions for group in groups.values()), default=0) > MAX_DIMENSIONS
    return "collapsed" if trees >= MIN_TREES and not wide else "exact"


def propagate_trees(
    domains: Mapping[str, Groups],
    shared: Mapping[str, SharedDraws],
    *,
    seed: int,
    path: Path | None = None,
    threads: int = 1,
) -> Propagation:
    """Return draws of the totals of each domain, in the unit of the trees' ``weighted``.

    Parameters
    ----------
    domains
        Domain -> species -> its trees.
    shared
        Species -> what its trees share in each draw; the same in each domain.
    seed
        Seed of the trees' own errors.
    path
        Take this path everywhere; None chooses for each domain (`path_of`).
    threads
        Threads inside a group; the result does not depend on it.
    """
    draws: dict[str, Floats] = {}
    paths: dict[str, Path] = {}
    for domain in sorted(domains):
        groups = domains[domain]
        if not groups:
            raise EstimationError("domain-without-trees", domain=domain)
        chosen = path or path_of(groups)
        parts = []
        for species in sorted(groups):
            own_seed = labelled(seed, "trees", domain, species)
            make = exact_totals if chosen == "exact" else collapsed_totals
            parts.append(make(groups[species], shared[species], own_seed, threads=threads))
        draws[domain], paths[domain] = np.sum(parts, axis=0), chosen
    return Propagation(draws, paths)
