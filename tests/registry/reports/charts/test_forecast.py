"""The picture of a forecast: drawn with any kind of curve, the same bytes twice, marked in its heading."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure

from mrv.forecast import Forecast, GrowthModel, Stands, forecast
from mrv.forecast_plots import GrowthChoice, GrowthPlots, stands_to_forecast
from mrv.growth import Richards
from registry.reports.charts import forecast as chart
from registry.reports.charts.style import Pen

TRUE = Richards(120.0, 0.06, 2.0)


def example() -> tuple[Forecast, dict[str, GrowthPlots]]:
    rng = np.random.default_rng(1)
    age = rng.uniform(10.0, 45.0, 25)
    held = TRUE.value(age - 5.0) * np.exp(rng.normal(0.0, 0.15, 25))
    grown = TRUE.projected(held, age - 5.0, age) + rng.normal(0.0, 1.0, 25)
    ids = np.array([f"P{i:02d}" for i in range(25)])
    plots = {"fir": GrowthPlots("fir", ids, age, held, grown, np.zeros(25), 5.0)}
    stands, _ = stands_to_forecast(plots, {"fir": 100.0}, GrowthChoice())
    stated = GrowthModel("stated:oak", TRUE, "increment", None, "yield table")
    oak = Stands("oak", 50.0, np.array([5.0, 6.0]), np.array([4.0, 5.0]), stated)
    return forecast([*stands, oak], 2025, 20), plots


def test_a_picture_is_drawn_and_the_same_twice() -> None:
    result, plots = example()
    pen = Pen("en", None, simulated=True)
    first = chart.draw_forecast(result, plots, pen)
    assert first.startswith(b"\x89PNG")
    assert first == chart.draw_forecast(result, plots, pen)


def test_the_heading_says_that_nothing_can_be_issued(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    original = Figure.suptitle

    def note(figure: Figure, text: str, **settings: object) -> object:
        seen.append(text)
        return original(figure, text, **settings)

    monkeypatch.setattr(Figure, "suptitle", note)
    result, plots = example()
    chart.draw_forecast(result, plots, Pen("en", None))
    assert seen == ["ex-ante: never issued"]
