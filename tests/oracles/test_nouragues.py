"""The 2,050 trees of four plots in French Guiana, one by one (BIOMASS at abd33c2; Chave and others 2014)."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from mrv.equations.forms import Predictors, predict
from mrv.equations.library import packaged_library

pytestmark = pytest.mark.realdata
PLOT_SUMS_T = {"201": 456.3937, "204": 541.9746, "213": 386.5187, "223": 284.9519}
TOTAL_T = 1669.8390


@pytest.fixture(scope="module")
def trees(real_data: Path) -> Mapping[str, NDArray[np.object_]]:
    path = real_data / "biomass_nouragues" / "NouraguesTrees_with_published_AGB.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {name: np.array([row[name] for row in rows], dtype=object) for name in rows[0]}


@pytest.fixture(scope="module")
def found_t(trees: Mapping[str, NDArray[np.object_]]) -> NDArray[np.float64]:
    D, H, WD = (trees[name].astype(np.float64) for name in ("D", "H_model", "WD"))
    return predict(packaged_library()["chave-2014"], Predictors(D, H, WD)) / 1000


def test_every_tree_to_twelve_digits(
    trees: Mapping[str, NDArray[np.object_]], found_t: NDArray[np.float64]
) -> None:
    published = trees["AGB"].astype(np.float64)
    assert published.size == 2050
    np.testing.assert_allclose(found_t, published, rtol=1e-12, atol=0)


def test_plots_and_total(trees: Mapping[str, NDArray[np.object_]], found_t: NDArray[np.float64]) -> None:
    plot = trees["Plot"].astype(str)
    sums = {name: float(found_t[plot == name].sum()) for name in np.unique(plot).tolist()}
    assert sums == {name: pytest.approx(total, abs=5e-5) for name, total in PLOT_SUMS_T.items()}
    assert float(found_t.sum()) == pytest.approx(TOTAL_T, abs=5e-5)


def test_the_column_of_the_climate_equation_is_another_equation(
    trees: Mapping[str, NDArray[np.object_]],
) -> None:
    """AGB_Chave comes from the equation by coordinates: the same formula must not reproduce it."""
    D, H, WD = (trees[name].astype(np.float64) for name in ("D", "H_chave", "WD"))
    found = predict(packaged_library()["chave-2014"], Predictors(D, H, WD)) / 1000
    apart = np.abs(found / trees["AGB_Chave"].astype(np.float64) - 1)
    assert 0.05 < float(apart.max()) < 0.08
