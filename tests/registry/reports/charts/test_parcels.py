"""The picture of the years: lines run from a campaign to what the update had come to at the next."""

from __future__ import annotations

from registry.reports.charts.parcels import draw_parcel_years, segments
from registry.reports.charts.style import Pen
from registry.reports.parcels import ParcelReport, ParcelYearRow

PEN = Pen("en", None)
ROWS = (
    ParcelYearRow(2020, 100.0, campaign=True, low_tc=90.0, high_tc=110.0),
    ParcelYearRow(2021, 104.0, campaign=False),
    ParcelYearRow(2022, 99.0, campaign=True, updated_tc=108.0, low_tc=85.0, high_tc=113.0),
    ParcelYearRow(2023, 103.0, campaign=False),
)


def test_each_update_runs_up_to_the_next_campaign() -> None:
    assert segments(ROWS) == [([2020, 2021, 2022], [100.0, 104.0, 108.0]), ([2022, 2023], [99.0, 103.0])]
    assert segments(ROWS[:1]) == []


def test_it_is_drawn_from_two_years_on() -> None:
    drawn = draw_parcel_years(ParcelReport(2022, (), ROWS, ()), PEN)
    assert drawn is not None
    assert drawn.startswith(b"\x89PNG")
    assert draw_parcel_years(ParcelReport(2020, (), ROWS[:1], ()), PEN) is None
    assert draw_parcel_years(None, PEN) is None
