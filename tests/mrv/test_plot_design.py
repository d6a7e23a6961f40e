"""Plot designs by hand, and that each of them is right on average over a stand whose trees are all known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrv.errors import InventoryError
from mrv.plot_design import (
    FIXED,
    PlotDesign,
    design_from,
    expansion_per_ha,
    limiting_distance_m,
    slope_circle,
    walkthrough_points,
)

SIDE_M = 200.0
NESTED = design_from(
    {
        "kind": "nested",
        "rings": [
            {"radius_m": 3.0, "dbh_from_cm": 1.0},
            {"radius_m": 8.0, "dbh_from_cm": 5.0},
            {"radius_m": 15.0, "dbh_from_cm": 30.0},
        ],
    }
)
ANGLE = design_from({"kind": "angle_count", "baf_m2_per_ha": 2.0})
REPLICATES = 4000


def stand() -> tuple[np.ndarray, np.ndarray]:
    """Return places [m] and DBH [cm] of clustered trees on 4 ha, none within 30 m of a corner."""
    rng = np.random.default_rng(11)
    centres = rng.uniform(0, SIDE_M, (60, 2))
    xy = centres[rng.integers(0, 60, 3000)] + rng.normal(0, 8, (3000, 2))
    inside = ((xy > 0) & (xy < SIDE_M)).all(axis=1)
    corner = np.minimum(xy, SIDE_M - xy).max(axis=1) < 30
    xy = xy[inside & ~corner][:900]
    return xy, np.clip(rng.lognormal(2.6, 0.6, len(xy)), 1.0, 60.0)


def radius_m(dbh_cm: np.ndarray, design: PlotDesign) -> np.ndarray:
    """Return how far from the centre each tree is counted [m]."""
    if design.kind == "angle_count":
        return limiting_distance_m(dbh_cm, design.baf_m2_per_ha or 0)
    if design.kind == "nested":
        limits = [ring.dbh_from_cm for ring in design.rings]
        radii = np.sqrt(np.array([ring.area_m2 for ring in design.rings]) / math.pi)
        return radii[np.searchsorted(limits, dbh_cm, side="right") - 1]
    return np.full(dbh_cm.size, 12.0)


def surveys(design: PlotDesign, margin_m: float, *, walkthrough: bool = False) -> np.ndarray:
    """Return the basal area per hectare that each of many plots finds [m2/ha], points in frame and margin."""
    xy, dbh = stand()
    rng = np.random.default_rng(5)
    basal = math.pi / 4 * (dbh / 100) ** 2
    area = np.full(dbh.size, math.pi * 12.0**2)
    value = basal * expansion_per_ha(dbh, area, design)
    reach = radius_m(dbh, design)
    found = np.empty(REPLICATES)
    for k in range(REPLICATES):
        point = rng.uniform(-margin_m, SIDE_M + margin_m, 2)
        counted = np.hypot(*(xy - point).T) <= reach
        times = np.ones(dbh.size)
        if walkthrough:
            beyond = walkthrough_points(xy, point)
            times = np.where(((beyond >= 0) & (beyond <= SIDE_M)).all(axis=1), 1.0, 2.0)
        found[k] = (value * counted * times).sum()
    return found


def truth_m2_per_ha(margin_m: float) -> float:
    """Return the basal area of the stand per hectare of the frame [m2/ha]."""
    dbh = stand()[1]
    return float((math.pi / 4 * (dbh / 100) ** 2).sum() / ((SIDE_M + 2 * margin_m) ** 2 / 10_000))


@pytest.mark.parametrize("design", [FIXED, NESTED, ANGLE], ids=lambda d: d.kind)
def test_each_design_is_unbiased_when_points_may_lie_beyond_the_border(design: PlotDesign) -> None:
    found = surveys(design, 25.0)
    error = found.std(ddof=1) / math.sqrt(REPLICATES)
    assert abs(found.mean() - truth_m2_per_ha(25.0)) < 3 * error
    assert error < 0.03 * truth_m2_per_ha(25.0)


@pytest.mark.parametrize("design", [FIXED, NESTED, ANGLE], ids=lambda d: d.kind)
def test_walkthrough_makes_good_what_the_border_cuts_off(design: PlotDesign) -> None:
    plain, mended = surveys(design, 0.0), surveys(design, 0.0, walkthrough=True)
    truth = truth_m2_per_ha(0.0)
    assert abs(mended.mean() - truth) < 3 * mended.std(ddof=1) / math.sqrt(REPLICATES)
    # the same points without it count too little: the test would see a bias
    assert plain.mean() < mended.mean() - 0.5 * mended.std(ddof=1) / math.sqrt(REPLICATES)


def test_hand_case_of_each_design() -> None:
    dbh = np.array([0.5, 4.0, 20.0, 40.0])
    area = np.full(4, 500.0)
    assert expansion_per_ha(dbh, area, FIXED).tolist() == [20.0] * 4
    rings = [10_000 / (math.pi * r**2) for r in (3, 8, 15)]
    assert expansion_per_ha(dbh, area, NESTED) == pytest.approx([0.0, *rings], rel=1e-12)
    # BAF 2: a tree of 20 cm (0.0314159 m2) stands for 63.66 trees, one of 40 cm for a quarter of that
    assert expansion_per_ha(dbh, area, ANGLE)[2:] == pytest.approx([63.661977, 15.915494], rel=1e-7)
    assert expansion_per_ha(np.array([np.nan, 0.0]), area[:2], ANGLE).tolist() == [0.0, 0.0]
    assert expansion_per_ha(np.array([np.nan]), area[:1], NESTED).tolist() == [0.0]


@given(st.floats(1, 100), st.floats(0.5, 8))
def test_an_angle_count_and_its_circle_agree(dbh: float, baf: float) -> None:
    design = PlotDesign("angle_count", baf_m2_per_ha=baf)
    radius = limiting_distance_m(np.array([dbh]), baf)[0]
    per_ha = expansion_per_ha(np.array([dbh]), np.array([0.0]), design)[0]
    assert per_ha * math.pi * radius**2 == pytest.approx(10_000, rel=1e-9)


def test_slope_correction_of_the_published_circle() -> None:
    # Winrock Sourcebook: 20 m taped at 25 degrees, about 0.11 ha
    circle = slope_circle(20.0, 25.0)
    assert circle.short_axis_m == pytest.approx(18.126156, abs=5e-7)
    assert circle.area_m2 == pytest.approx(1138.8999542582249, rel=1e-12)
    taped = PlotDesign(slope_corrected=False)
    area = np.array([math.pi * 400])
    per_ha = expansion_per_ha(np.array([20.0]), area, taped, np.array([25.0]))
    assert per_ha == pytest.approx([10_000 / 1138.8999542582249], rel=1e-12)
    with pytest.raises(InventoryError, match="plot-slope-needed"):
        expansion_per_ha(np.array([20.0]), area, taped, np.array([np.nan]))


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ({"kind": "star"}, "kind"),
        ({"kind": "nested"}, "rings"),
        ({"rings": [{"area_m2": 100, "dbh_from_cm": 5}]}, "rings"),
        ({"kind": "angle_count"}, "baf_m2_per_ha"),
        ({"kind": "angle_count", "baf_m2_per_ha": 0}, "baf_m2_per_ha"),
        ({"kind": "nested", "rings": [{"dbh_from_cm": 5}]}, "rings"),
        ({"kind": "nested", "rings": [{"radius_m": 0, "dbh_from_cm": 5}]}, "rings"),
        (
            {
                "kind": "nested",
                "rings": [{"area_m2": 100, "dbh_from_cm": 5}, {"area_m2": 50, "dbh_from_cm": 20}],
            },
            "rings",
        ),
    ],
)
def test_what_is_no_design(content: dict[str, object], field: str) -> None:
    with pytest.raises(InventoryError, match=f"plot-design-invalid: field={field}"):
        design_from(content)


def test_a_design_goes_through_plain_values_and_back() -> None:
    for design in (FIXED, NESTED, ANGLE, PlotDesign(slope_corrected=False)):
        assert design_from(design.canonical) == design


@given(st.lists(st.floats(1, 200), min_size=1, max_size=30))
def test_an_angle_count_gives_every_tree_the_same_basal_area(diameters: list[float]) -> None:
    dbh = np.array(diameters)
    per_ha = expansion_per_ha(dbh, np.zeros(dbh.size), ANGLE)
    assert math.pi / 4 * (dbh / 100) ** 2 * per_ha == pytest.approx(np.full(dbh.size, 2.0), rel=1e-12)


@given(st.lists(st.floats(0, 200), min_size=2, max_size=30))
def test_thicker_trees_stand_for_fewer_in_nested_plots(diameters: list[float]) -> None:
    dbh = np.sort(np.array([d for d in diameters if d >= 1.0] or [1.0]))
    per_ha = expansion_per_ha(dbh, np.zeros(dbh.size), NESTED)
    assert (np.diff(per_ha) <= 0).all()
    assert (per_ha > 0).all()


@given(st.floats(0, 59), st.floats(10, 5000))
def test_a_slope_only_takes_ground_away(slope: float, area: float) -> None:
    taped = PlotDesign(slope_corrected=False)
    one = np.array([20.0])
    flat = expansion_per_ha(one, np.array([area]), FIXED)
    steep = expansion_per_ha(one, np.array([area]), taped, np.array([slope]))
    assert steep >= flat
    assert steep == pytest.approx(flat / math.cos(math.radians(slope)), rel=1e-12)
