"""Trees in plots: fates, sizes, and values per hectare computed by hand."""

from __future__ import annotations

import numpy as np
import pytest

from mrv.simulation.species import SPECIES
from mrv.simulation.stands import Event, Stands, draw_stands
from mrv.simulation.trees import PLOT_AREA_HA, Fate, TreeSample, draw_sample, draw_trees, plot_totals


@pytest.fixture(scope="module")
def stands() -> Stands:
    rng = np.random.default_rng(1)
    project = np.zeros(400, dtype=np.int64)
    project[:8] = 1
    burned = np.zeros(400, dtype=np.bool_)
    burned[8:12] = True
    return draw_stands(3, rng.random(400), rng.normal(size=400), project, burned)


@pytest.fixture(scope="module")
def trees(stands: Stands) -> TreeSample:
    return draw_trees(np.random.default_rng(2), stands, np.arange(400))


def test_a_plot_is_one_mu() -> None:
    assert pytest.approx(666.6724 / 10_000.0) == PLOT_AREA_HA


def test_trees_are_tallied_from_five_centimetres(trees: TreeSample) -> None:
    assert np.nanmin(trees.dbh_cm) >= 5.0
    assert np.nanmax(trees.dbh_cm) < 70.0
    assert (np.diff(trees.plot) >= 0).all()


def test_fates_agree_with_the_measurements(trees: TreeSample) -> None:
    first, second = (~np.isnan(trees.dbh_cm[:, campaign]) for campaign in (0, 1))
    assert np.array_equal(first, trees.fate != Fate.INGROWTH)
    assert np.array_equal(second, np.isin(trees.fate, [Fate.ALIVE, Fate.INGROWTH]))
    both = trees.fate == Fate.ALIVE
    assert (trees.dbh_cm[both, 1] >= trees.dbh_cm[both, 0]).all()
    assert np.array_equal(np.isnan(trees.height_m), np.isnan(trees.dbh_cm))


def test_events_leave_zero_plots(stands: Stands, trees: TreeSample) -> None:
    gone = np.flatnonzero(stands.cleared)
    assert gone.size >= 4
    inside = np.isin(trees.plot, gone)
    assert np.isnan(trees.dbh_cm[inside, 1]).all()
    burned = np.isin(trees.plot, np.flatnonzero(stands.event == Event.BURNED))
    assert set(trees.fate[burned].tolist()) == {int(Fate.DEAD)}
    assert np.isnan(trees.dbh_cm[trees.plot < 8, 0]).all()


def test_only_bamboo_has_an_age_class(trees: TreeSample) -> None:
    bamboo = trees.species == SPECIES.index("660")
    assert bamboo.any()
    assert (trees.du[~bamboo] == 0).all()
    alive = bamboo & (trees.fate == Fate.ALIVE)
    assert (trees.du[alive, 1] == np.minimum(trees.du[alive, 0] + 2, 5)).all()


def test_values_per_hectare() -> None:
    """Two firs of 20 cm and 15 m in one plot: 2 x 0.24352 m3 and 2 x 79.149333 kg C on 0.06666724 ha."""
    pair = TreeSample(
        plot=np.array([1, 1]),
        species=np.full(2, SPECIES.index("310")),
        dbh_cm=np.array([[20.0, np.nan], [20.0, 20.0]]),
        height_m=np.array([[15.0, np.nan], [15.0, 15.0]]),
        du=np.zeros((2, 2), dtype=np.int64),
        fate=np.array([Fate.CUT, Fate.ALIVE]),
    )
    first, second = plot_totals(pair, 2, 0), plot_totals(pair, 2, 1)
    assert first["volume_m3"] == pytest.approx([0.0, 2 * 0.24352 / 0.06666724], rel=1e-5)
    assert second["carbon_kg"] == pytest.approx([0.0, 79.149333e-3 / 0.06666724], rel=1e-5)


def test_the_countys_plots_depend_on_the_seed_alone(stands: Stands) -> None:
    parcel = np.array([20, 30, 30])
    first, again, other = (draw_sample(seed, stands, parcel) for seed in (5, 5, 6))
    assert np.array_equal(first.dbh_cm, again.dbh_cm, equal_nan=True)
    assert not np.array_equal(first.dbh_cm, other.dbh_cm, equal_nan=True)
