"""What every picture has in common."""

from __future__ import annotations

import pytest
from matplotlib.figure import Figure

from registry.reports.charts.style import Pen, draw, thousands
from registry.reports.label import Label


def test_pen_writes_only_what_the_fonts_can_show() -> None:
    label = Label("杉木", "Chinese fir")
    assert Pen("both", "Some CJK").write(label) == "杉木 Chinese fir"
    assert Pen("zh-CN", "Some CJK").write(label) == "杉木"
    assert Pen("both", None).write(label) == "Chinese fir"
    assert Pen("zh-CN", None).write(Label("甲a")) == "?a"
    assert Pen("en", None).axis("report.axis.area", "ha") == "area (ha)"
    assert Pen("both", "X").families == ["X", "DejaVu Sans"]


def test_each_picture_of_simulated_data_says_so() -> None:
    seen: list[Figure] = []
    for simulated in (False, True):
        draw(Pen("en", None, simulated), (2.0, 2.0), seen.append)
    plain, marked = (
        draw(Pen("en", None, simulated), (2.0, 2.0), lambda _: None) for simulated in (False, True)
    )
    assert plain != marked
    assert all(figure.axes == [] for figure in seen)


@pytest.mark.parametrize(
    ("value", "expected"), [(0.0, "0"), (1_500_000.0, "1,500,000"), (0.25, "0.25"), (-1_200.0, "-1,200")]
)
def test_ticks(value: float, expected: str) -> None:
    assert thousands(value) == expected
