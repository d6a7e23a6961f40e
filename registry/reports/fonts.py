"""Which Chinese font this machine has, if any; figures and the PDF need one, HTML does not."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from matplotlib import font_manager

CJK_FAMILIES: Final = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Microsoft YaHei",
    "PingFang SC",
    "Heiti SC",
    "SimHei",
    "DengXian",
    "SimSun",
    "Noto Serif CJK SC",
    "Noto Sans CJK JP",
)
"""Families with simplified Chinese, best first. The last is what an older font reader calls the
whole Noto collection, of which it sees only the first face."""

FALLBACK_FAMILY: Final = "DejaVu Sans"
"""Comes with matplotlib; covers Latin letters, signs and superscripts."""

_CJK: Final = re.compile(r"[　-〿㐀-鿿豈-﫿＀-￯]")


@cache
def find_cjk_font() -> str | None:
    """Return the family name of the best Chinese font of this machine, or None."""
    present = {font.name for font in font_manager.fontManager.ttflist}
    return next((family for family in CJK_FAMILIES if family in present), None)


def has_cjk(text: str) -> bool:
    """Return whether a text needs a Chinese font.

    Examples
    --------
    >>> has_cjk("杉木"), has_cjk("fir, 25 m² ± 3")
    (True, False)
    """
    return _CJK.search(text) is not None
