"""Sizes of pictures, read from the PNG header."""

from __future__ import annotations

import struct

import pytest

from registry.reports.pictures import DPI, picture_width_inch


@pytest.mark.parametrize("width_px", [160, 1184, 40_000])
def test_width_is_read_from_the_header(width_px: int) -> None:
    header = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width_px, 7)
    assert picture_width_inch(header) == width_px / DPI


@pytest.mark.parametrize("picture", [b"", b"\x89PNG\r\n\x1a\n", b"GIF89a" + bytes(40)])
def test_anything_else_takes_a_full_column(picture: bytes) -> None:
    assert picture_width_inch(picture) == 7.4
