"""What is known beforehand, and the plots that follow from it."""

from __future__ import annotations

import numpy as np
import pytest

from mrv.errors import EstimationError
from mrv.plot_stocks import PlotStocks
from mrv.survey_prior import SurveyPrior, plan_survey, prior_from_cv, prior_from_figures, prior_from_plots

TARGET = {"precision": 0.1, "level": 0.9, "plot_area_m2": 667.0, "reserve_frac": 0.1}


def test_measured_plots_give_mean_and_spread_of_carbon() -> None:
    per_ha = np.zeros((5, 5))
    per_ha[:, 4] = [10, 20, 30, 5, 7]
    stocks = PlotStocks(2025, np.array(list("abcde")), np.array(["f", "f", "f", "m", "m"]), per_ha)
    prior = prior_from_plots(stocks, "plots.xlsx, 2025")
    assert (prior.status, prior.unit) == ("measured", "t C/ha")
    assert prior.strata["f"].mean == pytest.approx(20)
    assert prior.strata["f"].sd == pytest.approx(10)
    assert (prior.strata["m"].plots, prior.strata["m"].sd) == (2, pytest.approx(2**0.5))
    alone = PlotStocks(2025, np.array(["a"]), np.array(["f"]), per_ha[:1])
    with pytest.raises(EstimationError, match="stratum-single-plot"):
        prior_from_plots(alone, "-")


def test_the_published_sample_size() -> None:
    """w .3 .5 .2, s 25 18 30, mean 60, 1000 ha: 37.95 by the normal quantile, 40 with t iterated."""
    prior = prior_from_figures(["1", "2", "3"], [60, 60, 60], [25, 18, 30], "t/ha", "specification")
    plan = plan_survey({"1": 300.0, "2": 500.0, "3": 200.0}, prior, **TARGET)
    assert plan.iterations[0].exact == pytest.approx(37.9527, abs=0.01)
    assert plan.n == sum(plan.allocation.values()) == 40
    assert plan.relative_half_width == pytest.approx(0.1, abs=0.003)


def test_more_spread_needs_more_plots_and_units_do_not_matter() -> None:
    area = {"f": 700.0, "p": 300.0}
    few = plan_survey(area, prior_from_cv(["f", "p"], 0.3, "-"), **TARGET).n
    many = plan_survey(area, prior_from_cv(["f", "p"], 0.6, "-"), **TARGET).n
    assert many > 3 * few
    scaled = prior_from_figures(["f", "p"], [50, 50], [15, 15], "t/ha", "-")
    assert plan_survey(area, scaled, **TARGET).n == few


def test_what_is_not_known_is_refused_by_name() -> None:
    with pytest.raises(EstimationError, match="plan-prior-missing: stratum=p"):
        plan_survey({"f": 1.0, "p": 1.0}, prior_from_cv(["f"], 0.5, "-"), **TARGET)
    for cv in (0.0, -1.0, 50.0, float("nan")):
        with pytest.raises(EstimationError, match="plan-prior-invalid"):
            prior_from_cv(["f"], cv, "-")
    assert isinstance(prior_from_cv(["f"], 0.5, "-"), SurveyPrior)
