"""What a run leaves behind is found by name."""

from __future__ import annotations

from pathlib import Path

from flows.results import list_places, load_summary


def test_only_what_is_there_is_listed(tmp_path: Path) -> None:
    assert list_places(tmp_path) == []
    (tmp_path / "report.html").touch()
    assert list_places(tmp_path) == [("place-report-html", tmp_path / "report.html")]


def test_no_summary_is_an_empty_one(tmp_path: Path) -> None:
    assert load_summary(tmp_path) == {}
    (tmp_path / "summary.json").write_text('{"simulated": true}', "utf-8")
    assert load_summary(tmp_path) == {"simulated": True}
