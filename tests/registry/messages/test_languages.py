"""Which language a person gets."""

from __future__ import annotations

import pytest

from registry.messages import languages


@pytest.mark.parametrize(
    ("explicit", "locale", "expected"),
    [
        ("en", "zh_CN.UTF-8", "en"),
        ("zh-CN", "en_US.UTF-8", "zh-CN"),
        ("zh", None, "zh-CN"),
        ("en_US", None, "en"),
        (None, "zh_CN.GB18030", "zh-CN"),
        (None, "zh_TW.UTF-8", "zh-CN"),
        (None, "zh_Hans_CN", "zh-CN"),
        (None, "en_GB@euro", "en"),
        (None, "C", "en"),
        (None, "POSIX", "en"),
        (None, "fr_FR.UTF-8", "zh-CN"),
        ("tlh", "en_US.UTF-8", "en"),
        ("", "", "zh-CN"),
    ],
)
def test_choose(explicit: str | None, locale: str | None, expected: str) -> None:
    assert languages.choose_language(explicit, locale) == expected


def test_each_language_has_a_locale_of_its_own() -> None:
    assert {str(languages.babel_locale(lang)) for lang in languages.LANGUAGES} == {"zh_Hans_CN", "en_GB"}
