"""What is known of the strata before a survey: mean and spread of plots, and where it was taken from.

Three sources, in order of trust: plots measured before (``measured``), figures a person states with their
source (``stated``), and one coefficient of variation for all strata (``assumed``). A plan names which one it
used; the precision it promises is no better than that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from mrv.errors import EstimationError
from mrv.moments import moments_of
from mrv.plot_stocks import VARIABLES, PlotStocks
from mrv.sample_size import SamplePlan, required_plots

PriorStatus = Literal["measured", "stated", "assumed"]
CARBON: Final = VARIABLES.index("carbon_stock")
"""Column of the variable a survey is planned for."""


@dataclass(frozen=True, slots=True)
class StratumPrior:
    """Mean and spread of one stratum, per hectare or relative."""

    mean: float
    """Expected mean of plots, in the variable's unit."""
    sd: float
    """Standard deviation of plots, in the variable's unit."""
    plots: int | None
    """Plots it was measured on; None where it was not measured [1]."""


@dataclass(frozen=True, slots=True)
class SurveyPrior:
    """What is known of all strata."""

    strata: Mapping[str, StratumPrior]
    """Stratum -> what is known of it."""
    unit: str
    """Unit of means and spreads; ``1`` where only the coefficient of variation is assumed."""
    status: PriorStatus
    """How far it can be trusted."""
    source: str
    """Where it comes from, for people."""


def prior_from_plots(stocks: PlotStocks, source: str) -> SurveyPrior:
    """Return mean and spread of the living trees' carbon in the plots of a campaign [t C/ha].

    Carbon, not volume: bamboo has no volume and would get no plots.

    Parameters
    ----------
    stocks
        Stock of each plot; a stratum needs two.
    source
        File and campaign, for people.
    """
    found: dict[str, StratumPrior] = {}
    for name in np.unique(stocks.stratum):
        values = stocks.per_ha[stocks.stratum == name, CARBON]
        if len(values) < 2:
            raise EstimationError("stratum-single-plot", stratum=str(name), n_plots=len(values))
        moments = moments_of(values[:, None])
        sd = float(np.sqrt(moments.covariance[0, 0]))
        found[str(name)] = StratumPrior(float(moments.mean[0]), sd, moments.n)
    return SurveyPrior(found, "t C/ha", "measured", source)


def prior_from_cv(strata: Sequence[str], cv: float, source: str) -> SurveyPrior:
    """Return the same coefficient of variation for all strata, with means taken as equal.

    Parameters
    ----------
    strata
        Names of the strata.
    cv
        Standard deviation over mean [1].
    source
        Who assumed it, for people.

    Examples
    --------
    >>> prior_from_cv(["fir"], 0.5, "assumed").strata["fir"]
    StratumPrior(mean=1.0, sd=0.5, plots=None)
    """
    if not 0 < cv < 10:
        raise EstimationError("plan-prior-invalid", value=cv)
    return SurveyPrior({name: StratumPrior(1.0, cv, None) for name in strata}, "1", "assumed", source)


def prior_from_figures(
    strata: Sequence[str], mean: Sequence[float], sd: Sequence[float], unit: str, source: str
) -> SurveyPrior:
    """Return figures that a person states for each stratum.

    Parameters
    ----------
    strata, mean, sd
        One entry for each stratum; means and spreads in ``unit``.
    unit
        Their unit.
    source
        Where they come from, for people.
    """
    rows = zip(strata, mean, sd, strict=True)
    return SurveyPrior(
        {s: StratumPrior(float(m), float(d), None) for s, m, d in rows}, unit, "stated", source
    )


def plan_survey(
    area_ha: Mapping[str, float],
    prior: SurveyPrior,
    *,
    precision: float,
    level: float,
    plot_area_m2: float,
    reserve_frac: float,
) -> SamplePlan:
    """Return the plots that reach a precision with what is known of the strata (`mrv.sample_size`).

    Parameters
    ----------
    area_ha
        Area of each stratum [ha].
    prior
        What is known of each of them.
    precision
        Half-width of the interval wanted, as a fraction of the mean [1].
    level
        Confidence level [1].
    plot_area_m2
        Size of a plot [m2].
    reserve_frac
        Share of further plots [1].

    Raises
    ------
    EstimationError
        A stratum of which nothing is known.

    Examples
    --------
    >>> prior = prior_from_cv(["fir", "pine"], 0.4, "assumed")
    >>> size = dict(precision=0.1, level=0.9, plot_area_m2=666.67, reserve_frac=0.1)
    >>> plan_survey({"fir": 700.0, "pine": 300.0}, prior, **size).n
    46
    """
    for name in sorted(area_ha):
        if name not in prior.strata:
            raise EstimationError("plan-prior-missing", stratum=name, source=prior.source)
    whole = sum(area_ha.values())
    mean = sum(area_ha[name] * prior.strata[name].mean for name in sorted(area_ha)) / whole
    return required_plots(
        dict(area_ha),
        {name: prior.strata[name].sd for name in area_ha},
        mean,
        precision,
        whole,
        plot_area_m2 / 10_000,
        level,
        reserve_frac=reserve_frac,
    )
