"""Land cover: colours that people know, and no picture of a single year."""

from __future__ import annotations

from dataclasses import replace

from registry.reports.charts.landcover import class_colours, draw_land_cover, draw_transitions
from registry.reports.charts.style import CYCLE, Pen
from registry.reports.label import Label
from registry.reports.model import ReportData, Transition

PEN = Pen("en", None)


def test_known_classes_have_their_usual_colour() -> None:
    water, odd, nonforest = class_colours(
        [Label("水", "Water"), Label("甲", "odd"), Label("非林", "non-forest")]
    )
    assert water == "#6f9fc0"
    assert odd == CYCLE[1]
    assert nonforest == CYCLE[2]


def test_one_year_gives_no_picture(sample_report_data: ReportData) -> None:
    areas = sample_report_data.class_areas
    assert draw_land_cover([area for area in areas if area.year == 2025], PEN) is None
    assert draw_land_cover([replace(area, year=None) for area in areas], PEN) is None
    assert draw_land_cover(areas, PEN) is not None


def test_matrix_without_any_change_is_drawn() -> None:
    label = Label("森林", "forest")
    assert draw_transitions([Transition("2", label, "2", label, 10.0)], PEN) is not None
    assert draw_transitions([], PEN) is None


def test_many_classes_fit() -> None:
    names = [Label(f"类{place}", f"a class of some length {place}") for place in range(9)]
    changes = [
        Transition(str(one), names[one], str(two), names[two], 10.0 * one + two)
        for one in range(9) for two in range(9)
    ]  # fmt: skip
    assert draw_transitions(changes, PEN) is not None
