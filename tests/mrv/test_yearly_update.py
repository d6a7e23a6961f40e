from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrv.errors import EstimationError
from mrv.growth_curves import Richards
from mrv.moments import Floats
from mrv.parcel_calibration import calibrate_parcels
from mrv.sampling import Estimate
from mrv.yearly_update import (
    Land,
    RecordedLosses,
    StratumGrowth,
    backcast,
    update_stock,
    yearly_stock,
)

NAN = float("nan")
CURVE = Richards(100.0, 0.1, 2.0)
NOTHING = RecordedLosses(np.array([], int), np.array([], int), np.array([]))


def land(area: list[float], age: list[float] | None = None, planted: list[float] | None = None) -> Land:
    size = len(area)
    column: Floats = np.array([NAN] * size)
    return Land(
        np.array(area),
        np.array(["fir"] * size),
        column if age is None else np.array(age),
        column if planted is None else np.array(planted),
        2025,
    )


def rule(curve: Richards | None = None, ages: tuple[float, float] = (1.0, 60.0)) -> dict[str, StratumGrowth]:
    return {"fir": StratumGrowth("fir", 1.5, 10, (2020, 2025), curve, ages)}


def lost(*records: tuple[int, int, float]) -> RecordedLosses:
    parcel, year, area = zip(*records, strict=True)
    return RecordedLosses(np.array(parcel), np.array(year), np.array(area))


def test_what_stands_grows_and_what_is_lost_takes_its_share() -> None:
    found = update_stock([60.0, 30.0], 2020, 2022, land([2.0, 1.0]), rule(), lost((0, 2022, 1.0)))
    # 60 + 3 = 63; half of it gone, half a parcel grows: 31.5 + 1.5; the other parcel just grows
    assert found.tolist() == [[63.0, 33.0], [31.5, 33.0]]


def test_a_parcel_lost_altogether_is_empty_and_stays_so() -> None:
    found = update_stock([60.0], 2020, 2023, land([2.0]), rule(), lost((0, 2021, 1.5), (0, 2022, 0.9)))
    assert found[0].tolist() == [pytest.approx(15.0 + 0.75), 0.0, 0.0]


def test_stock_follows_the_increment_of_the_curve_at_the_age_of_the_stand() -> None:
    found = update_stock([40.0], 2025, 2027, land([2.0], age=[20.0]), rule(CURVE), NOTHING)
    assert found[0, 0] == pytest.approx(40 + 2 * (CURVE.value(21.0) - CURVE.value(20.0)))
    assert found[0, 1] == pytest.approx(40 + 2 * (CURVE.value(22.0) - CURVE.value(20.0)))


def test_beyond_the_ages_of_the_fit_the_end_of_the_curve_goes_on() -> None:
    old = update_stock([40.0], 2025, 2026, land([1.0], age=[90.0]), rule(CURVE, (5.0, 30.0)), NOTHING)
    assert old[0, 0] == pytest.approx(40 + (CURVE.value(30.0) - CURVE.value(29.0)))


def test_a_stand_of_unknown_age_or_partly_gone_grows_by_the_mean_of_the_plots() -> None:
    found = update_stock(
        [40.0, 40.0], 2025, 2026, land([2.0, 2.0], age=[NAN, 20.0]), rule(CURVE), lost((1, 2026, 1.0))
    )
    assert found[:, 0].tolist() == [43.0, 21.5]


def test_planted_land_grows_from_its_planting_year_and_reaches_the_plots_mean() -> None:
    found = update_stock([0.0], 2020, 2025, land([1.0], planted=[2022.0]), rule(), NOTHING)
    # 1.5 t C/ha/a over 2020-2025 came about in the four years 2022 to 2025
    assert found[0].tolist() == pytest.approx([0.0, 1.875, 3.75, 5.625, 7.5])


def test_stock_never_falls_below_zero() -> None:
    shrinking = {"fir": StratumGrowth("fir", -9.0, 4, (2020, 2025))}
    assert update_stock([10.0], 2025, 2027, land([1.0]), shrinking, NOTHING)[0].tolist() == [1.0, 0.0]


