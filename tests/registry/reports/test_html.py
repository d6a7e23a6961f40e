"""The page: self-contained, escaped, in both languages, and saying what must be said."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from registry.messages import text
from registry.reports.html import render_html, write_html
from registry.reports.label import Edition, Label
from registry.reports.model import Remark, ReportData
from registry.reports.sections.cover import NO_BREAK

PIXEL = b"\x89PNG\r\n\x1a\n" + bytes(8) + (740).to_bytes(4, "big") + bytes(8)


class Outline(HTMLParser):
    """Collects tags that stay open and the addresses a page would load."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.addresses: list[str] = []
        self.wrong: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.addresses += [value for key in ("src", "href") if (value := values.get(key))]
        self.ids += [values["id"]] if values.get("id") else []
        if tag not in {"meta", "link", "img", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def outline(page: str) -> Outline:
    parsed = Outline()
    parsed.feed(page)
    return parsed


@pytest.mark.parametrize("edition", ["both", "zh-CN", "en"])
def test_page_is_well_formed_and_loads_nothing(edition: Edition, sample_report_data: ReportData) -> None:
    page = render_html(sample_report_data, {"units": PIXEL}, edition=edition)
    parsed = outline(page)
    assert parsed.wrong == []
    assert parsed.open == []
    assert len(parsed.ids) == len(set(parsed.ids))
    assert all(address.startswith(("data:", "#")) for address in parsed.addresses)
    assert {address[1:] for address in parsed.addresses if address.startswith("#")} <= set(parsed.ids)
    assert "<script" not in page
    assert "default-src 'none'" in page


def test_five_stages_stand_in_order(sample_report_data: ReportData) -> None:
    page = render_html(sample_report_data)
    places = [
        page.index(f'<section id="{stage}">')
        for stage in ("monitor", "account", "trade", "finance", "supervise")
    ]
    assert places == sorted(places)


def test_both_languages_or_one(sample_report_data: ReportData) -> None:
    both = render_html(sample_report_data)
    english = render_html(sample_report_data, edition="en")
    chinese = render_html(sample_report_data, edition="zh-CN")
    assert "有多少森林？" in both
    assert "How much forest?" in both
    assert "How much forest?" in english
    assert "有多少森林？" not in english
    assert "How much forest?" not in chinese
    assert '<html lang="en">' in english


def test_texts_of_people_are_escaped(sample_report_data: ReportData) -> None:
    name = Label("<script>alert(1)</script>", "<b>county</b>")
    page = render_html(replace(sample_report_data, county_name=name))
    assert "<script>" not in page
    assert "<b>county" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "4306240010020030040000&lt;5&gt;" in page


def test_figures_at_the_head(sample_report_data: ReportData) -> None:
    page = render_html(sample_report_data)
    head = page[page.index('id="key-figures"') : page.index('class="steps"')].replace(NO_BREAK, " ")
    for shown in (
        "38,820",
        "1,512,340",
        "± 67,800 (90 %)",
        "± 4.5%",
        "13,554",
        "t CO₂e",
        "20,654",
    ):
        assert shown in head, shown


def test_simulated_and_demonstration_are_said(
    sample_report_data: ReportData, bare_report_data: ReportData
) -> None:
    page = render_html(sample_report_data)
    assert page.count("模拟数据") >= 2
    assert "demonstration carbon ticket" in page
    assert text("report.notice.identities", "en") in page
    bare = render_html(bare_report_data)
    assert "模拟数据" not in bare
    assert "rehearsal" not in bare
    assert text("report.notice.identities", "en") not in bare


def test_report_without_units_says_why(bare_report_data: ReportData) -> None:
    page = render_html(bare_report_data)
    head = page[page.index('id="key-figures"') : page.index('class="steps"')]
    assert "one-inventory-no-removals" in head or text("one-inventory-no-removals", "zh-CN") in head
    assert "not applicable" in page
    assert "52,289" in page
    assert 'id="figure-' not in page


def test_numbers_stand_right_with_their_units(sample_report_data: ReportData) -> None:
    page = render_html(sample_report_data)
    table = page[page.index('id="estimate-carbon_stock"') : page.index('id="estimate-forest_area"')]
    assert re.search(r'<th scope="col" class="number">.*?<span class="unit">t C</span>', table)
    assert re.search(r'<td class="number"><span class="zh">1,512,340 ± 67,800 \(90 %\)</span></td>', table)


def test_remarks_on_the_output_are_shown_with_what_to_do(sample_report_data: ReportData) -> None:
    page = render_html(sample_report_data, remarks=(Remark("report-no-cjk-font"),))
    assert "fonts-noto-cjk" in page


def test_picture_keeps_its_size(sample_report_data: ReportData) -> None:
    page = render_html(sample_report_data, {"units": PIXEL})
    assert 'style="width: 546px"' in page


def test_file_is_utf8_with_plain_line_ends(tmp_path: Path, sample_report_data: ReportData) -> None:
    path = write_html(tmp_path / "report.html", sample_report_data)
    content = path.read_bytes()
    assert b"\r" not in content
    assert content.decode("utf-8") == render_html(sample_report_data)
