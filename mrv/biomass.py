"""Biomass and carbon of trees and stands.

Tree by tree: volume x basic density x BEF (AR-TOOL14 A1.5), roots by the species' root:shoot
ratio; moso bamboo by its culm equation. For a stand without trees: B = a V + b, model-based.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mrv.allometry import BAMBOO, tree_volume_m3
from mrv.coefficients import bamboo_culm, biomass_factors, known, stand_equation_of
from mrv.errors import EstimationError
from mrv.moments import Floats
from mrv.units import KG_PER_T


@dataclass(frozen=True, slots=True)
class TreeMass:
    """Volume, biomass and carbon of each tree."""

    volume_m3: Floats
    """Over-bark stem volume [m3]; 0 for bamboo."""
    biomass_ag_kg: Floats
    """Above-ground dry matter [kg]."""
    biomass_bg_kg: Floats
    """Root dry matter [kg]; 0 for bamboo, whose root ratio is not known."""
    carbon_ag_kg: Floats
    """Above-ground carbon [kg C]."""
    carbon_bg_kg: Floats
    """Root carbon [kg C]."""

    @property
    def carbon_kg(self) -> Floats:
        """Carbon of the whole tree [kg C]."""
        return self.carbon_ag_kg + self.carbon_bg_kg


def tree_mass(
    species_code: ArrayLike,
    dbh_cm: ArrayLike,
    height_m: ArrayLike,
    du: ArrayLike,
    *,
    carbon_fraction: float | None = None,
    roots: bool = True,
) -> TreeMass:
    """Return volume, biomass and carbon of trees [m3, kg, kg C].

    M_ag = V SVD BEF, M_bg = M_ag R, C = M CF (AR-TOOL14 A1.5; factors of `biomass_factors.csv`).

    Parameters
    ----------
    species_code
        Three-digit species codes.
    dbh_cm, height_m
        DBH [cm] and height [m], both known for each tree that is not bamboo.
    du
        Age class of a bamboo culm [du]; ignored for other species.
    carbon_fraction
        One carbon fraction for all species [1]; None takes each species' own.
    roots
        Whether roots are counted.

    Examples
    --------
    >>> tree_mass(["310"], [20.0], [15.0], [float("nan")]).carbon_kg.round(6).tolist()
    [79.149333]
    """
    codes = np.asarray(species_code, dtype=np.str_)
    D, age = np.asarray(dbh_cm, dtype=np.float64), np.asarray(du, dtype=np.float64)
    volume = tree_volume_m3(codes, D, height_m)
    above, below = np.zeros(codes.shape), np.zeros(codes.shape)
    fraction = np.zeros(codes.shape)
    for code in (str(item) for item in np.unique(codes)):
        rows, factors = codes == code, biomass_factors(code)
        if code == BAMBOO:
            above[rows] = bamboo_culm_kg(D[rows], age[rows])
        else:
            density, expansion = known(factors.svd, code, "svd"), known(factors.bef, code, "bef")
            above[rows] = volume[rows] * density * expansion * KG_PER_T
            below[rows] = above[rows] * known(factors.rsr, code, "rsr") if roots else 0.0
        fraction[rows] = known(factors.cf, code, "cf") if carbon_fraction is None else carbon_fraction
    return TreeMass(volume, above, below, above * fraction, below * fraction)


def bamboo_culm_kg(dbh_cm: ArrayLike, du: ArrayLike) -> Floats:
    """Return the dry mass of moso culms [kg] (Zhou 2006).

    M = 747.787 D^2.771 (0.148 A / (0.028 + A))^5.555 + 3.772, D in cm, A the age class du.

    Examples
    --------
    >>> bamboo_culm_kg([10.0], [2.0]).round(6).tolist()
    [13.819104]
    """
    k, D, A = bamboo_culm(), np.asarray(dbh_cm, dtype=np.float64), np.asarray(du, dtype=np.float64)
    mass: Floats = k.a * D**k.b * (k.c * A / (k.d + A)) ** k.e + k.f
    return mass


def root_shoot_ratio(biomass_ag_t_per_ha: ArrayLike) -> Floats:
    """Return the default root:shoot ratio [1] for above-ground biomass b [t/ha] (AR-TOOL14).

    R = exp(-1.085 + 0.9256 ln b) / b.

    Examples
    --------
    >>> root_shoot_ratio([100.0]).round(6).tolist()
    [0.239878]
    """
    b = np.asarray(biomass_ag_t_per_ha, dtype=np.float64)
    if not (b > 0).all():
        raise EstimationError("biomass-not-positive", value=float(b.min()))
    ratio: Floats = np.exp(-1.085 + 0.9256 * np.log(b)) / b
    return ratio


def stand_biomass_t_per_ha(volume_m3_per_ha: float, species_code: str) -> float:
    """Return stand biomass [t/ha] from growing stock [m3/ha], B = a V + b (Fang and others 2001).

    Zero where there is no growing stock: the intercept holds for closed forest only.

    Examples
    --------
    >>> round(stand_biomass_t_per_ha(100.0, "310"), 4)
    65.661
    """
    if volume_m3_per_ha < 0:
        raise EstimationError("volume-negative", value=volume_m3_per_ha)
    if volume_m3_per_ha == 0:
        return 0.0
    equation = stand_equation_of(species_code)
    return equation.a * volume_m3_per_ha + equation.b


def vbef_carbon_t_per_ha(volume_m3_per_ha: float, species_code: str) -> float:
    """Return stand carbon, roots included [t C/ha], C = V SVD BEF (1 + R) CF (AR-TOOL14 A1.5).

    Examples
    --------
    >>> round(vbef_carbon_t_per_ha(100.0, "310") * 44 / 12, 6)
    119.174474
    """
    if volume_m3_per_ha < 0:
        raise EstimationError("volume-negative", value=volume_m3_per_ha)
    f = biomass_factors(species_code)
    svd, bef = known(f.svd, species_code, "svd"), known(f.bef, species_code, "bef")
    rsr, cf = known(f.rsr, species_code, "rsr"), known(f.cf, species_code, "cf")
    return volume_m3_per_ha * svd * bef * (1 + rsr) * cf
