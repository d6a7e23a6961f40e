"""One call writes all; what is missing is said and nothing stale stays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from registry.reports import writer
from registry.reports.fonts import find_cjk_font
from registry.reports.map import ParcelMap
from registry.reports.model import ReportData


def test_without_a_font_the_page_stands_alone_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sample_report_data: ReportData, parcel_map: ParcelMap
) -> None:
    monkeypatch.setattr(writer, "find_cjk_font", lambda: None)
    (tmp_path / "report.pdf").write_bytes(b"of an earlier run")
    written = writer.write_report(tmp_path, sample_report_data, parcel_map)
    assert written.pdf is None
    assert not (tmp_path / "report.pdf").exists()
    assert [remark.rule for remark in written.remarks] == ["report-no-cjk-font"]
    page = written.html.read_text("utf-8")
    assert "fonts-noto-cjk" in page
    assert 'id="figure-map"' in page
    assert 'id="figure-estimates"' in page


@pytest.mark.cjk
def test_with_a_font_all_parts_are_there(
    tmp_path: Path, sample_report_data: ReportData, parcel_map: ParcelMap
) -> None:
    if find_cjk_font() is None:
        pytest.skip("missing: cjk (apt-get install fonts-noto-cjk)")
    written = writer.write_report(tmp_path, sample_report_data, parcel_map)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "map.png", "report.html", "report.pdf", "summary.json",
    ]  # fmt: skip
    assert written.remarks == ()
    assert json.loads(written.summary.read_text("utf-8"))["simulated"] is True


def test_no_parcels_no_map(tmp_path: Path, bare_report_data: ReportData) -> None:
    (tmp_path / "map.png").write_bytes(b"of an earlier run")
    written = writer.write_report(tmp_path, bare_report_data)
    assert written.map_png is None
    assert not (tmp_path / "map.png").exists()
