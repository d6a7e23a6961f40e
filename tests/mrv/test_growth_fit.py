"""Growth fitted to two campaigns: recovery, honest intervals, and refusal of data that do not tell."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import curve_fit

from mrv.errors import EstimationError
from mrv.growth_curves import Richards, Schumacher
from mrv.growth_fit import Form, GrowthFit, Method, fit_growth

TRUE = Richards(120.0, 0.06, 2.0)


def plots(
    n: int, seed: int, *, noise: float = 2.0, site_sd: float = 0.15, curve: object = TRUE
) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    assert isinstance(curve, Richards | Schumacher)
    t1 = rng.uniform(4.0, 40.0, n)
    y1 = curve.value(t1) * np.exp(rng.normal(0.0, site_sd, n) - site_sd**2 / 2)
    y2 = curve.projected(y1, t1, t1 + 5.0) + rng.normal(0.0, noise, n)
    return t1, y1, t1 + 5.0, np.maximum(y2, 0.0)


def fitted(data: tuple[np.ndarray, ...], form: Form = "richards", method: Method = "difference") -> GrowthFit:
    return fit_growth([f"P{i:03d}" for i in range(data[0].size)], *data, form=form, method=method)


@pytest.mark.parametrize("method", ["difference", "level"])
def test_data_without_error_give_the_parameters_back(method: Method) -> None:
    fit = fitted(plots(40, 3, noise=0.0, site_sd=0.0), method=method)
    assert fit.curve.parameters == pytest.approx(TRUE.parameters, rel=1e-4)
    assert fit.residual_sd < 1e-4


def test_schumacher_gives_its_parameters_back() -> None:
    true = Schumacher(5.6, 12.0)
    fit = fitted(plots(40, 3, noise=0.0, site_sd=0.0, curve=true), form="schumacher")
    assert fit.curve.parameters == pytest.approx(true.parameters, rel=1e-5)


def test_chapman_finds_the_curve_that_richards_finds() -> None:
    data = plots(60, 1)
    richards, chapman = fitted(data), fitted(data, form="chapman")
    assert 1 / (1 - chapman.curve.parameters[2]) == pytest.approx(richards.curve.parameters[2], rel=1e-4)
    assert chapman.predict(30.0).standard_error == pytest.approx(
        richards.predict(30.0).standard_error, rel=1e-3
    )


def test_intervals_of_the_curve_cover_the_truth() -> None:
    """The 90 % interval over 120 samples of 60 plots; the binomial band of 99 % is 0.83 to 0.96."""
    hits = 0
    for seed in range(120):
        low, high = fitted(plots(60, seed)).predict(30.0).interval
        hits += low <= float(TRUE.value(30.0)) <= high
    assert 0.83 <= hits / 120 <= 0.96


def test_the_shape_does_not_take_good_sites_for_old_ones() -> None:
    """Young stands on good sites, old ones on poor: the pairs see through it, the pooled curve cannot."""
    rng = np.random.default_rng(5)
    t1 = rng.uniform(4.0, 40.0, 80)
    y1 = TRUE.value(t1) * (1.6 - 0.02 * t1)
    y2 = TRUE.projected(y1, t1, t1 + 5.0) + rng.normal(0.0, 0.5, 80)
    pairs = fitted((t1, y1, t1 + 5, y2))
    wanted = float(TRUE.ratio(10.0, 40.0))
    assert float(pairs.curve.ratio(10.0, 40.0)) == pytest.approx(wanted, rel=0.05)
    with pytest.raises(EstimationError, match="growth-misfit"):
        fitted((t1, y1, t1 + 5, y2), method="level")


def test_the_order_of_the_plots_changes_no_bit() -> None:
    data = plots(30, 2)
    names = np.array([f"P{i:03d}" for i in range(30)])
    shuffled = np.random.default_rng(1).permutation(30)
    one = fit_growth(names, *data)
    two = fit_growth(names[shuffled], *(column[shuffled] for column in data))
    assert one.curve == two.curve
    assert (one.covariance == two.covariance).all()


def test_a_plot_spreads_more_than_the_mean() -> None:
    found = fitted(plots(60, 1)).predict(25.0)
    assert (
        found.plot_interval[0] < found.interval[0] < found.value < found.interval[1] < found.plot_interval[1]
    )
    with_more = fitted(plots(240, 1)).predict(25.0)
    assert with_more.standard_error < found.standard_error


def test_empty_plots_go_with_the_level_method_only() -> None:
    t1, y1, t2, y2 = plots(40, 4)
    y1[:3] = 0.0
    assert fitted((t1, y1, t2, y2), method="level").n_plots == 40
    with pytest.raises(EstimationError, match="growth-value-unusable"):
        fitted((t1, y1, t2, y2))


def test_a_form_that_misses_the_growth_of_its_plots_is_refused() -> None:
    """Old stands that grow on by a sixth in five years: Schumacher's curve has long come to rest there."""
    rng = np.random.default_rng(4)
    t1 = np.r_[rng.uniform(10.0, 15.0, 20), rng.uniform(60.0, 90.0, 20)]
    y1 = rng.uniform(40.0, 60.0, 40)
    y2 = y1 * 1.16 + rng.normal(0.0, 0.5, 40)
    with pytest.raises(EstimationError) as error:
        fitted((t1, y1, t1 + 5.0, y2), form="schumacher")
    assert error.value.rule == "growth-misfit"


