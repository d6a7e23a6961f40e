"""What a self-audit must know of the sample behind a statement: plots by stratum, zeros, design effect."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from mrv.inventory import Inventory
from mrv.parcel_calibration import StratumCalibration
from mrv.plot_stocks import VARIABLES, PlotStocks

REMEASURE_YEARS: Final = 5
"""Years after which a permanent plot is due again (methodology: at most 5 years; unverified) [a]."""
_CARBON: Final = VARIABLES.index("carbon_stock")


@dataclass(frozen=True, slots=True)
class SampleFacts:
    """The sample of the last campaign."""

    year: int
    """Campaign."""
    n_plots: int
    """Plots, zeros included [1]."""
    zero_plots: int
    """Of them, plots without a tallied tree [1]."""
    plots_by_stratum: Mapping[str, int]
    """Plots of each stratum [1]."""
    design_effect: float
    """Variance of the mean carbon density under the design over that of a simple sample [1]; NaN if none."""
    overdue: int
    """Plots last measured more than `REMEASURE_YEARS` before the day of the statement [1]."""


@dataclass(frozen=True, slots=True)
class AuditFacts:
    """All that a statement does not say itself."""

    sample: SampleFacts | None = None
    """The plots; None where the estimates rest on other tables."""
    overlaps: int = 0
    """Parcels or rights that the checks found to overlap [1]."""
    calibration: tuple[StratumCalibration, ...] = ()
    """Parcels held to the plots, by stratum; empty where there is no parcel model."""


def sample_facts(
    inventory: Inventory, last: PlotStocks, stratum_area_ha: Mapping[str, float], as_of_year: int
) -> SampleFacts:
    """Return the facts of a sample.

    Parameters
    ----------
    inventory
        Plots of all campaigns.
    last
        Stocks of the last campaign's plots.
    stratum_area_ha
        Area of each stratum [ha].
    as_of_year
        Year of the day the statement holds for.
    """
    names, counts = np.unique(last.stratum, return_counts=True)
    density = last.per_ha[:, _CARBON]
    plots = inventory.plots
    latest: dict[str, int] = {}
    for name, year in zip(plots.plot_id.tolist(), plots.campaign_year.tolist(), strict=True):
        latest[name] = max(year, latest.get(name, year))
    return SampleFacts(
        year=last.year,
        n_plots=int(density.size),
        zero_plots=int((density == 0).sum()),
        plots_by_stratum={str(name): int(count) for name, count in zip(names, counts, strict=True)},
        design_effect=design_effect(last, stratum_area_ha),
        overdue=sum(1 for year in latest.values() if as_of_year - year > REMEASURE_YEARS),
    )


def design_effect(last: PlotStocks, stratum_area_ha: Mapping[str, float]) -> float:
    """Return Kish's design effect of the mean carbon density (Kish 1965, Survey Sampling, 8.2) [1].

    The simple sample's variance is s2 / n with s2 of the whole population, estimated from the strata:
    within them, and between their means. NaN where a stratum has one plot or everything is zero.
    """
    whole = math.fsum(stratum_area_ha.values())
    density = last.per_ha[:, _CARBON]
    shares, means, variances, counts = [], [], [], []
    for name in sorted(stratum_area_ha):
        rows = density[last.stratum == name]
        if rows.size < 2:
            return math.nan
        shares.append(stratum_area_ha[name] / whole)
        means.append(float(rows.mean()))
        variances.append(float(rows.var(ddof=1)))
        counts.append(rows.size)
    W, mean, s2, n = (np.array(column, dtype=np.float64) for column in (shares, means, variances, counts))
    own = float((W**2 * s2 / n).sum())
    spread = float((W * s2).sum() + (W * (mean - (W * mean).sum()) ** 2).sum())
    return own / (spread / float(n.sum())) if spread > 0 else math.nan
