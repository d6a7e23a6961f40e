"""The simulated trees hold what `mrv.biomass` says they hold."""

from __future__ import annotations

import numpy as np
import pytest

from mrv.biomass import tree_mass
from mrv.simulation.equations import tree_values
from mrv.simulation.species import SPECIES

DBH_CM = np.array([5.5, 9.0, 14.3, 31.0])
HEIGHT_M = np.array([5.0, 8.2, 11.0, 19.5])
DU = np.array([1, 2, 4, 5])


@pytest.mark.parametrize("code", SPECIES)
def test_one_source_of_each_equation(code: str) -> None:
    values, mass = tree_values(code, DBH_CM, HEIGHT_M, DU), tree_mass([code] * 4, DBH_CM, HEIGHT_M, DU)
    for name in ("volume_m3", "biomass_ag_kg", "biomass_bg_kg", "carbon_ag_kg", "carbon_kg"):
        assert getattr(values, name) == pytest.approx(getattr(mass, name), rel=1e-12)


def test_the_published_fir() -> None:
    """Methodology 2.2: 杉木 of 20 cm and 15 m, above ground 122.159114 kg, carbon 79.149333 kg."""
    fir = tree_values("310", np.array([20.0]), np.array([15.0]), np.array([0]))
    assert fir.volume_m3[0] == pytest.approx(0.24352, abs=5e-7)
    assert fir.biomass_ag_kg[0] == pytest.approx(122.159114, abs=5e-7)
    assert fir.carbon_kg[0] == pytest.approx(79.149333, abs=5e-7)
