"""Growth fitted to two campaigns: recovery, honest intervals, and refusal of data that do not tell."""

from __future__ import annotations

import numpy as np
import pytest

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
    """Young stands on good sites, old ones on poor: the pooled curve flattens, the pairs do not."""
    rng = np.random.default_rng(5)
    t1 = rng.uniform(4.0, 40.0, 80)
    y1 = TRUE.value(t1) * (1.6 - 0.02 * t1)
    y2 = TRUE.projected(y1, t1, t1 + 5.0) + rng.normal(0.0, 0.5, 80)
    pairs, pooled = fitted((t1, y1, t1 + 5, y2)), fitted((t1, y1, t1 + 5, y2), method="level")
    wanted = float(TRUE.ratio(10.0, 40.0))
    assert float(pairs.curve.ratio(10.0, 40.0)) == pytest.approx(wanted, rel=0.05)
    assert float(pooled.curve.ratio(10.0, 40.0)) < 0.8 * wanted


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
