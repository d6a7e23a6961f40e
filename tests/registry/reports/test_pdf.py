"""The PDF: reproducible, safe against the texts of people, and honest where it cannot be made."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from registry.reports.document import build_document
from registry.reports.fonts import find_cjk_font
from registry.reports.label import Label
from registry.reports.model import Remark, ReportData
from registry.reports.pdf import document_values, missing_remarks, write_pdf
from registry.reports.plots import draw_plots


@pytest.fixture
def font() -> str:
    found = find_cjk_font()
    if found is None:
        pytest.skip("missing: cjk (apt-get install fonts-noto-cjk)")
    return found


def words_of(path: Path) -> str:
    tool = shutil.which("pdftotext")
    if tool is None:
        pytest.skip("missing: poppler (apt-get install poppler-utils)")
    done = subprocess.run([tool, "-layout", str(path), "-"], capture_output=True, check=True)
    return done.stdout.decode("utf-8")


def test_without_a_font_there_is_a_reason_and_no_file(tmp_path: Path, sample_report_data: ReportData) -> None:
    path = tmp_path / "report.pdf"
    reason = write_pdf(path, sample_report_data, font=None)
    assert reason == Remark("report-no-cjk-font")
    assert not path.exists()


@pytest.mark.cjk
def test_same_data_give_the_same_bytes(tmp_path: Path, font: str, sample_report_data: ReportData) -> None:
    pictures = draw_plots(sample_report_data, "both", font)
    for name in ("a.pdf", "b.pdf"):
        assert write_pdf(tmp_path / name, sample_report_data, pictures, font=font) is None
    content = (tmp_path / "a.pdf").read_bytes()
    assert content == (tmp_path / "b.pdf").read_bytes()
    assert content.startswith(b"%PDF")
    other = replace(sample_report_data, county_code="430625")
    write_pdf(tmp_path / "c.pdf", other, pictures, font=font)
    assert (tmp_path / "c.pdf").read_bytes() != content


@pytest.mark.cjk
def test_pages_carry_head_watermark_and_figures(
    tmp_path: Path, font: str, sample_report_data: ReportData
) -> None:
    path = tmp_path / "report.pdf"
    assert write_pdf(path, sample_report_data, font=font) is None
    pages = words_of(path).split("\f")[:-1]
    assert len(pages) >= 5
    for number, page in enumerate(pages, start=1):
        assert "430624" in page
        assert "模拟数据 simulated data" in page
        assert f"{number}/{len(pages)}" in page.replace(" ", "")
    text = "".join(pages)
    for shown in ("1,512,340 ± 67,800 (90 %)", "TH-430624-P001-2021-000000001", "13,554", "监测", "Monitor"):
        assert shown in text, shown


@pytest.mark.cjk
def test_text_that_looks_like_markup_stays_text(
    tmp_path: Path, font: str, sample_report_data: ReportData
) -> None:
    nasty = '#panic("x") $x^2$ *b* `c` @ref <l> \\ "q" // c'
    path = tmp_path / "report.pdf"
    data = replace(sample_report_data, county_name=Label(nasty))
    assert write_pdf(path, data, font=font) is None
    assert '#panic("x") $x^2$ *b*' in words_of(path)


@pytest.mark.cjk
def test_bare_report_and_each_edition_compile(
    tmp_path: Path, font: str, sample_report_data: ReportData, bare_report_data: ReportData
) -> None:
    path = tmp_path / "report.pdf"
    assert write_pdf(path, bare_report_data, font=font) is None
    assert "simulated" not in words_of(path)
    assert write_pdf(path, sample_report_data, font=font, edition="en") is None
    assert "How much forest?" in words_of(path)
    assert "有多少森林" not in words_of(path)


@pytest.mark.cjk
def test_broken_picture_is_a_reason_not_a_crash(
    tmp_path: Path, font: str, sample_report_data: ReportData
) -> None:
    path = tmp_path / "report.pdf"
    reason = write_pdf(path, sample_report_data, {"units": b"no picture"}, font=font)
    assert reason is not None
    assert reason.rule == "report-pdf-failed"
    assert not path.exists()


def test_values_are_json_with_every_section(sample_report_data: ReportData) -> None:
    values = document_values(build_document(sample_report_data), "Some Font")
    assert json.loads(json.dumps(values)) is not None
    assert [section["name"] for section in values["sections"]][:2] == ["monitor", "account"]
    assert values["fonts"] == ["Some Font", "DejaVu Sans"]


def test_a_missing_font_is_said_once() -> None:
    reason = Remark("report-no-cjk-font")
    assert missing_remarks(None, reason) == (reason,)
    failed = Remark("report-pdf-failed", {"reason": "x"})
    assert missing_remarks("Noto", failed) == (failed,)
    assert missing_remarks("Noto", None) == ()
