"""The languages of the product, and which of them a person gets.

Not a translation engine: two languages, both complete (a test holds them together).
"""

from __future__ import annotations

from typing import Final

from babel import Locale, negotiate_locale

LANGUAGES: Final = ("zh-CN", "en")
"""The languages that every entry of the catalogue has."""

DEFAULT_LANGUAGE: Final = "zh-CN"
"""What a person gets who states no language and whose machine states none."""

_PLAIN_LOCALES: Final = frozenset({"C", "POSIX"})
_BY_CODE: Final = {"zh_CN": "zh-CN", "zh": "zh-CN", "en": "en"}


def choose_language(explicit: str | None, locale: str | None) -> str:
    """Choose the language of a person.

    Parameters
    ----------
    explicit
        What the person asked for (`--lang`), such as "zh", "zh-CN", "en_US"; wins if known.
    locale
        The locale of the machine, such as "zh_CN.UTF-8"; "C" and "POSIX" mean English,
        since such a terminal may show no Chinese.

    Returns
    -------
    str
        One of `LANGUAGES`; `DEFAULT_LANGUAGE` where neither argument names a known one.

    Examples
    --------
    >>> choose_language(None, "en_GB.UTF-8")
    'en'
    >>> choose_language("zh", "en_GB.UTF-8")
    'zh-CN'
    >>> choose_language(None, "C.UTF-8")
    'en'
    >>> choose_language(None, None)
    'zh-CN'
    """
    wanted = [code for code in map(_code, (explicit, locale)) if code]
    found = negotiate_locale(wanted, list(_BY_CODE))
    if found is None:
        found = next((code for code in map(_language_of, wanted) if code in _BY_CODE), None)
    return DEFAULT_LANGUAGE if found is None else _BY_CODE[found]


def babel_locale(lang: str) -> Locale:
    """Return babel's locale for one of `LANGUAGES`; any other language gets the default one."""
    return Locale.parse("en_GB" if lang == "en" else "zh_Hans_CN")


def _code(given: str | None) -> str:
    plain = (given or "").split(".")[0].split("@")[0].replace("-", "_")
    return "en" if plain in _PLAIN_LOCALES else plain


def _language_of(code: str) -> str:
    return code.split("_", maxsplit=1)[0].lower()
