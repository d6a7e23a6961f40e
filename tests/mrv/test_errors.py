from __future__ import annotations

import pytest

from mrv import errors


@pytest.mark.parametrize(
    "kind",
    [
        errors.ProfileError,
        errors.ParameterMissing,
        errors.InventoryError,
        errors.EstimationError,
        errors.StatementError,
    ],
)
def test_an_error_carries_its_rule_and_values(kind: type[errors.MrvError]) -> None:
    error = kind("stratum-single-plot", stratum="杨树", n_plots=1)
    assert isinstance(error, errors.MrvError)
    assert (error.rule, error.params) == ("stratum-single-plot", {"stratum": "杨树", "n_plots": 1})
    assert str(error) == "stratum-single-plot: stratum=杨树; n_plots=1"


def test_an_error_without_values_is_its_rule() -> None:
    assert str(errors.EstimationError("sample-empty")) == "sample-empty"
