"""The crew's list: by team and plot, rows of its own sheet, texts of people escaped."""

from __future__ import annotations

from geodata.findings import Finding
from registry.reports.field_summary import crew_plots, render_summary, summary_lines

FINDINGS = [
    Finding(
        "dbh-absurd", "error", "w.xlsx[样木]", 7, "胸径(cm)", "480", {"plot": "P2", "tree": "1", "limit": 300}
    ),
    Finding("cell-not-a-number", "error", "w.xlsx[样木]", 9, "胸径(cm)", "<b>x"),
    Finding("plot-place-missing", "warning", "w.xlsx[样地]", 3, "横坐标(m)", "", {"plot": "P1"}),
    Finding("table-without-rows", "error", "w.xlsx[样木]", 1),
]


def test_findings_go_to_their_plot_and_team() -> None:
    plots = crew_plots(FINDINGS, {"P2": "1", "P1": "2"}, {("w.xlsx[样木]", 9): "P2"})
    assert [(one.plot_id, one.team, len(one.findings)) for one in plots] == [
        ("P2", "1", 2),
        ("P1", "2", 1),
        ("", "", 1),
    ]
    assert plots[0].findings[0].place == "样木 7"


def test_the_page_escapes_and_loads_nothing() -> None:
    page = render_summary("表 <x>", crew_plots(FINDINGS, {}, {}), {"error": 3, "warning": 1, "info": 0})
    assert "&lt;b&gt;x" in page
    assert "<b>x" not in page
    assert "表 &lt;x&gt;" in page
    assert "default-src 'none'" in page
    assert "src=" not in page
    assert "错误 error: 3" in page
    assert "没有发现问题" in render_summary("表", [], {"error": 0})


def test_lines_in_one_language() -> None:
    lines = summary_lines(crew_plots(FINDINGS[:1], {"P2": "1"}, {}), "en")
    assert lines[0] == "plot P2 · team 1"
    assert lines[1].startswith("  error: w.xlsx[样木] row 7")
