"""What all trees of a species share in a draw: the product of its multipliers.

A multiplier is drawn by the identity of its parameter: a volume equation that two species share has one
deviation for both, a carbon fraction stated for all species one for all. The root:shoot ratio acts on the
roots' share only. Multipliers are 1 + error; none is cut off at 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from mrv.moments import Floats
from mrv.montecarlo.inventory import TreeErrors
from mrv.montecarlo.own_errors import HEIGHT_MODEL, Parameters
from mrv.montecarlo.streams import generator, labelled
from mrv.montecarlo.terms import ErrorTerm
from mrv.montecarlo.trees import SharedDraws

FACTORS: Final = (
    "volume_equation", "biomass_equation", "wood_density", "bef", "root_ratio", "carbon_fraction"
)  # fmt: skip
"""Terms that multiply the total of a species."""


def parameter_identity(name: str, code: str, parameters: Parameters, one_fraction: bool) -> str:
    """Return the label under which a species' parameter is drawn; empty where it has none of the kind.

    Examples
    --------
    >>> fir = Parameters("V-310", "vbef-310", density=True)
    >>> parameter_identity("carbon_fraction", "310", fir, True)
    'all'
    >>> parameter_identity("volume_equation", "310", fir, True)
    'V-310'
    >>> parameter_identity("biomass_equation", "310", fir, True)
    ''
    """
    through = bool(parameters.volume)
    return {
        "volume_equation": parameters.volume,
        "biomass_equation": "" if through else parameters.biomass,
        "bef": parameters.biomass if through else "",
        "wood_density": code if parameters.density else "",
        "carbon_fraction": "all" if one_fraction else code,
    }.get(name, code)


def shared_draws(
    trees: TreeErrors,
    terms: Mapping[str, ErrorTerm],
    active: frozenset[str],
    *,
    n_draws: int,
    seed: int,
    one_fraction: bool,
) -> dict[str, SharedDraws]:
    """Return what the trees of each species share in each draw.

    Parameters
    ----------
    trees
        Of the inventory.
    terms
        Assumed errors by name.
    active
        Terms that are drawn; the others stay at their point value. A term's draws are the same
        whichever others are active.
    n_draws, seed
        Draws [1] and seed.
    one_fraction
        Whether one carbon fraction is stated for all species.
    """
    nothing = np.zeros((n_draws, 0))
    found = {}
    for code in sorted({str(item) for item in trees.species}):
        factors = np.ones(n_draws)
        for name in FACTORS:
            identity = parameter_identity(name, code, trees.parameters[code], one_fraction)
            if name in active and name in terms and identity:
                deviation = _deviation(terms[name], identity, n_draws, seed)
                factors *= 1 + deviation * (trees.root_share[code] if name == "root_ratio" else 1.0)
        if HEIGHT_MODEL in active and trees.curve_sd[code] > 0:
            z = generator(labelled(seed, HEIGHT_MODEL, code)).standard_normal(n_draws)
            factors *= 1 + trees.curve_sd[code] * z
        found[code] = SharedDraws(nothing, factors[:, None])
    return found


def _deviation(term: ErrorTerm, identity: str, n_draws: int, seed: int) -> Floats:
    """Return the relative deviation of one parameter in each draw [1]."""
    who = "all" if term.scope == "global" else identity
    drawn: Floats = term.draw(generator(labelled(seed, term.name, who)), 1.0, (n_draws,)) - 1
    return drawn
