"""The real tables that the published numbers were computed from."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from mrv.fia_population import FiaPopulation, population_from_evaluation
from mrv.fiadb import FiaTables

_TEXT = {"CN", "PLT_CN"}


def _read(path: Path, names: str) -> dict[str, NDArray[Any]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        name.lower(): np.array([row[name] if name in _TEXT else float(row[name] or "nan") for row in rows])
        for name in names.split()
    }


@pytest.fixture(scope="session")
def wyoming_table(real_data: Path) -> Callable[[str, str], Mapping[str, NDArray[Any]]]:
    """Return a reader of columns of the Wyoming evaluation."""
    return lambda name, columns: _read(real_data / "fiesta_wyoming" / "tables" / f"{name}.csv", columns)


@pytest.fixture(scope="session")
def wyoming(wyoming_table: Callable[[str, str], Mapping[str, NDArray[Any]]]) -> FiaTables:
    """Return plots, conditions and trees of FIADB evaluation 561301."""
    return FiaTables(
        plots=wyoming_table("WYplt", "CN PLOT_STATUS_CD LON_PUBLIC LAT_PUBLIC"),
        conditions=wyoming_table(
            "WYcond",
            "PLT_CN CONDID COND_STATUS_CD CONDPROP_UNADJ SUBPPROP_UNADJ MICRPROP_UNADJ "
            "FORTYPCD RESERVCD SITECLCD FORTYPGRPCD DSTRBCD1",
        ),
        trees=wyoming_table("WYtree", "PLT_CN CONDID STATUSCD TPA_UNADJ VOLCFNET CARBON_AG"),
    )


@pytest.fixture(scope="session")
def wyoming_population(wyoming_table: Callable[[str, str], Mapping[str, NDArray[Any]]]) -> FiaPopulation:
    """Return the whole evaluation: 23 units, 35 strata."""
    return population_from_evaluation(
        wyoming_table("WYpltassgn", "CN ESTN_UNIT STRATUMCD"),
        wyoming_table("WYstratalut", "ESTN_UNIT STRATUMCD P1POINTCNT"),
        wyoming_table("WYunitarea", "ESTN_UNIT ACRES"),
        domain="wyoming",
    )
