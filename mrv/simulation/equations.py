"""Volume, biomass and carbon of the simulated county's trees, from the one source of each equation.

Volume comes from `mrv.allometry`, culms from `mrv.biomass`; what is proportional to them is read off
`mrv.biomass.tree_mass` for a reference tree, so that no coefficient is repeated here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from mrv.allometry import volume_m3
from mrv.biomass import bamboo_culm_kg, tree_mass
from mrv.coefficients import volume_equation_of
from mrv.simulation.species import BAMBOO
from mrv.simulation.stands import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class TreeValues:
    """What one live tree holds."""

    volume_m3: FloatArray
    """Stem volume over bark [m3]; 0 for bamboo, which is counted in culms."""
    biomass_ag_kg: FloatArray
    """Dry matter above ground [kg]."""
    biomass_bg_kg: FloatArray
    """Dry matter of the roots [kg]."""
    carbon_ag_kg: FloatArray
    """Carbon above ground [kg C]."""
    carbon_kg: FloatArray
    """Carbon above and below ground [kg C]."""


@cache
def _ratios(code: str) -> tuple[float, float, float, float]:
    """Return above-ground mass, roots, carbon above ground and carbon, per m3 of stem or per kg of culm."""
    mass = tree_mass([code], [10.0], [10.0], [2.0])
    base = mass.biomass_ag_kg if code == BAMBOO else mass.volume_m3
    parts = (mass.biomass_ag_kg, mass.biomass_bg_kg, mass.carbon_ag_kg, mass.carbon_kg)
    above, below, carbon_ag, carbon = (float((part / base)[0]) for part in parts)
    return above, below, carbon_ag, carbon


def tree_values(code: str, dbh_cm: FloatArray, height_m: FloatArray, du: IntArray) -> TreeValues:
    """Return what live trees of one species hold [m3, kg, kg C] (`mrv.biomass.tree_mass`).

    Parameters
    ----------
    code
        NFI species code.
    dbh_cm, height_m
        Diameters [cm] and heights [m].
    du
        Bamboo age class (other species: ignored).

    Examples
    --------
    >>> fir = tree_values("310", np.array([20.0]), np.array([15.0]), np.array([0]))
    >>> fir.carbon_kg.round(6).tolist()
    [79.149333]
    """
    above, below, carbon_ag, carbon = _ratios(code)
    if code == BAMBOO:
        base = bamboo_culm_kg(dbh_cm, du)
        volume = np.zeros_like(base)
    else:
        base = volume = volume_m3(dbh_cm, height_m, volume_equation_of(code))
    return TreeValues(volume, base * above, base * below, base * carbon_ag, base * carbon)
