"""The summary: exactly the documented keys, closed lists, and a schema that bites."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from mrv.units import QUANTITIES
from registry.errors import RegistryError
from registry.reports.model import EstimateRow, Label, ReportData
from registry.reports.summary import build_summary, write_summary


@pytest.fixture
def schema(project_root: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((project_root / "docs" / "summary.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(found)
    return found


def errors(schema: dict[str, Any], content: dict[str, Any]) -> list[str]:
    plain = json.loads(json.dumps(content))
    return [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(plain)]


def test_whole_and_bare_reports_fit_the_schema(
    schema: dict[str, Any], sample_report_data: ReportData, bare_report_data: ReportData
) -> None:
    assert errors(schema, build_summary(sample_report_data)) == []
    assert errors(schema, build_summary(bare_report_data)) == []


def test_schema_refuses_what_is_not_in_it(schema: dict[str, Any], sample_report_data: ReportData) -> None:
    content = build_summary(sample_report_data)
    assert errors(schema, {**content, "extra": 1})
    assert errors(schema, {key: value for key, value in content.items() if key != "units"})
    content["estimates"][0]["quantity"] = "wishes"
    assert errors(schema, content)


def test_figures_are_those_of_the_report(sample_report_data: ReportData) -> None:
    content = build_summary(sample_report_data)
    assert content["units"] == {
        "issued": 20654, "tradable": 13554, "pledged": 5000, "retired": 2100, "listed": 2000,
    }  # fmt: skip
    assert content["findings"] == {"error": 1, "warning": 1, "info": 1}
    assert content["stages"]["supervise"] == "awaiting"
    assert content["stage_reasons"] == {"supervise": "awaiting-supervisor"}
    assert content["simulated"] is True
    total = next(
        row for row in content["estimates"] if row["quantity"] == "carbon_stock" and row["year"] == 2025
    )
    assert (total["value"], total["standard_error"], total["unit"]) == (1_512_340.0, 41_200.0, "t C")
    assert (total["low"], total["high"], total["confidence"]) == (1_444_540.0, 1_580_140.0, 0.9)
    change = next(row for row in content["estimates"] if row["quantity"] == "net_change")
    assert (change["period"], change["year"]) == ([2020, 2025], None)


def test_whole_pixels_are_integers(bare_report_data: ReportData) -> None:
    content = build_summary(bare_report_data)
    assert [pixel["count"] for pixel in content["pixels"]] == [52289, 19731]
    assert all(isinstance(pixel["count"], int) for pixel in content["pixels"])
    assert content["pixels"][0]["rule"] == "centre"
    assert content["units"]["issued"] == 0
    assert content["statement_sha256"] is None


def test_quantity_outside_the_list_is_refused(bare_report_data: ReportData) -> None:
    row = EstimateRow("account", "county", Label("县"), "wishes", "t C", 1.0)
    with pytest.raises(RegistryError, match="summary-quantity-unknown: quantity=wishes"):
        build_summary(replace(bare_report_data, estimates=(row,)))


def test_unit_of_another_quantity_is_refused(bare_report_data: ReportData) -> None:
    row = EstimateRow("account", "county", Label("县"), "carbon_stock", "t", 1.0)
    with pytest.raises(RegistryError, match="summary-unit"):
        build_summary(replace(bare_report_data, estimates=(row,)))


def test_file_is_reproducible_utf8_and_has_no_nan(tmp_path: Path, sample_report_data: ReportData) -> None:
    first = write_summary(tmp_path / "a.json", sample_report_data).read_bytes()
    assert write_summary(tmp_path / "b.json", sample_report_data).read_bytes() == first
    assert b"\r" not in first
    bad = replace(sample_report_data.estimates[0], value=float("nan"))
    with pytest.raises(ValueError, match="JSON compliant"):
        write_summary(tmp_path / "c.json", replace(sample_report_data, estimates=(bad,)))


def test_page_documents_every_quantity_and_every_key(
    project_root: Path, schema: dict[str, Any], sample_report_data: ReportData
) -> None:
    page = (project_root / "docs" / "summary.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (\S.*?) \| (\S.*?) \| (\S.*?) \|$", page, re.MULTILINE)
    assert rows == [(one.id, one.unit, one.zh, one.en) for one in QUANTITIES.values()]
    assert set(schema["properties"]["estimates"]["items"]["properties"]["quantity"]["enum"]) == set(
        QUANTITIES
    )
    content = build_summary(sample_report_data)
    for key in (*content, *content["estimates"][0], *content["pixels"][0], *content["units"]):
        assert f"`{key}`" in page, key
