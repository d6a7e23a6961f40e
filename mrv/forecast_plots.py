"""From an inventory of two campaigns to the stands and growth curves of a forecast.

The age of a plot is that of the parcel it lies in. Growth is net of natural mortality and leaves felling
aside: what was felled is added back at its first size, and a plot that lost more than `FELLED_SHARE` of its
carbon to felling, or all of it to anything, tells no growth. A stratum takes, in this order: the curve stated
for it, a fit to its own plots, the fit of the stratum that it is said to be like; else it is refused, with
what was tried.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import numpy as np

from mrv.errors import EstimationError
from mrv.forecast import GrowthModel, Stands
from mrv.growth_fit import Form, GrowthFit, fit_growth, stated_curve
from mrv.inventory import Inventory
from mrv.moments import Floats, Labels
from mrv.plot_stocks import COMPONENTS, VARIABLES, change_components, plot_stocks, tree_stocks
from mrv.profile import Profile

FELLED_SHARE: Final = 0.2
"""Share of its carbon that a plot may have lost to felling and still tell growth [1]; a choice of ours."""


@dataclass(frozen=True, slots=True)
class StatedCurve:
    """A curve with its parameters, taken from elsewhere."""

    form: Form
    """richards, schumacher or chapman."""
    parameters: tuple[float, ...]
    """Parameters, the level first [t C/ha over years]."""
    source: str
    """Where they come from."""


@dataclass(frozen=True, slots=True)
class GrowthChoice:
    """How the curves of a forecast are found."""

    forms: tuple[Form, ...] = ("richards", "schumacher")
    """Forms to try, in this order."""
    like: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Stratum -> stratum whose growth it borrows where its own plots tell none."""
    stated: Mapping[str, StatedCurve] = field(default_factory=lambda: MappingProxyType({}))
    """Stratum -> curve stated for it."""


@dataclass(frozen=True, slots=True)
class GrowthPlots:
    """Plots of one stratum measured in the last two campaigns."""

    stratum: str
    """Name."""
    plot_id: Labels
    """Plots, shape (n,)."""
    age_year: Floats
    """Age of the stand at the last campaign [a]; NaN where unknown."""
    first_tc_per_ha: Floats
    """Living trees at the first campaign [t C/ha]."""
    second_tc_per_ha: Floats
    """Living trees at the last campaign [t C/ha]."""
    felled_tc_per_ha: Floats
    """Felled in between, at its first size [t C/ha]."""
    period_year: float
    """Years between the campaigns [a]."""

    @property
    def grown_tc_per_ha(self) -> Floats:
        """What would stand without felling [t C/ha]."""
        return self.second_tc_per_ha + self.felled_tc_per_ha

    @property
    def telling(self) -> np.ndarray:
        """Which plots tell growth, shape (n,)."""
        known = np.isfinite(self.age_year) & (self.age_year > self.period_year)
        kept = self.felled_tc_per_ha <= FELLED_SHARE * self.first_tc_per_ha
        return np.asarray(known & kept & (self.first_tc_per_ha > 0) & (self.second_tc_per_ha > 0))


@dataclass(frozen=True, slots=True)
class Tried:
    """A fit that was tried and refused."""

    stratum: str
    """Whose plots."""
    form: str
    """Form of the curve."""
    rule: str
    """Why it was refused."""
    params: tuple[tuple[str, object], ...] = ()
    """What the sentence of that names."""


def growth_plots(
    inventory: Inventory, profile: Profile, age_of_parcel_year: Mapping[str, float]
) -> dict[str, GrowthPlots]:
    """Return the plots of each stratum that were measured in the last two campaigns.

    Parameters
    ----------
    inventory
        Checked plots and trees.
    profile
        Pools, carbon fraction and smallest DBH.
    age_of_parcel_year
        Age of the stand of each parcel at the last campaign [a].
    """
    if len(inventory.campaigns) < 2:
        raise EstimationError("change-needs-two-campaigns", domain="forecast")
    first, second = inventory.campaigns[-2:]
    stocks = tree_stocks(inventory.trees, profile)
    before, after = (plot_stocks(inventory, stocks, year) for year in (first, second))
    change = change_components(inventory, stocks, first, second)
    carbon, felling = VARIABLES.index("carbon_stock"), COMPONENTS.index("felling")
    pair = [np.isin(item.plot_id, change.plot_id) for item in (before, after)]
    ages = _ages(inventory, second, age_of_parcel_year)
    found = {}
    for name in sorted({str(item) for item in np.unique(change.stratum)}):
        rows = change.stratum == name
        found[name] = GrowthPlots(
            name,
            change.plot_id[rows],
            np.array([ages.get(str(plot), np.nan) for plot in change.plot_id[rows]]),
            before.per_ha[pair[0]][rows, carbon],
            after.per_ha[pair[1]][rows, carbon],
            change.per_ha[rows, felling],
            float(second - first),
        )
    return found


