"""Components of a change stand in one row with the net change they add up to."""

from __future__ import annotations

from dataclasses import replace

from registry.reports.label import Label
from registry.reports.model import EstimateRow
from registry.reports.sections.components import COMPONENTS, component_tables

VALUES = {
    "survivor_growth": 500.0,
    "ingrowth": 60.0,
    "mortality": 150.0,
    "felling": 50.0,
    "net_change": 360.0,
}


def rows(**changes: float) -> list[EstimateRow]:
    return [
        EstimateRow("account", "county", Label("县", "county"), name, "t CO2e", value, period=(2020, 2025))
        for name, value in (VALUES | changes).items()
    ]


def test_components_and_their_net_change_stand_in_one_row() -> None:
    (table,) = component_tables(rows())
    assert [cell.zh for cell in table.rows[0].cells] == [
        "县", "2020–2025", "500", "60", "150", "50", "360", "0"
    ]  # fmt: skip
    assert [column.heading.en[:2] for column in table.columns[2:6]] == ["+ ", "+ ", "- ", "- "]
    assert table.columns[6].heading.en == "Net change"


def test_a_sum_that_is_off_is_shown() -> None:
    (table,) = component_tables(rows(felling=57.0))
    assert table.rows[0].cells[-1].zh == "7"


def test_without_every_component_there_is_no_table() -> None:
    assert component_tables([row for row in rows() if row.quantity != COMPONENTS[0]]) == []
    other = [replace(row, domain="stratum:a") for row in rows()[:2]]
    assert len(component_tables([*rows(), *other])[0].rows) == 1
