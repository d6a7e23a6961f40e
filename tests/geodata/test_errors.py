"""Errors carry a rule and its values."""

from __future__ import annotations

import pytest

from geodata import errors


def test_an_error_names_its_rule_and_values() -> None:
    error = errors.TableError("sheet-missing", file="a.xlsx", sheet="样地")
    assert error.rule == "sheet-missing"
    assert error.params == {"file": "a.xlsx", "sheet": "样地"}
    assert str(error) == "sheet-missing: file=a.xlsx; sheet=样地"


def test_an_error_without_values_is_its_rule() -> None:
    assert str(errors.GeodataError("dataset-missing")) == "dataset-missing"


@pytest.mark.parametrize("name", ["TableError", "CrsError", "VectorError", "RasterError", "DatasetError"])
def test_all_errors_are_one_tree(name: str) -> None:
    assert issubclass(getattr(errors, name), errors.GeodataError)
