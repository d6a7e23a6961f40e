from __future__ import annotations

import numpy as np
import pytest

from mrv.errors import EstimationError
from mrv.montecarlo.terms import ErrorTerm, packaged_terms, term_from_row, truncated_normal, with_measured


def term(distribution: str, parameters: dict[str, float], **more: object) -> ErrorTerm:
    fields = {"scope": "tree", "source": "test", "status": "placeholder", **more}
    return ErrorTerm("x", distribution=distribution, parameters=parameters, **fields)  # type: ignore[arg-type]


def draws(item: ErrorTerm, mean: float = 100.0, n: int = 200_000) -> np.ndarray:
    return item.draw(np.random.default_rng(1), mean, (n,))


def test_a_normal_keeps_its_negative_draws() -> None:
    found = draws(term("normal", {"sd": 2.0}), mean=1.0)
    assert found.mean() == pytest.approx(1.0, abs=4 * 2 / np.sqrt(found.size))
    assert found.std() == pytest.approx(2.0, rel=0.01)
    assert (found < 0).mean() == pytest.approx(0.3085, abs=0.005)  # Phi(-1/2)


def test_a_lognormal_keeps_the_mean_and_has_the_coefficient_of_variation_asked_for() -> None:
    found = draws(term("lognormal", {"sd": 0.3}))
    assert found.mean() == pytest.approx(100.0, rel=0.003)
    assert found.std() / found.mean() == pytest.approx(0.3, rel=0.01)
    assert found.min() > 0


def test_a_truncated_normal_has_the_moments_of_its_law() -> None:
    # mean and sd of N(0, 1) in [0, inf): sqrt(2 / pi) and sqrt(1 - 2 / pi)
    found = truncated_normal(np.random.default_rng(3), 0.0, np.ones(200_000), 0.0, np.inf)
    assert found.min() >= 0
    assert found.mean() == pytest.approx(np.sqrt(2 / np.pi), rel=0.005)
    assert found.std() == pytest.approx(np.sqrt(1 - 2 / np.pi), rel=0.005)


def test_a_truncated_normal_stays_in_its_bounds_and_without_spread_at_its_mean() -> None:
    found = draws(term("truncated_normal", {"sd": 50.0, "low": 80.0, "high": 500.0}))
    assert found.min() >= 80
    assert found.max() <= 500
    still = draws(term("truncated_normal", {"sd": 0.0, "low": 80.0, "high": 500.0}), n=5)
    assert still.tolist() == [100.0] * 5


def test_a_mixture_gives_the_share_the_larger_deviation() -> None:
    # Chave and others 2004: sd 0.0062 D + 0.0904 cm for 95 %, 4.64 cm for 5 %
    tape = term("mixture", {"sd": 0.0904, "sd_slope": 0.0062, "share": 0.05, "sd_large": 4.64})
    found = draws(tape, mean=30.0) - 30.0
    small = 0.0904 + 0.0062 * 30
    assert found.var() == pytest.approx(0.95 * small**2 + 0.05 * 4.64**2, rel=0.03)
    assert np.median(np.abs(found)) < 2 * small


@pytest.mark.parametrize(
    ("distribution", "parameters"),
    [
        ("normal", {}),
        ("normal", {"sd": 0.1, "low": 0.0, "high": 1.0}),
        ("truncated_normal", {"sd": 0.1}),
        ("mixture", {"sd": 0.1, "share": 0.05}),
        ("normal", {"sd": -0.1}),
        ("normal", {"sd": float("nan")}),
    ],
)
def test_parameters_that_do_not_belong_are_refused(distribution: str, parameters: dict[str, float]) -> None:
    with pytest.raises(EstimationError, match="error-term-parameters"):
        term(distribution, parameters)


@pytest.mark.parametrize("wrong", [{"scope": "parcel"}, {"status": "sure"}, {"distribution": "uniform"}])
def test_an_unknown_scope_status_or_distribution_is_refused(wrong: dict[str, str]) -> None:
    fields = {"distribution": "normal", **wrong}
    distribution = fields.pop("distribution")
    with pytest.raises(EstimationError, match="error-term-unknown"):
        term(distribution, {"sd": 0.1}, **fields)


def test_the_packaged_table_reads_and_says_what_is_not_verified() -> None:
    terms = {item.name: item for item in packaged_terms()}
    assert {"bef", "wood_density", "root_ratio", "carbon_fraction", "dbh_cm", "height_m"} <= set(terms)
    assert terms["dbh_cm"].each_visit
    assert terms["dbh_cm"].sd_at(20.0) == pytest.approx(0.2144)
    assert not terms["bef"].each_visit
    assert all(item.source for item in terms.values())
    # nothing here was checked against its own source; a row that claims otherwise must be looked at
    assert {item.status for item in terms.values()} == {"placeholder", "unverified"}


def test_a_row_becomes_a_term() -> None:
    row = {
        "name": "bef",
        "group": "model",
        "scope": "species",
        "distribution": "normal",
        "parameters": "sd=0.12",
        "each_visit": "no",
        "source": "s",
        "status": "placeholder",
    }
    assert term_from_row(row).parameters["sd"] == 0.12


def test_a_blind_check_takes_the_place_of_the_assumed_reading_errors() -> None:
    found = {
        t.name: t
        for t in with_measured(packaged_terms(), dbh_sd_cm=0.21, height_sd_m=None, source="blind check")
    }
    assert found["dbh_cm"].sd_at(30.0) == pytest.approx(0.21)
    assert (found["dbh_cm"].status, found["dbh_cm"].source) == ("stated", "blind check")
    assert found["dbh_cm"].each_visit
    assert found["height_m"] in packaged_terms()  # no height was measured twice
    assert found["bef"] in packaged_terms()