def test_going_back_follows_the_curve_and_gives_lost_land_the_mean_it_had() -> None:
    found = backcast(
        [50.0, 0.1, 9.0],
        2020,
        land([1.0, 2.0, 1.0], age=[25.0, NAN, 4.0], planted=[NAN, NAN, 2021.0]),
        rule(CURVE),
        lost((1, 2023, 2.0)),
        {"fir": 30.0},
    )
    assert found[0] == pytest.approx(50 * float(CURVE.ratio(25.0, 20.0)))
    assert found[1] == pytest.approx(60.1)
    assert found[2] == 0.0


def test_each_campaign_holds_the_parcels_again_and_tells_the_difference() -> None:
    place, areas = land([1.0, 1.0]), np.array([1.0, 1.0])
    totals = [{"fir": Estimate(v, 4.0, 9, "t C", 10, "stratified")} for v in (20.0, 44.0)]
    held = [calibrate_parcels([1.0, 3.0], areas, ["fir"] * 2, t) for t in totals]
    found = yearly_stock(
        [(2020, held[0], totals[0]), (2025, held[1], totals[1])], 2026, place, rule(), NOTHING
    )
    assert found.years == (2020, 2021, 2022, 2023, 2024, 2025, 2026)
    assert found.totals_tc().tolist() == pytest.approx([20, 23, 26, 29, 32, 44, 47])
    assert found.totals_tc([1]).tolist() == pytest.approx([15, 16.5, 18, 19.5, 21, 33, 34.5])
    stratum, whole = found.recalibrations
    assert (stratum.stratum, stratum.updated_tc, stratum.estimate_tc) == ("fir", 35.0, 44.0)
    assert whole.difference_tc == pytest.approx(9.0)
    assert whole.standard_error_tc == 2.0


def test_years_out_of_order_and_no_campaign_are_refused() -> None:
    with pytest.raises(EstimationError, match="campaigns-reversed"):
        update_stock([1.0], 2025, 2024, land([1.0]), rule(), NOTHING)
    with pytest.raises(EstimationError, match="yearly-update-without-campaign"):
        yearly_stock([], 2025, land([1.0]), rule(), NOTHING)


@given(
    stock=st.lists(st.floats(0, 500), min_size=3, max_size=3),
    records=st.lists(
        st.tuples(st.integers(0, 2), st.integers(2021, 2026), st.floats(0, 3)), min_size=1, max_size=8
    ),
    middle=st.integers(2020, 2026),
    net=st.floats(-5, 10),
)
def test_an_update_in_two_steps_is_the_update_in_one(
    stock: list[float], records: list[tuple[int, int, float]], middle: int, net: float
) -> None:
    """Where nothing was lost before the middle year; what is lost later counts in the second step alone."""
    late = [(parcel, year, area) for parcel, year, area in records if year > middle] or [(0, 2030, 0.0)]
    place, growth = land([1.0, 2.0, 0.5]), {"fir": StratumGrowth("fir", net, 5, (2020, 2025))}
    whole = update_stock(stock, 2020, 2026, place, growth, lost(*late))
    first = update_stock(stock, 2020, middle, place, growth, lost(*late))
    start = first[:, -1] if first.shape[1] else np.array(stock)
    second = update_stock(start, middle, 2026, place, growth, lost(*late))
    assert np.column_stack([first, second]) == pytest.approx(whole, rel=1e-12, abs=1e-12)
    assert (whole >= 0).all()


@given(st.permutations(range(4)))
def test_the_order_of_records_changes_nothing(order: list[int]) -> None:
    records = [(0, 2021, 0.25), (1, 2022, 0.5), (0, 2022, 0.25), (1, 2021, 0.125)]
    place = land([1.0, 2.0])
    one = update_stock([40.0, 80.0], 2020, 2023, place, rule(), lost(*records))
    two = update_stock([40.0, 80.0], 2020, 2023, place, rule(), lost(*(records[i] for i in order)))
    assert (one == two).all()