def refused(data: tuple[np.ndarray, ...], form: Form = "richards", method: Method = "difference") -> str:
    with pytest.raises(EstimationError) as error:
        fitted(data, form, method)
    return error.value.rule


def test_few_plots_or_one_age_are_refused() -> None:
    assert refused(plots(4, 1)) == "growth-too-few"
    n = 20
    one_age = (np.full(n, 5.0), np.linspace(10, 20, n), np.full(n, 10.0), np.linspace(18, 40, n))
    assert refused(one_age) == "growth-too-few"


def test_young_stands_do_not_tell_where_growth_ends() -> None:
    """Stands of 3 to 6 years, noisy: rate and shape cannot be told apart."""
    rng = np.random.default_rng(0)
    t1 = rng.uniform(3.0, 6.0, 12)
    y1 = TRUE.value(t1) * np.exp(rng.normal(0.0, 0.3, 12))
    y2 = TRUE.projected(y1, t1, t1 + 1.0) * np.exp(rng.normal(0.0, 0.15, 12))
    assert refused((t1, y1, t1 + 1.0, y2)) in {"growth-at-bound", "growth-not-identified"}


def test_stands_that_do_not_grow_tell_nothing() -> None:
    t1 = np.linspace(60.0, 100.0, 20)
    y1, y2 = np.random.default_rng(3).normal(100.0, 2.0, (2, 20))
    assert refused((t1, y1, t1 + 5, y2)) in {"growth-at-bound", "growth-not-identified"}


@pytest.mark.parametrize(("first", "second"), [(0.0, 5.0), (10.0, 10.0), (10.0, 9.0)])
def test_ages_that_cannot_be(first: float, second: float) -> None:
    t1, y1, t2, y2 = plots(20, 1)
    t1[4], t2[4] = first, second
    assert refused((t1, y1, t2, y2)) == "growth-ages-unusable"


def test_a_stricter_limit_refuses_what_the_usual_one_takes() -> None:
    data = plots(30, 2)
    fit = fitted(data)
    assert fit.standard_errors["c"] / fit.curve.parameters[2] > 0.01
    with pytest.raises(EstimationError, match="growth-not-identified"):
        fit_growth([f"P{i:03d}" for i in range(30)], *data, max_relative_se=0.01)


@given(
    arrays(np.float64, (12, 2), elements=st.floats(0.5, 150.0)),
    arrays(np.float64, (12, 2), elements=st.floats(0.0, 1e4)),
    st.sampled_from(["richards", "schumacher", "chapman"]),
    st.sampled_from(["difference", "level"]),
)
@settings(deadline=None, max_examples=60)
def test_any_data_give_a_finite_curve_or_a_refusal(
    ages: np.ndarray, values: np.ndarray, form: Form, method: Method
) -> None:
    """Whatever is measured: no warning, no other error, no parameter without a standard error."""
    first, step = ages[:, 0], ages[:, 1]
    rule = ""
    try:
        fit = fitted((first, values[:, 0], first + step, values[:, 1]), form, method)
    except EstimationError as error:
        rule = error.rule
    if rule:
        assert rule.startswith("growth-")
        return
    assert all(np.isfinite(fit.curve.parameters))
    assert np.isfinite(fit.covariance).all()
    assert (np.diag(fit.covariance) >= 0).all()
    assert np.isfinite(fit.curve.value(40.0))


def test_the_fit_is_that_of_another_least_squares() -> None:
    """One curve through all measurements, against scipy's own curve fitting."""
    t1, y1, t2, y2 = plots(60, 1)
    fit = fitted((t1, y1, t2, y2), method="level")
    found, _ = curve_fit(
        lambda t, A, k, c: A * (1 - np.exp(-k * t)) ** c, np.r_[t1, t2], np.r_[y1, y2], p0=(100.0, 0.05, 2.0)
    )
    assert fit.curve.parameters == pytest.approx(tuple(found), rel=1e-3)


@pytest.mark.realdata
def test_real_plots_of_a_national_inventory(real_data: Path) -> None:
    """Fifty-one plots of 2010 and 2015 grew by 18 % in the mean, old stands like young ones.

    No curve with an upper limit says that: Richards runs to its bound, Schumacher gives 40 % too little.
    """
    columns = []
    for period in (2, 3):
        with (real_data / "forestat_china" / f"plot_{period}.csv").open(encoding="utf-8") as file:
            columns.append({row["plot_id"]: row for row in csv.DictReader(file)})
    before, after = columns

    def number(row: dict[str, str], name: str) -> float:
        return float(row[name] or 0)

    rows = []
    for plot in sorted(set(before) & set(after)):
        one, two = before[plot], after[plot]
        ages = number(one, "average_age"), number(two, "average_age")
        held, left = number(one, "standing_stock"), number(two, "standing_stock")
        felled = number(two, "forest_cutting_stock")
        if 0 < ages[0] < ages[1] and held > 0 and left > 0 and felled <= 0.2 * held:
            rows.append((plot, ages[0], held, ages[1], left + felled))
    ids, *data = zip(*rows, strict=True)
    assert len(ids) == 51
    with pytest.raises(EstimationError, match="growth-at-bound"):
        fit_growth(ids, *data, form="richards")
    with pytest.raises(EstimationError) as refused:
        fit_growth(ids, *data, form="schumacher")
    assert refused.value.rule == "growth-misfit"
    observed = (sum(data[3]) - sum(data[1])) / 51
    assert refused.value.params["observed"] == pytest.approx(observed)
    assert 0.5 * observed < float(str(refused.value.params["fitted"])) < 0.7 * observed
