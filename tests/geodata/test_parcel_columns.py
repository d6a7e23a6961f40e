"""Columns of parcels: stripped zeros, unreadable numbers, codes outside their table."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from geodata.errors import VectorError
from geodata.parcel_columns import pad_code, read_columns
from geodata.parcel_schema import load_parcel_schema

SCHEMA = load_parcel_schema("yzt_2020")


def parcels(**changes: list[Any]) -> dict[str, np.ndarray[Any, Any]]:
    columns: dict[str, list[Any]] = {
        "XIAN": ["430624", "430624"],
        "XIANG": ["001", "001"],
        "CUN": ["001", "002"],
        "LIN_BAN": ["0001", "0001"],
        "XIAO_BAN": ["00001", "00002"],
        "MIAN_JI": [1.5, 2.5],
        "DI_LEI": ["030101", "030200"],
        **changes,
    }
    return {
        name: np.array(values, dtype=object if isinstance(values[0], str | None) else None)
        for name, values in columns.items()
    }


def read(values: dict[str, np.ndarray[Any, Any]]) -> Any:
    return read_columns("x.shp", values, np.array([2, 3]), SCHEMA)


def test_a_clean_layer_has_no_findings() -> None:
    columns, findings = read(parcels())
    assert findings == []
    assert columns["MIAN_JI"].tolist() == [1.5, 2.5]


def test_stripped_zeros_come_back_and_are_reported_once() -> None:
    columns, findings = read(parcels(LIN_BAN=[1, 12], DI_LEI=["30101", "0302"]))
    assert columns["LIN_BAN"].tolist() == ["0001", "0012"]
    assert columns["DI_LEI"].tolist() == ["030101", "0302"]
    assert [(f.rule, f.field, f.params["count"]) for f in findings] == [
        ("code-padded", "LIN_BAN", 2),
        ("code-padded", "DI_LEI", 1),
    ]


def test_codes_outside_their_table_are_kept_and_reported() -> None:
    columns, findings = read(parcels(DI_LEI=["030101", "999999"]))
    assert columns["DI_LEI"][1] == "999999"
    assert [(f.rule, f.severity, f.row, f.value) for f in findings] == [
        ("code-unknown", "warning", 3, "999999")
    ]


def test_what_is_no_code_is_an_error_with_its_row() -> None:
    _, findings = read(parcels(CUN=["001", "二"]))
    assert [(f.rule, f.severity, f.row, f.field) for f in findings] == [("code-malformed", "error", 3, "CUN")]


def test_an_incomplete_identifier_is_an_error() -> None:
    _, findings = read(parcels(XIAO_BAN=["00001", None]))
    assert ("parcel-id-incomplete", 3) in [(f.rule, f.row) for f in findings]


def test_an_unreadable_number_is_a_finding_and_nan() -> None:
    columns, findings = read(parcels(MIAN_JI=["1.5", "约2"]))
    assert np.isnan(columns["MIAN_JI"][1])
    assert [(f.rule, f.row, f.value) for f in findings] == [("number-unreadable", 3, "约2")]


def test_fields_the_scheme_does_not_know_are_kept_as_text() -> None:
    columns, _ = read(parcels(OWN_NOTE=["a", "b"]))
    assert columns["OWN_NOTE"].tolist() == ["a", "b"]


def test_field_names_of_another_case_are_found() -> None:
    values = parcels()
    values["mian_ji"] = values.pop("MIAN_JI")
    assert read(values)[0]["MIAN_JI"].tolist() == [1.5, 2.5]


def test_a_missing_field_is_named() -> None:
    values = parcels()
    del values["DI_LEI"]
    with pytest.raises(VectorError) as refused:
        read(values)
    assert (refused.value.rule, refused.value.params["field"]) == ("layer-field-missing", "DI_LEI")


def test_many_findings_of_a_kind_are_counted() -> None:
    values = {name: np.repeat(column, 60) for name, column in parcels(DI_LEI=["999999", "999999"]).items()}
    _, findings = read_columns("x.shp", values, np.arange(2, 122), SCHEMA)
    assert len(findings) == 51
    assert (findings[-1].rule, findings[-1].params["count"]) == ("cells-more", 120)


def test_a_known_code_is_never_padded() -> None:
    assert pad_code("0301", (6, 4), {"0301": 1, "000301": 1}) == "0301"
