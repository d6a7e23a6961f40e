from __future__ import annotations

import math
from dataclasses import replace

import pytest

from mrv.audit_facts import AuditFacts
from mrv.parcel_calibration import StratumCalibration
from mrv.statement import Statement, StatementHeader
from mrv.statement_items import DomainEstimate, VintageQuantity
from tests.mrv.audit_cases import SAMPLE, change, estimate, line, made_removals, made_stock, state, verdicts


@pytest.fixture
def stock(county_header: StatementHeader) -> Statement:
    return made_stock(county_header)


@pytest.fixture
def removals(header: StatementHeader) -> Statement:
    return made_removals(header)


def test_the_last_campaign_is_judged(stock: Statement) -> None:
    item = line(stock, AuditFacts(SAMPLE), "audit-precision-stock")
    assert item.params["domain"] == "county"
    assert item.params["width_frac"] == pytest.approx(1.6716 * 20 / 1000, rel=1e-3)


@pytest.mark.parametrize(
    ("quantity", "value", "unit", "check"),
    [
        ("carbon_stock_per_ha", 60.0, "t C/ha", "audit-density-regional"),
        ("carbon_stock_per_ha", 10.0, "t C/ha", "audit-density-regional"),
        ("net_change_per_ha_year", 9.0, "t CO2e/ha/a", "audit-growth-regional"),
    ],
)
def test_a_value_far_from_the_region_is_looked_at(
    stock: Statement, quantity: str, value: float, unit: str, check: str
) -> None:
    others = [item for item in stock.estimates if item.quantity != quantity]
    found = change(quantity, value, unit) if "change" in quantity else state(quantity, value, 1.0, unit)
    assert verdicts(replace(stock, estimates=(*others, found)), AuditFacts())[check] == "look"


def test_components_that_do_not_add_up_fail(stock: Statement) -> None:
    wrong = [change("felling", 51.0) if e.quantity == "felling" else e for e in stock.estimates]
    assert verdicts(replace(stock, estimates=tuple(wrong)), AuditFacts())["audit-components-sum"] == "fail"


def test_a_claim_above_the_account_fails_and_above_the_interval_is_looked_at(removals: Statement) -> None:
    def claim(tonnes: int) -> str:
        made = replace(removals, claim_tco2e=tonnes, vintages=(VintageQuantity(2024, tonnes),))
        return verdicts(made, AuditFacts(SAMPLE))["audit-claim-bound"]

    assert (claim(882), claim(883)) == ("ok", "fail")
    wide = replace(
        removals,
        estimates=(
            DomainEstimate(
                "account", "project", "net_change", estimate(1000.0, 100.0, "t CO2e"), period=(2020, 2025)
            ),
        ),
    )
    made = replace(wide, claim_tco2e=882, vintages=(VintageQuantity(2024, 882),))
    assert verdicts(made, AuditFacts(SAMPLE))["audit-claim-bound"] == "look"


def test_a_stock_that_claims_fails(stock: Statement) -> None:
    claiming = replace(stock, claim_tco2e=1, vintages=(VintageQuantity(2025, 1),))
    assert verdicts(claiming, AuditFacts())["audit-claims-nothing"] == "fail"


def test_parcels_without_plots_or_far_from_them_are_looked_at(stock: Statement) -> None:
    good = StratumCalibration("a", 3, 0, 9.0, 80.0, 90.0, 4.0, 1.125, "calibrated")
    far = replace(good, factor=1.6)
    bare = replace(good, standard_error_tc=math.nan, factor=math.nan, basis="uncalibrated")
    assert verdicts(stock, AuditFacts(calibration=(good,)))["audit-parcel-sums"] == "ok"
    assert verdicts(stock, AuditFacts(calibration=(good, far)))["audit-parcel-sums"] == "look"
    assert verdicts(stock, AuditFacts(calibration=(good, bare)))["audit-parcel-sums"] == "look"


def test_the_least_precise_whole_is_named(stock: Statement) -> None:
    """A statement of a state and of a forest in it, above ground alone."""
    wholes = tuple(
        DomainEstimate("account", name, "carbon_stock_ag", estimate(100.0, se, "t C"), year=2015)
        for name, se in (("state", 2.0), ("forest", 15.0), ("district:1", 50.0))
    )
    item = line(replace(stock, estimates=wholes), AuditFacts(), "audit-precision-stock")
    assert (item.verdict, item.params["domain"]) == ("look", "forest")
