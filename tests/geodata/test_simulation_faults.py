"""The list of faults: known names pass, an unknown one is refused by name."""

from __future__ import annotations

import pytest

from geodata.simulation.errors import SimulationError
from geodata.simulation.faults import FAULTS, check_faults


def test_all_named_faults_are_there() -> None:
    assert set(FAULTS) == {
        "duplicate_plot", "duplicate_tree", "negative_dbh", "absurd_dbh", "unknown_species", "missing_column",
        "no_prj", "wrong_crs", "raster_not_covering", "nodata_unset", "mojibake", "invalid_polygon",
        "overlapping_polygons", "campaign_before",
    }  # fmt: skip
    assert check_faults(["no_prj", "mojibake"]) == frozenset({"no_prj", "mojibake"})


def test_an_unknown_fault_is_refused_by_name() -> None:
    with pytest.raises(SimulationError) as caught:
        check_faults({"typo"})
    assert caught.value.rule == "simulation-fault-unknown"
    assert caught.value.params["fault"] == "typo"
