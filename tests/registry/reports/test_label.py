"""Labels: one text or two, by edition."""

from __future__ import annotations

import pytest

from registry.reports.label import Edition, Label


@pytest.mark.parametrize(
    ("label", "edition", "expected"),
    [
        (Label("杉木", "fir"), "both", ("杉木", "fir")),
        (Label("杉木", "fir"), "zh-CN", ("杉木", "")),
        (Label("杉木", "fir"), "en", ("fir", "")),
        (Label("P-1"), "both", ("P-1", "")),
        (Label("P-1"), "en", ("P-1", "")),
        (Label("12", "12"), "both", ("12", "")),
        (Label("5日", "day 5", "05"), "both", ("05", "")),
        (Label("5日", "day 5", "05"), "en", ("day 5", "")),
        (Label(""), "both", ("", "")),
    ],
)
def test_parts(label: Label, edition: Edition, expected: tuple[str, str]) -> None:
    assert label.parts(edition) == expected


def test_plain_joins_what_there_is() -> None:
    assert Label("杉木", "fir").plain("both", "\n") == "杉木\nfir"
    assert Label("杉木").plain("both") == "杉木"
