from __future__ import annotations

import pytest

from mrv.regional_references import regional_references
from mrv.units import QUANTITIES


def test_references_name_a_quantity_a_source_and_that_nobody_verified_them() -> None:
    found = regional_references()
    assert set(found) == {"tree-carbon-density", "plantation-increment", "natural-increment"}
    for item in found.values():
        assert item.quantity in QUANTITIES
        assert item.source
        assert item.status == "unverified"


def test_dry_matter_becomes_carbon_dioxide() -> None:
    """8 t/ha/a of dry matter, carbon fraction .47, 44/12 (methodology specification, 2.5 and 3.1)."""
    assert regional_references()["plantation-increment"].tco2e == pytest.approx(13.7867, abs=1e-4)
