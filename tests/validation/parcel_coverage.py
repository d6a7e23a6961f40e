"""Are the parcels' prediction errors honest? Plots of a simulated county drawn again and again.

The truth of each parcel is known there. The land, its stands and the register stay; the plots are drawn
anew in each replicate, the parcels held to them, and their intervals compared with the truth.

    .venv/bin/python -m tests.validation.parcel_coverage 200
"""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

from geodata.simulation.landscape import build_landscape
from geodata.simulation.sample import draw_points
from mrv.moments import Floats
from mrv.parcel_calibration import calibrate_parcels
from mrv.parcel_residual import estimate_residual
from mrv.parcels import parcel_stock
from mrv.sampling import Estimate, totals_stratified
from mrv.simulation import species
from mrv.simulation.equations import tree_values
from mrv.simulation.stands import FIRST_YEAR, LAST_YEAR, PLANTING_YEAR, Stands, draw_stands
from mrv.simulation.survey import survey_stands
from mrv.simulation.trees import PLOT_AREA_HA, draw_trees
from mrv.simulation.truth import expected_stock
from mrv.stratum_growth import stratum_growth
from mrv.yearly_update import Land, RecordedLosses, backcast, update_stock


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the replicates say."""

    replicates: int
    """Draws of the plots."""
    parcels: int
    """Forest parcels."""
    cover_frac: float
    """Share of parcels whose 90 % interval holds their truth, over all replicates."""
    cover_standing_frac: float
    """The same over parcels that hold more than 1 t C/ha."""
    cover_frac_ratio_only: float
    """The same with the error of the ratio alone, standing parcels."""
    mean_error_frac: float
    """Mean error of the sum of all parcels, relative to it."""
    mean_error_se_frac: float
    """Monte Carlo standard error of it."""
    mean_error_before_frac: float
    """The same of the register and model alone, which does not vary."""
    rmse_before: float
    """Root mean square error of a parcel's density before [t C/ha]."""
    rmse_after: float
    """The same after, over all replicates [t C/ha]."""
    stratum_error_before: float
    """Root mean square error of a stratum's mean density before [t C/ha]."""
    stratum_error_after: float
    """The same after [t C/ha]."""
    cv_true_frac: float
    """Coefficient of variation of parcels about their stratum's best ratio, from the truth."""
    cv_used_frac: float
    """Median of what the plots made of it."""


@dataclass(frozen=True, slots=True)
class UpdateError:
    """How far the yearly update is from the truth five years on, before the plots of then are asked."""

    replicates: int
    """Draws of the plots."""
    mean_error_frac: float
    """Mean error of the county's stock in 2025, relative to it."""
    mean_error_se_frac: float
    """Monte Carlo standard error of it."""
    base_error_frac: float
    """Mean error of the stock in 2020 from which the update starts."""
    true_change_frac: float
    """What truly changed in the five years, relative to the stock in 2025."""


def plot_carbon(rng: np.random.Generator, stands: Stands, parcel: NDArray[np.int64]) -> Floats:
    """Return the carbon density of plots in both campaigns, a plot in each parcel given, (n, 2) [t C/ha]."""
    trees = draw_trees(rng, stands, parcel)
    carbon = np.zeros((parcel.size, 2))
    for campaign in (0, 1):
        alive = ~np.isnan(trees.dbh_cm[:, campaign])
        for number, code in enumerate(species.SPECIES):
            rows = np.flatnonzero(alive & (trees.species == number))
            size = trees.dbh_cm[rows, campaign], trees.height_m[rows, campaign], trees.du[rows, campaign]
            held = tree_values(code, *size).carbon_kg / 1000.0 / PLOT_AREA_HA
            np.add.at(carbon[:, campaign], trees.plot[rows], held)
    return carbon


def simulate_update(replicates: int, *, parcels: int = 600, seed: int = 7) -> UpdateError:
    """Return the error of the update from 2020 to 2025, with the losses recorded as they happened."""
    land = build_landscape(seed, parcels)
    stands = draw_stands(seed, *land.site)
    stock = expected_stock(stands)
    survey = asdict(survey_stands(seed, stands, stock))
    area, true = land.area_ha[land.forest], stock.carbon_tc_per_ha
    register = (survey["species_code"], survey["stems_per_ha"].astype(float), survey["dbh_cm"])
    model = parcel_stock(survey["volume_m3_per_ha"], area, *register).carbon_tc
    names = np.asarray(species.STRATA)[stands.stratum]
    project = stands.stratum >= species.COUNTY_STRATA
    planted = np.where(project, float(PLANTING_YEAR), np.nan)
    place = Land(area, names, survey["age_year"].astype(float), planted, LAST_YEAR)
    gone = np.flatnonzero(stands.cleared)
    losses = RecordedLosses(gone, stands.event_year[gone], area[gone])
    after, before = [], []
    for draw in range(replicates):
        points = draw_points(seed + 1000 + draw, land, stands.stratum, species.STRATA)
        density = plot_carbon(np.random.default_rng([seed, 77, draw]), stands, points.stand)
        own = names[points.stand]
        totals = _totals(density[:, 0], own, area, names)
        ids = [f"{i:04d}" for i in range(own.size)]
        ages = place.age_year[points.stand]
        grown = stratum_growth(ids, own, density[:, 0], density[:, 1], ages, (FIRST_YEAR, LAST_YEAR))
        mean = {name: totals[name].value / area[names == name].sum() for name in totals}
        back = backcast(model, FIRST_YEAR, place, grown, losses, mean)
        base = calibrate_parcels(back, area, names, totals).carbon_tc
        now = update_stock(base, FIRST_YEAR, LAST_YEAR, place, grown, losses)[:, -1]
        after.append(now.sum() / (true[:, 1] * area).sum() - 1)
        before.append(base.sum() / (true[:, 0] * area).sum() - 1)
    change = ((true[:, 1] - true[:, 0]) * area).sum() / (true[:, 1] * area).sum()
    spread = float(np.std(after, ddof=1) / np.sqrt(replicates))
    return UpdateError(replicates, float(np.mean(after)), spread, float(np.mean(before)), float(change))


