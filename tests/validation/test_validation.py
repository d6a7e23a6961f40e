"""`make validate` in small: fewer samples, the band widened by their binomial error, and its own parts."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from tests.validation import cases, report, run
from tests.validation.world import World, world

REPLICATES = 200
PLOTS = 8_000
SLACK = 3 * math.sqrt(0.9 * 0.1 / REPLICATES)


@pytest.fixture(scope="module")
def small() -> World:
    return world(PLOTS)


@pytest.fixture(scope="module")
def found(small: World) -> list[report.Figure]:
    return run.collect(iter([run.sample(7, 0, REPLICATES, PLOTS, published=False)]), 1, show=False)


def test_intervals_hold_what_they_promise(found: list[report.Figure]) -> None:
    assert report.failures(found, SLACK) == []
    assert len(found) >= 30


def test_every_estimator_has_its_row(found: list[report.Figure]) -> None:
    gated = {label for label, row in report.ROWS.items() if row.gate != "published"}
    assert gated - {"stratified_demo", "stratified_10", "paired_change_cleared"} <= {
        figure.label for figure in found
    }


def test_components_make_up_the_change_of_every_plot(small: World) -> None:
    change = small.carbon[:, 1] - small.carbon[:, 0]
    growth, ingrowth, mortality, felling = small.components.T
    np.testing.assert_allclose(change, growth + ingrowth - mortality - felling, atol=1e-9)
    assert (small.components[:, 1:] >= 0).all()


def test_a_sample_does_not_depend_on_who_draws_it(small: World) -> None:
    both = run.sample(7, 0, 2, PLOTS, published=False)
    apart = run.sample(7, 0, 1, PLOTS, published=False) + run.sample(7, 1, 2, PLOTS, published=False)
    assert sorted(both) == sorted(apart)


def test_an_interval_that_is_too_narrow_is_seen() -> None:
    rng = np.random.default_rng(1)
    errors = rng.normal(size=2000)
    for factor, verdict in ((1.0, "holds"), (0.8, "too narrow"), (1.3, "too wide")):
        half = 1.645 * factor
        samples = [(5.0, float(e), 5 + float(e) - half, 5 + float(e) + half) for e in errors]
        figure = report.figures({"simple": samples})[0]
        assert figure.verdict("band") == verdict
        assert figure.width == pytest.approx(factor, rel=0.05)
    shifted = [(5.0, float(e) + 0.2, 3.3 + float(e) + 0.2, 6.7 + float(e) + 0.2) for e in errors]
    assert report.figures({"simple": shifted})[0].verdict("band") == "biased"


def test_the_document_shows_every_row_and_what_is_outside(tmp_path: Path) -> None:
    samples = [(5.0, e, 5 + e - 1, 5 + e + 1) for e in np.linspace(-2, 2, 50).tolist()]
    figures = report.figures(dict.fromkeys(report.ROWS, samples))
    fields = {"date": "2026-01-02", "seed": 1, "replicates": 50, "county_seed": 2, "parcels": 3, "plots": 4}
    text = report.document(figures, run.TEXT.read_text("utf-8"), fields)
    for row in report.ROWS.values():
        assert row.zh in text
        assert row.en in text
    assert "too narrow" in text
    report.plot(figures[:5], tmp_path / "plot.svg")
    assert (tmp_path / "plot.svg").read_text("utf-8").startswith("<?xml")


def test_the_cases_are_drawn_from_the_whole_population(small: World) -> None:
    sampler = cases.Sampler.of(small)
    rows = cases.draw(np.random.default_rng(1), sampler.strata, cases.TEN)
    assert [int((small.stratum[rows] == name).sum()) for name in cases.TEN] == [10] * 5
