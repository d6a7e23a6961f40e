"""A short text in both languages: what every heading, cell and name of a report is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Edition = Literal["zh-CN", "en", "both"]
"""Language of a report; "both" puts English beside or below Chinese."""


@dataclass(frozen=True, slots=True)
class Label:
    """A text in Chinese and English.

    Examples
    --------
    >>> Label("杉木", "Chinese fir").parts("both")
    ('杉木', 'Chinese fir')
    >>> Label("2025年12月31日", "31 Dec 2025", "2025-12-31").parts("both")
    ('2025-12-31', '')
    >>> Label("P-017").parts("en")
    ('P-017', '')
    """

    zh: str
    """Chinese text, or a text that needs no translation (a code, a number)."""
    en: str = ""
    """English text; empty when the first stands for both."""
    neutral: str = ""
    """What the two-language edition shows once instead of both (a date in ISO form)."""

    def parts(self, edition: Edition) -> tuple[str, str]:
        """Return the main text of an edition and the one beside it (empty if none)."""
        if edition == "en":
            return (self.en or self.zh), ""
        if edition == "both" and self.neutral:
            return self.neutral, ""
        second = self.en if edition == "both" and self.en != self.zh else ""
        return self.zh, second

    def plain(self, edition: Edition, separator: str = " ") -> str:
        """Return both texts of an edition in one line."""
        return separator.join(part for part in self.parts(edition) if part)