def _ages(inventory: Inventory, year: int, of_parcel: Mapping[str, float]) -> dict[str, float]:
    plots = inventory.plots
    rows = np.flatnonzero(plots.campaign_year == year)
    return {str(plots.plot_id[i]): float(of_parcel.get(str(plots.parcel_id[i]), np.nan)) for i in rows}


def fitted(plots: GrowthPlots, forms: Sequence[Form]) -> tuple[GrowthFit | None, tuple[Tried, ...]]:
    """Return the first form that the plots tell, and those that they do not.

    Parameters
    ----------
    plots
        Of one stratum.
    forms
        To try, in this order.
    """
    tried: list[Tried] = []
    rows = plots.telling
    if not rows.any():
        error = EstimationError("growth-no-plots", stratum=plots.stratum)
        return None, (Tried(plots.stratum, ", ".join(forms), error.rule, tuple(error.params.items())),)
    for form in forms:
        try:
            fit = fit_growth(
                plots.plot_id[rows],
                plots.age_year[rows] - plots.period_year,
                plots.first_tc_per_ha[rows],
                plots.age_year[rows],
                plots.grown_tc_per_ha[rows],
                form=form,
            )
        except EstimationError as error:
            tried.append(Tried(plots.stratum, form, error.rule, tuple(error.params.items())))
        else:
            return fit, tuple(tried)
    return None, tuple(tried)


def stands_to_forecast(
    plots: Mapping[str, GrowthPlots], area_ha: Mapping[str, float], choice: GrowthChoice
) -> tuple[tuple[Stands, ...], tuple[Tried, ...]]:
    """Return the strata to forecast with their curves, and the fits that were refused on the way.

    Parameters
    ----------
    plots
        Plots of every stratum, donors included.
    area_ha
        Area of each stratum to forecast [ha].
    choice
        How curves are found.

    Raises
    ------
    EstimationError
        Rule ``forecast-growth-unknown``: nothing tells how a stratum grows.
    """
    stands: list[Stands] = []
    tried: list[Tried] = []
    for name in sorted(area_ha):
        if name not in plots:
            raise EstimationError("forecast-plots-few", stratum=name, n=0)
        model, refused = _model(name, plots, choice)
        tried += refused
        own = plots[name]
        stands.append(Stands(name, area_ha[name], own.age_year, own.second_tc_per_ha, model))
    return tuple(stands), tuple(dict.fromkeys(tried))


def _model(
    name: str, plots: Mapping[str, GrowthPlots], choice: GrowthChoice
) -> tuple[GrowthModel, tuple[Tried, ...]]:
    if name in choice.stated:
        curve = choice.stated[name]
        made = stated_curve(curve.form, curve.parameters)
        return GrowthModel(f"stated:{name}", made, "increment", None, curve.source), ()
    fit, tried = fitted(plots[name], choice.forms)
    if fit is not None:
        return GrowthModel(f"own:{name}", fit.curve, "ratio", fit, name), tried
    donor = choice.like.get(name)
    if donor is not None and donor in plots:
        fit, more = fitted(plots[donor], choice.forms)
        tried += more
        if fit is not None:
            return GrowthModel(f"like:{donor}", fit.curve, "increment", fit, donor), tried
    raise EstimationError(
        "forecast-growth-unknown",
        stratum=name,
        like=donor or "-",
        tried="; ".join(f"{item.stratum}/{item.form}: {item.rule}" for item in tried),
    )
