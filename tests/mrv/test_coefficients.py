from __future__ import annotations

import math

import pytest

from mrv import coefficients
from mrv.errors import ParameterMissing

STATUSES = {"verified", "unverified", "placeholder"}


@pytest.mark.parametrize(
    "table",
    [
        "species",
        "volume_equations",
        "biomass_factors",
        "bamboo_culm",
        "stand_equations",
        "biomass_equations",
        "group_factors",
        "ratios",
        "provinces",
    ],
)
def test_every_row_has_a_source_and_a_status(table: str) -> None:
    rows = coefficients.read_rows(table)
    assert rows
    for row in rows:
        assert row["source"].strip()
        assert row["status"] in STATUSES
        assert None not in row


def test_every_species_can_be_accounted() -> None:
    for code, item in coefficients.species_table().items():
        assert len(code) == 3
        assert item.dbh_range_cm[0] < item.dbh_range_cm[1]
        assert coefficients.biomass_factors(code).cf > 0
        if item.biomass_method == "vbef":
            assert coefficients.volume_equation_of(code).a > 0
            assert coefficients.stand_equation_of(code).a > 0


def test_the_factors_of_fir_as_in_the_specification() -> None:
    # AR-CM-001-V01 annex values as quoted in the methodology specification, section 2.2
    f = coefficients.biomass_factors("310")
    assert (f.svd, f.bef, f.rsr, f.cf) == (0.307, 1.634, 0.246, 0.520)


def test_a_value_that_is_not_known_is_refused() -> None:
    assert math.isnan(coefficients.biomass_factors("660").rsr)
    with pytest.raises(ParameterMissing, match=r"coefficient-missing.*rsr"):
        coefficients.known(coefficients.biomass_factors("660").rsr, "660", "rsr")
    with pytest.raises(ParameterMissing, match=r"coefficient-missing.*volume_equation"):
        coefficients.volume_equation_of("660")
    with pytest.raises(ParameterMissing, match=r"coefficient-missing.*stand_equation"):
        coefficients.stand_equation_of("660")
    with pytest.raises(ParameterMissing, match=r"species-not-in-table.*999"):
        coefficients.species("999")
    with pytest.raises(ParameterMissing, match="species-not-in-table"):
        coefficients.biomass_factors("999")


def test_what_nobody_has_confirmed_is_named() -> None:
    found = coefficients.unverified_rows(frozenset({"310", "660"}))
    assert found == ("bamboo_culm.csv:660", "biomass_factors.csv:310", "biomass_factors.csv:660")
    assert "volume_equations.csv:masson-ly208" in coefficients.unverified_rows(frozenset({"220"}))
