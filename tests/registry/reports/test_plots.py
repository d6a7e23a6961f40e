"""All pictures: drawn from data, reproducible, without a Chinese font too."""

from __future__ import annotations

import sys
from dataclasses import replace

import matplotlib as mpl
import pytest

from registry.reports.fonts import find_cjk_font
from registry.reports.model import ReportData
from registry.reports.plots import draw_plots

ALL = {"land-cover", "transitions", "estimates", "waterfall", "units", "valuation", "prices"}


@pytest.fixture(params=["with font", "without font"])
def font(request: pytest.FixtureRequest) -> str | None:
    if request.param == "without font":
        return None
    found = find_cjk_font()
    if found is None:
        pytest.skip("missing: cjk (apt-get install fonts-noto-cjk)")
    return found


def test_whole_report_has_all_pictures(sample_report_data: ReportData, font: str | None) -> None:
    pictures = draw_plots(sample_report_data, "both", font)
    assert set(pictures) == ALL
    assert all(picture.startswith(b"\x89PNG") and len(picture) > 4000 for picture in pictures.values())
    assert draw_plots(sample_report_data, "both", font) == pictures


def test_pictures_depend_on_the_data(sample_report_data: ReportData) -> None:
    first = draw_plots(sample_report_data, "en")
    more = replace(sample_report_data, units=replace(sample_report_data.units, retired=9_000))  # type: ignore[type-var]
    second = draw_plots(more, "en")
    assert {name for name in ALL if first[name] != second[name]} == {"units"}
    real = draw_plots(replace(sample_report_data, simulated=False), "en")
    assert all(real[name] != first[name] for name in ALL)


def test_no_data_no_picture(bare_report_data: ReportData) -> None:
    assert draw_plots(bare_report_data, "both") == {}


def test_no_global_state_is_touched(sample_report_data: ReportData) -> None:
    before = dict(mpl.rcParams)
    draw_plots(sample_report_data, "en")
    assert dict(mpl.rcParams) == before
    assert "matplotlib.pyplot" not in sys.modules or not sys.modules["matplotlib.pyplot"].get_fignums()
