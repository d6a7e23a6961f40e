"""The version of the code that stands in every statement."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flows import code_version


def test_it_names_the_version_and_the_sources() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+\+[0-9a-f]{16}", code_version.code_version())


def test_line_ends_do_not_matter_but_text_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "mrv"
    package.mkdir()
    monkeypatch.setattr(code_version, "PACKAGES", ("mrv",))
    monkeypatch.setattr(code_version.resources, "files", lambda _: package)

    def version_of(content: bytes) -> str:
        (package / "a.py").write_bytes(content)
        code_version.code_version.cache_clear()
        return code_version.code_version()

    unix = version_of(b"x = 1\ny = 2\n")
    assert version_of(b"x = 1\r\ny = 2\r\n") == unix
    assert version_of(b"x = 1\ny = 3\n") != unix
    code_version.code_version.cache_clear()
