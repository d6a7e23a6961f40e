"""Errors of single trees, as log standard deviations of their carbon: equation, height, tape.

Each comes through the equations by its elasticity, d ln C / d ln x, taken by a step of one per cent: a
diameter that is 1 % off moves the carbon of a fir by about 2 %, and its height too where the curve gave it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mrv.biomass import mass_of_trees
from mrv.equations.forms import Predictors, needs
from mrv.equations.model import ResidualError
from mrv.heights import fill_heights
from mrv.inventory import Trees
from mrv.moments import Floats
from mrv.montecarlo.terms import ErrorTerm
from mrv.profile import Profile
from mrv.tree_stocks import TreeStocks

HEIGHT_MODEL: Final = "height_model"
"""Source of the error of heights that were not measured; from the residuals of the curves, not assumed."""
_STEP: Final = 0.01


@dataclass(frozen=True, slots=True)
class Parameters:
    """Identity of the parameters that a species' carbon rests on; empty where it rests on none."""

    volume: str
    """Volume equation, where biomass goes through volume."""
    biomass: str
    """Equation of biomass; expansion by density and BEF, or straight from the measures."""
    density: bool
    """Whether basic density enters."""


@dataclass(frozen=True, slots=True)
class Records:
    """Which record of the tree table is which tree at which campaign."""

    years: tuple[int, ...]
    row: NDArray[np.intp]
    """Record of each tree at each campaign, shape (campaigns, n); -1 where it was not tallied."""

    @property
    def first(self) -> NDArray[np.intp]:
        """A record of each tree, the latest there is."""
        latest: NDArray[np.intp] = np.where(self.row[-1] >= 0, self.row[-1], self.row[0])
        return latest

    def spread(self, values: Floats, absent: float = 0.0) -> Floats:
        """Return values of records as (campaigns, n)."""
        spread: Floats = np.where(self.row >= 0, values[self.row], absent)
        return spread


def elasticities(trees: Trees, stocks: TreeStocks, profile: Profile) -> tuple[Floats, Floats]:
    """Return d ln C / d ln D and d ln C / d ln H of each record [1], by a step of one per cent.

    A height that comes from a curve moves with the diameter; a measured one does not.
    """
    rows = np.flatnonzero(stocks.tallied)
    codes, dbh, heights = trees.species_code[rows], trees.dbh_cm[rows], stocks.heights
    filled = np.where(heights.level == "measured", heights.height_m, np.nan)
    thicker = fill_heights(codes, dbh * (1 + _STEP), filled, stocks.height_models, stocks.stratum)

    def slope(dbh_cm: Floats, height_m: Floats) -> Floats:
        du = np.where(trees.du[rows] > 0, trees.du[rows], 1.0)
        moved, _ = mass_of_trees(
            codes,
            Predictors(dbh_cm=dbh_cm, height_m=height_m, du=du),
            preference=profile.text("biomass_equation"),
            region=stocks.region,
            own=stocks.own,
            carbon_fraction=profile.carbon_fraction,
            roots=profile.roots,
        )
        found = np.zeros(trees.dbh_cm.size)
        found[rows] = np.log(moved.carbon_kg / stocks.mass.carbon_kg[rows]) / np.log1p(_STEP)
        return found

    return slope(dbh * (1 + _STEP), thicker.height_m), slope(dbh, heights.height_m * (1 + _STEP))


def own_errors(
    trees: Trees,
    stocks: TreeStocks,
    by_name: Mapping[str, ErrorTerm],
    records: Records,
    slopes: tuple[Floats, Floats],
) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """Return the errors of single trees: those that stay, and those of each campaign's reading [1]."""
    own: dict[str, Floats] = {}
    reading: dict[str, Floats] = {}
    if "tree_residual" in by_name:
        sd = spread_over(_residual_sd(stocks, float(by_name["tree_residual"].sd_at())), stocks.tallied)
        own["tree_residual"] = records.spread(sd).max(axis=0)
    if "dbh_cm" in by_name:
        relative = by_name["dbh_cm"].sd_at(trees.dbh_cm) / trees.dbh_cm
        reading["dbh_cm"] = records.spread(slopes[0] * relative)
    if "height_m" in by_name:
        measured = np.isfinite(trees.height_m) & (trees.height_m > 0)
        height = np.where(measured, trees.height_m, 1.0)
        relative = np.where(measured, by_name["height_m"].sd_at(height) / height, 0.0)
        reading["height_m"] = records.spread(slopes[1] * relative)
    kept, anew = _height_residuals(stocks, records, slopes[1])
    own[HEIGHT_MODEL], reading[HEIGHT_MODEL] = kept, anew
    return own, reading