def simulate(replicates: int, *, parcels: int = 600, seed: int = 7) -> Coverage:
    """Return the cover of the parcels' 90 % intervals, their errors before and after."""
    land = build_landscape(seed, parcels)
    stands = draw_stands(seed, *land.site)
    stock = expected_stock(stands)
    survey = asdict(survey_stands(seed, stands, stock))
    area, true = land.area_ha[land.forest], stock.carbon_tc_per_ha[:, 1]
    register = (survey["species_code"], survey["stems_per_ha"].astype(float), survey["dbh_cm"])
    model = parcel_stock(survey["volume_m3_per_ha"], area, *register).carbon_tc
    names = np.asarray(species.STRATA)[stands.stratum]
    ratio = {n: (true * area)[names == n].sum() / model[names == n].sum() for n in np.unique(names)}
    best = np.array([ratio[n] for n in names]) * model / area
    mean = np.array([(true * area)[names == n].sum() / area[names == n].sum() for n in names])
    standing = true > 1.0
    covered, covered_standing, ratio_only, errors, after, cv, strata_after = [], [], [], [], [], [], []
    for draw in range(replicates):
        points = draw_points(seed + 1000 + draw, land, stands.stratum, species.STRATA)
        density = plot_carbon(np.random.default_rng([seed, 77, draw]), stands, points.stand)[:, 1]
        own = names[points.stand]
        totals = _totals(density, own, area, names)
        residual = estimate_residual(density, points.stand, own, model, area, names, totals)
        found = calibrate_parcels(model, area, names, totals, residual)
        error = found.carbon_tc - true * area
        inside = np.abs(error) <= stdtrit(found.df, 0.95) * found.standard_error_tc + 1e-9
        plain = calibrate_parcels(model, area, names, totals, None)
        narrow = np.abs(error) <= stdtrit(plain.df, 0.95) * plain.standard_error_tc
        covered.append(inside.mean())
        covered_standing.append(inside[standing].mean())
        ratio_only.append(narrow[standing].mean())
        errors.append(error.sum() / (true * area).sum())
        after.append(np.mean((error / area) ** 2))
        strata_after.append(_stratum_error(error, area, names))
        cv.append(0.0 if residual is None else residual.cv_frac)
    before = model - true * area
    return Coverage(
        replicates=replicates,
        parcels=int(area.size),
        cover_frac=float(np.mean(covered)),
        cover_standing_frac=float(np.mean(covered_standing)),
        cover_frac_ratio_only=float(np.mean(ratio_only)),
        mean_error_frac=float(np.mean(errors)),
        mean_error_se_frac=float(np.std(errors, ddof=1) / np.sqrt(replicates)),
        mean_error_before_frac=float(before.sum() / (true * area).sum()),
        rmse_before=float(np.sqrt(np.mean((before / area) ** 2))),
        rmse_after=float(np.sqrt(np.mean(after))),
        stratum_error_before=float(np.sqrt(_stratum_error(before, area, names))),
        stratum_error_after=float(np.sqrt(np.mean(strata_after))),
        cv_true_frac=float(np.sqrt(np.mean(((true - best) ** 2 / np.maximum(best * mean, 1e-9))[standing]))),
        cv_used_frac=float(np.median(cv)),
    )


def _totals(density: Floats, own: ArrayLike, area: Floats, names: ArrayLike) -> dict[str, Estimate]:
    plots, of_parcels = np.asarray(own), np.asarray(names)
    found = {}
    for name in np.unique(of_parcels):
        rows = plots == name
        ids = [f"{i:04d}" for i in range(int(rows.sum()))]
        whole = {str(name): float(area[of_parcels == name].sum())}
        found[str(name)] = totals_stratified(ids, density[rows], plots[rows], whole).estimate(0, "t C")
    return found


def _stratum_error(error: Floats, area: Floats, names: ArrayLike) -> float:
    of_parcels = np.asarray(names)
    squares = [
        (error[of_parcels == n].sum() / area[of_parcels == n].sum()) ** 2 for n in np.unique(of_parcels)
    ]
    return float(np.mean(squares))


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    for told in (simulate(wanted, parcels=1200), simulate_update(wanted, parcels=1200)):
        sys.stdout.write("\n".join(f"{name}\t{value}" for name, value in asdict(told).items()) + "\n\n")
