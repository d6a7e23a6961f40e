"""Biomass and carbon of trees and stands.

Tree by tree: the equations of the library by the selection rule (`mrv.equations.selection`), volume x
basic density x BEF (AR-TOOL14 A1.5) or an allometric equation as the methodology prefers; roots by the
species' root:shoot ratio; moso bamboo by its culm equation. For a stand without trees: B = a V + b,
model-based.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mrv.allometry import BAMBOO
from mrv.coefficients import biomass_factors, known, species
from mrv.equations.examine import Mask
from mrv.equations.forms import Predictors, needs, predict
from mrv.equations.library import Library, packaged_library, with_own
from mrv.equations.selection import Assignment, choose_equations, factorise, outside
from mrv.errors import EstimationError, InventoryError, ParameterMissing
from mrv.moments import Floats


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


@dataclass(frozen=True, slots=True)
class TreeEquations:
    """Which equations made the figures of each tree."""

    volume: Assignment
    """Stem volume; bamboo has none."""
    biomass: Assignment
    """Above-ground biomass."""
    outside: Mask
    """Trees outside the range of one of their equations."""

    def unverified(self) -> tuple[str, ...]:
        """Return the table rows behind the figures that nobody has confirmed, sorted."""
        used = {e.origin or e.id: e.status for e in (*self.volume.equations(), *self.biomass.equations())}
        factors = {
            f"biomass_factors.csv:{code}": biomass_factors(code).status for code in self.biomass.species
        }
        return tuple(sorted(name for name, status in (used | factors).items() if status != "verified"))


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
    trees = Predictors(dbh_cm=dbh_cm, height_m=height_m, du=du)
    return mass_of_trees(species_code, trees, carbon_fraction=carbon_fraction, roots=roots)[0]


def mass_of_trees(
    species_code: ArrayLike,
    trees: Predictors,
    *,
    preference: str = "vbef",
    region: str = "",
    carbon_fraction: float | None = None,
    roots: bool = True,
    own: Library | None = None,
) -> tuple[TreeMass, TreeEquations]:
    """Return volume, biomass and carbon of trees [m3, kg, kg C], and the equations that made them.

    Parameters
    ----------
    species_code
        Three-digit species codes.
    trees
        DBH [cm], height [m] and age class of culms [du].
    preference
        The profile's ``biomass_equation``, a key of `mrv.equations.selection.PREFERENCES`.
    region
        Region the trees stand in, for equations made for one; empty where it is not known.
    carbon_fraction, roots
        As in `tree_mass`.
    own
        The county's own equations, which go before the packaged ones of the same level.
    """
    equations, first = with_own(own), frozenset(own or ())
    codes, index = factorise(species_code)
    for code in codes:
        species(code)
    bamboo = frozenset({BAMBOO})
    stems = choose_equations(equations, codes, "stem_volume", region=region, without=bamboo, first=first)
    plants = choose_equations(
        equations, codes, "biomass_ag", preference=preference, region=region, first=first
    )
    volumes, masses = Assignment(codes, stems, index), Assignment(codes, plants, index)
    volume = _predict_each(volumes, trees, None)
    if not np.isfinite(volume).all():
        raise InventoryError("tree-volume-not-finite", index=int(np.flatnonzero(~np.isfinite(volume))[0]))
    above = _predict_each(masses, trees, volume)
    ratio = np.array([_root_ratio(code) if roots else 0.0 for code in masses.species] or [0.0])
    fractions = [_fraction(code, carbon_fraction) for code in masses.species] or [0.0]
    below, fraction = above * ratio[masses.index], np.array(fractions)[masses.index]
    beyond = outside(volumes, trees.dbh_cm, trees.height_m) | outside(masses, trees.dbh_cm, trees.height_m)
    mass = TreeMass(volume, above, below, above * fraction, below * fraction)
    return mass, TreeEquations(volumes, masses, beyond)


def _predict_each(assignment: Assignment, trees: Predictors, volume_m3: Floats | None) -> Floats:
    """Return what each tree's own equation predicts; 0 where it has none."""
    values = np.zeros(assignment.index.shape)
    columns = {"dbh_cm": trees.dbh_cm, "height_m": trees.height_m, "du": trees.du, "volume_m3": volume_m3}
    given = {name: np.asarray(c, dtype=np.float64) for name, c in columns.items() if c is not None}
    for position, (code, choice) in enumerate(zip(assignment.species, assignment.choices, strict=True)):
        if choice is None:
            continue
        rows = assignment.index == position
        asked = needs(choice.equation)
        mine: dict[str, ArrayLike] = {name: column[rows] for name, column in given.items() if name in asked}
        if "wood_density" in asked:
            mine["wood_density"] = known(biomass_factors(code).svd, code, "svd")
        values[rows] = predict(choice.equation, Predictors(**mine))
    return values


def _root_ratio(code: str) -> float:
    """Return a species' root:shoot ratio; 0 for bamboo, whose ratio is not known and which is noted."""
    return 0.0 if code == BAMBOO else known(biomass_factors(code).rsr, code, "rsr")


def _fraction(code: str, one_for_all: float | None) -> float:
    return known(biomass_factors(code).cf, code, "cf") if one_for_all is None else one_for_all


def bamboo_culm_kg(dbh_cm: ArrayLike, du: ArrayLike) -> Floats:
    """Return the dry mass of moso culms [kg] (Zhou 2006).

    M = 747.787 D^2.771 (0.148 A / (0.028 + A))^5.555 + 3.772, D in cm, A the age class du.

    Examples
    --------
    >>> bamboo_culm_kg([10.0], [2.0]).round(6).tolist()
    [13.819104]
    """
    return predict(packaged_library()["moso-culm"], Predictors(dbh_cm=dbh_cm, du=du))


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
    return predict(packaged_library()["root-shoot-tool14"], Predictors(biomass_ag_t_per_ha=b))


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
    name = species(species_code).stand_equation
    if not name:
        raise ParameterMissing(
            "coefficient-missing", species=species_code, name="stand_equation", table="species.csv"
        )
    return float(predict(packaged_library()[f"stand-{name}"], Predictors(volume_m3_per_ha=volume_m3_per_ha)))


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