def _residual_sd(stocks: TreeStocks, assumed: float) -> Floats:
    """Return the log standard deviation of each tallied tree about its equation [1].

    The equation's own residual error where its source states one, else the assumed one.
    """
    masses, volumes = stocks.equations.biomass, stocks.equations.volume
    volume = stocks.mass.volume_m3[stocks.tallied]
    biomass = stocks.mass.biomass_ag_kg[stocks.tallied]
    found = np.full(masses.index.shape, np.sqrt(np.log1p(assumed**2)))
    for position, choice in enumerate(masses.choices):
        stem = volumes.choices[position]
        through = choice is not None and stem is not None and "volume_m3" in needs(choice.equation)
        error = (
            stem.equation.residual_error if through and stem else choice and choice.equation.residual_error
        )
        if not error:
            continue
        rows = masses.index == position
        value = (volume if through else biomass)[rows]
        found[rows] = _log_sd(error, value)
    return found


def _log_sd(error: ResidualError, value: Floats) -> Floats:
    """Return a residual error as the log standard deviation of each value [1]."""
    relative = error.sd / value if error.kind == "absolute" else np.full(value.shape, error.sd)
    return relative if error.kind == "lognormal" else np.sqrt(np.log1p(relative**2))


def _height_residuals(stocks: TreeStocks, records: Records, slope: Floats) -> tuple[Floats, Floats]:
    """Return each tree's deviation from its height curve as log mass: what stays, what is drawn anew [1].

    A tree whose height was filled at each of its campaigns keeps its deviation from the curve.
    """
    heights = stocks.heights
    relative = np.divide(
        heights.residual_sd_m,
        heights.height_m,
        out=np.zeros(heights.height_m.shape),
        where=heights.height_m > 0,
    )
    spread = records.spread(slope * spread_over(relative, stocks.tallied))
    kept = np.where((spread > 0).sum(axis=0) == (records.row >= 0).sum(axis=0), spread.max(axis=0), 0.0)
    anew: Floats = np.where(kept > 0, 0.0, spread)
    return kept, anew


def curve_errors(trees: Trees, stocks: TreeStocks, slope: Floats) -> dict[str, float]:
    """Return the log standard deviation of each species' total from its height curve itself [1].

    The curve of a level is taken to be off by its residual over the root of its measured trees.
    """
    rows, heights = np.flatnonzero(stocks.tallied), stocks.heights
    codes, models = trees.species_code[rows], stocks.height_models
    found = {}
    for code in (str(item) for item in np.unique(codes)):
        curve = models.by_species.get(code, models.common)
        mine = (codes == code) & (heights.residual_sd_m > 0)
        whole = float(stocks.mass.carbon_kg[rows[codes == code]].sum())
        if curve is None or not mine.any() or not whole:
            found[code] = 0.0
            continue
        at = rows[mine]
        relative = slope[at] * heights.residual_sd_m[mine] / heights.height_m[mine]
        moved = float((relative * stocks.mass.carbon_kg[at]).sum()) / whole
        found[code] = moved / float(np.sqrt(curve.n_trees))
    return found


def parameters(stocks: TreeStocks) -> dict[str, Parameters]:
    """Return what each species' carbon is computed with."""
    found = {}
    masses, volumes = stocks.equations.biomass, stocks.equations.volume
    for position, code in enumerate(masses.species):
        choice, stem = masses.choices[position], volumes.choices[position]
        asked = needs(choice.equation) if choice else ()
        through = stem is not None and "volume_m3" in asked
        found[code] = Parameters(
            volume=stem.equation.id if through and stem else "",
            biomass=choice.equation.id if choice else "",
            density=through or "wood_density" in asked,
        )
    return found


def spread_over(values: Floats, where: NDArray[np.bool_]) -> Floats:
    """Return values of the chosen records over all records, 0 elsewhere."""
    full = np.zeros(where.shape)
    full[where] = values
    return full
