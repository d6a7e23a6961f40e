"""The report's data: plain, frozen, comparable."""

from __future__ import annotations

import dataclasses
import pickle
from typing import get_args

from registry.reports import model
from registry.reports.model import ReportData


def test_data_survive_a_copy_and_compare(sample_report_data: ReportData) -> None:
    again = pickle.loads(pickle.dumps(sample_report_data))  # noqa: S301  (our own bytes)
    assert again == sample_report_data
    assert dataclasses.replace(again, simulated=False) != sample_report_data


def test_only_what_every_report_has_must_be_given() -> None:
    needed = [
        field.name
        for field in dataclasses.fields(ReportData)
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    ]
    assert needed == ["county_code", "county_name", "as_of", "simulated", "provenance", "stages"]


def test_stages_are_the_chain() -> None:
    assert model.STAGES == ("monitor", "account", "trade", "finance", "supervise")
    assert set(get_args(model.StageName)) == set(model.STAGES)


def test_what_is_exported_is_there() -> None:
    assert [name for name in model.__all__ if not hasattr(model, name)] == []
