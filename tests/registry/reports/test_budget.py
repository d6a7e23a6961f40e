"""Rows of an uncertainty budget: their order, and what is derived from them."""

from __future__ import annotations

from registry.reports.budget import BudgetRow, panels
from registry.reports.label import Label


def row(source: str, error: float, domain: str = "county", **more: object) -> BudgetRow:
    fields = {"kind": "county_stock", "quantity": "carbon_stock", "unit": "t C", **more}
    return BudgetRow(
        domain=domain,
        label=Label("县", "county"),
        is_whole=domain == "county",
        value=1000.0,
        when="2025",
        source=source,
        standard_error=error,
        share_frac=(error / 100) ** 2,
        **fields,  # type: ignore[arg-type]
    )


ROWS = (
    row("sampling", 80.0),
    row("measurement", 5.0),
    row("model/root_ratio", 20.0),
    row("model", 60.0),
    row("model/bef", 50.0),
    row("total", 100.0),
    row("total", 300.0, "stratum:杉木"),
    row("sampling", 280.0, "stratum:杉木"),
    row("model", 107.7, "stratum:杉木"),
)


def test_the_total_comes_first_then_the_groups_each_with_its_terms_by_size() -> None:
    (whole,) = panels(ROWS)
    assert [r.source for r in whole] == [
        "total",
        "sampling",
        "model",
        "model/bef",
        "model/root_ratio",
        "measurement",
    ]


def test_parts_are_given_apart_from_the_whole() -> None:
    (part,) = panels(ROWS, whole=False)
    assert {r.domain for r in part} == {"stratum:杉木"}
    assert panels([]) == []


def test_a_quantity_has_a_panel_of_its_own() -> None:
    other = {"quantity": "net_change", "unit": "t CO2e"}
    found = panels([*ROWS[:2], row("sampling", 3.0, **other), row("area", 3.0, **other)])
    assert [panel[0].quantity for panel in found] == ["carbon_stock", "net_change"]


def test_an_estimate_whose_only_source_is_its_sample_is_left_out() -> None:
    assert panels([row("sampling", 3.0), row("total", 3.0)]) == []


def test_a_row_knows_its_group_and_its_relative_size() -> None:
    bef = ROWS[4]
    assert (bef.group, bef.is_detail, bef.relative_frac) == ("model", True, 0.05)
    assert ROWS[0].is_detail is False
