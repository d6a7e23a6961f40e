"""The report in a real browser: no fault, nothing loaded, nothing cut off, both languages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
WIDTHS = (1280, 390)


@pytest.fixture(params=WIDTHS)
def page(request: pytest.FixtureRequest, browser: Browser, report_page: Path) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": request.param, "height": 900})
    opened.faults = []  # type: ignore[attr-defined]
    opened.asked = []  # type: ignore[attr-defined]
    opened.on("console", lambda message: opened.faults.append(message.text))  # type: ignore[attr-defined]
    opened.on("pageerror", lambda error: opened.faults.append(str(error)))  # type: ignore[attr-defined]
    opened.on("request", lambda asked: opened.asked.append(asked.url))  # type: ignore[attr-defined]
    opened.goto(report_page.as_uri())
    yield opened
    opened.close()


def test_no_fault_and_nothing_is_loaded(page: Page, report_page: Path) -> None:
    assert page.faults == []  # type: ignore[attr-defined]
    outside = [url for url in page.asked if not url.startswith("data:")]  # type: ignore[attr-defined]
    assert outside == [report_page.as_uri()]


def test_page_is_as_wide_as_the_window(page: Page) -> None:
    sizes = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert sizes[0] <= sizes[1]


def test_what_is_not_in_a_scrolling_table_fits(page: Page) -> None:
    wide = page.evaluate(
        """() => [...document.querySelectorAll('h1, h2, h3, p, figure, img, dl, dd, .key > div, .badge')]
        .filter(one => !one.closest('.scroll'))
        .filter(one => one.getBoundingClientRect().right > window.innerWidth + 0.5
            || one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== 'inline-block')
        .map(one => one.tagName + ': ' + one.textContent.trim().slice(0, 40))"""
    )
    assert wide == []


def test_both_languages_and_the_four_figures_are_seen(page: Page) -> None:
    for shown in ("有多少森林？", "How much forest?", "38,820", "13,554", "Simulated data", "模拟数据"):
        assert page.get_by_text(shown, exact=False).first.is_visible(), shown


def test_all_pictures_are_decoded(page: Page) -> None:
    widths = page.evaluate("[...document.images].map(one => one.naturalWidth)")
    assert len(widths) == 8
    assert all(width > 400 for width in widths)


def test_each_picture_has_words_for_those_who_do_not_see_it(page: Page) -> None:
    words = page.evaluate("[...document.images].map(one => one.alt)")
    assert all(len(alt) > 4 for alt in words)


def test_numbers_stand_right(page: Page) -> None:
    found = page.evaluate(
        "[...document.querySelectorAll('td.number')].map(one => getComputedStyle(one).textAlign)"
    )
    assert set(found) == {"right"}


def test_stages_lead_to_their_chapters(page: Page) -> None:
    page.locator("ol.steps a").nth(2).click()
    assert page.url.endswith("#trade")
    assert page.locator("#trade h2").is_visible()


def test_text_is_dark_enough(page: Page) -> None:
    """Contrast of every text against the ground it stands on, WCAG 2.1 level AA (1.4.3)."""
    weak = page.evaluate(
        """() => {
        const parse = c => c.match(/[\\d.]+/g).map(Number);
        const light = c => { const [r, g, b] = parse(c).slice(0, 3).map(v => v / 255)
            .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
            return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
        const ground = one => { for (let at = one; at; at = at.parentElement) {
            const c = getComputedStyle(at).backgroundColor; const parts = parse(c);
            if (parts.length < 4 || parts[3] > 0) return c; } return 'rgb(255,255,255)'; };
        return [...document.querySelectorAll('body *')]
          .filter(one => [...one.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()))
          .map(one => { const a = light(getComputedStyle(one).color), b = light(ground(one));
            return [one, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)]; })
          .filter(([one, ratio]) => ratio < 4.5)
          .map(([one, ratio]) => ratio.toFixed(2) + ' ' + one.textContent.trim().slice(0, 30)); }"""
    )
    assert weak == []
