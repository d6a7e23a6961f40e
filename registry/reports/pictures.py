"""What a page must know of a PNG picture before it prints it: how wide it was drawn."""

from __future__ import annotations

import struct
from typing import Final

DPI: Final = 160
"""Dots per inch of every picture of the report."""
_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_FULL_WIDTH_INCH: Final = 7.4


def picture_width_inch(picture: bytes) -> float:
    """Return the width for which a PNG picture was drawn [inch]; a full column for anything else.

    Parameters
    ----------
    picture
        The file's bytes; its header holds the width in pixels (PNG specification, 11.2.2 IHDR).
    """
    if not picture.startswith(_SIGNATURE) or len(picture) < 24:
        return _FULL_WIDTH_INCH
    (width_px,) = struct.unpack(">I", picture[16:20])
    return float(width_px) / DPI
