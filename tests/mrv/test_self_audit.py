from __future__ import annotations

import string
from dataclasses import replace

import pytest

from mrv.audit_facts import AuditFacts, SampleFacts
from mrv.parcel_calibration import StratumCalibration
from mrv.sampling import Estimate
from mrv.self_audit import audit_statement, worst
from mrv.statement import Statement, StatementHeader
from mrv.statement_items import AccountLine, AuditItem, BudgetItem, DomainEstimate, Note, VintageQuantity
from registry.messages import find_entry, text

SAMPLE = SampleFacts(2025, 60, 4, {"a": 30, "b": 30}, 0.7, 0)
NAN = float("nan")


def estimate(value: float, se: float, unit: str, warnings: tuple[str, ...] = ()) -> Estimate:
    return Estimate(value, se**2, 58, unit, 60, "stratified", warnings)


def state(quantity: str, value: float, se: float, unit: str, year: int = 2025) -> DomainEstimate:
    return DomainEstimate("account", "county", quantity, estimate(value, se, unit), year=year)


def change(quantity: str, value: float, unit: str = "t CO2e", domain: str = "county") -> DomainEstimate:
    return DomainEstimate("account", domain, quantity, estimate(value, value / 30, unit), period=(2020, 2025))


@pytest.fixture
def stock(county_header: StatementHeader) -> Statement:
    return Statement(
        kind="county_stock",
        header=county_header,
        profile_id="county-stock-v1",
        profile_version="1",
        profile_sha256="c" * 64,
        estimates=(
            state("carbon_stock", 900.0, 20.0, "t C", 2020),
            state("carbon_stock", 1000.0, 20.0, "t C"),
            state("carbon_stock_per_ha", 25.0, 0.5, "t C/ha"),
            change("net_change", 360.0),
            change("survivor_growth", 500.0),
            change("ingrowth", 60.0),
            change("mortality", 150.0),
            change("felling", 50.0),
            change("net_change_per_ha_year", 3.0, "t CO2e/ha/a"),
        ),
        notes=(
            Note("equation-range-left", {"count": 12, "trees": 1000}),
            Note("heights-filled", {"count": 600, "trees": 1000}),
        ),
        unverified=("x (placeholder)",),
    )


@pytest.fixture
def removals(header: StatementHeader) -> Statement:
    return Statement(
        kind="project_removals",
        header=header,
        profile_id="demo",
        profile_version="1",
        profile_sha256="c" * 64,
        estimates=(change("net_change", 1000.0, domain="project"),),
        lines=(
            AccountLine("project_change", 1000.0, "t CO2e"),
            AccountLine("baseline_change", -20.0, "t CO2e"),
            AccountLine("net_removals", 882.0, "t CO2e"),
            AccountLine("claim", 882.0, "t CO2e"),
        ),
    )


def verdicts(statement: Statement, facts: AuditFacts) -> dict[str, str]:
    return {item.check: item.verdict for item in audit_statement(statement, facts)}


def line(statement: Statement, facts: AuditFacts, check: str) -> AuditItem:
    return next(item for item in audit_statement(statement, facts) if item.check == check)


def test_a_plain_stock_says_all_it_has_to_say(stock: Statement) -> None:
    assert verdicts(stock, AuditFacts(SAMPLE)) == {
        "audit-claims-nothing": "ok",
        "audit-precision-stock": "ok",
        "audit-precision-change": "ok",
        "audit-density-regional": "ok",
        "audit-growth-regional": "ok",
        "audit-design-effect": "ok",
        "audit-single-plot-strata": "ok",
        "audit-few-plots-strata": "ok",
        "audit-zero-plots": "ok",
        "audit-plots-overdue": "ok",
        "audit-plots-unpaired": "ok",
        "audit-trees-extrapolated": "ok",
        "audit-heights-modelled": "ok",
        "audit-monte-carlo-missing": "look",
        "audit-components-sum": "ok",
        "audit-overlaps": "ok",
        "audit-unverified": "look",
    }


def test_the_last_campaign_is_judged(stock: Statement) -> None:
    item = line(stock, AuditFacts(SAMPLE), "audit-precision-stock")
    assert item.params["width_frac"] == pytest.approx(1.6716 * 20 / 1000, rel=1e-3)


def test_every_line_has_a_sentence_with_its_figures(stock: Statement, removals: Statement) -> None:
    budget = BudgetItem("county", "carbon_stock", "model", 1.0, 0.5, {"draws": 500, "mc_error_frac": 0.01})
    held = StratumCalibration("a", 3, 1, 9.0, 80.0, 90.0, 4.0, 1.125, "calibrated")
    rich = replace(stock, budget=(budget,))
    items = {
        item.check: item
        for item in (
            *audit_statement(rich, AuditFacts(SAMPLE, 2, (held,))),
            *audit_statement(stock, AuditFacts()),
            *audit_statement(removals, AuditFacts(SAMPLE)),
        )
    }
    assert len(items) == 21
    for item in items.values():
        entry = find_entry(item.check)
        assert entry is not None, item.check
        for sentence in (entry.zh, entry.en):
            named = {name for _, name, _, _ in string.Formatter().parse(sentence) if name}
            assert named == set(item.params), item.check
        assert "{" not in text(item.check, "en", **AuditItem.canonical(item)["params"])


@pytest.mark.parametrize(
    ("facts", "check"),
    [
        (AuditFacts(replace(SAMPLE, design_effect=1.2)), "audit-design-effect"),
        (AuditFacts(replace(SAMPLE, plots_by_stratum={"a": 30, "b": 9})), "audit-few-plots-strata"),
        (AuditFacts(replace(SAMPLE, overdue=1)), "audit-plots-overdue"),
        (AuditFacts(SAMPLE, overlaps=1), "audit-overlaps"),
    ],
)
def test_what_a_person_should_look_at(stock: Statement, facts: AuditFacts, check: str) -> None:
    assert verdicts(stock, facts)[check] == "look"
    assert verdicts(stock, AuditFacts(SAMPLE))[check] == "ok"


def test_a_single_plot_fails_unless_its_stratum_was_collapsed(stock: Statement) -> None:
    facts = AuditFacts(replace(SAMPLE, plots_by_stratum={"a": 30, "b": 1}))
    assert line(stock, facts, "audit-single-plot-strata").params["strata"] == "b"
    assert verdicts(stock, facts)["audit-single-plot-strata"] == "fail"
    told = DomainEstimate(
        "account", "county", "carbon_stock", estimate(1.0, 1.0, "t C", ("strata-collapsed",)), year=2025
    )
    collapsed = replace(stock, estimates=(*stock.estimates, told))
    assert verdicts(collapsed, facts)["audit-single-plot-strata"] == "look"


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


def test_trees_beyond_their_equation_and_heights_from_a_curve(stock: Statement) -> None:
    notes = (
        Note("equation-range-left", {"count": 51, "trees": 1000}),
        Note("heights-filled", {"count": 801, "trees": 1000}),
    )
    found = verdicts(replace(stock, notes=notes), AuditFacts(SAMPLE))
    assert (found["audit-trees-extrapolated"], found["audit-heights-modelled"]) == ("look", "look")


def test_unpaired_plots_are_counted_over_all_periods(stock: Statement) -> None:
    notes = tuple(Note("plots-unpaired", {"count": n, "first": 1, "second": 2}) for n in (2, 3))
    item = line(replace(stock, notes=notes), AuditFacts(SAMPLE), "audit-plots-unpaired")
    assert (item.verdict, item.params) == ("look", {"count": 5})


@pytest.mark.parametrize(("error", "verdict"), [(0.019, "ok"), (0.021, "look")])
def test_the_monte_carlo_error_is_judged(stock: Statement, error: float, verdict: str) -> None:
    items = [
        BudgetItem("county", "carbon_stock", "model", 1.0, 0.5, {"draws": 500, "mc_error_frac": e})
        for e in (0.001, error)
    ]
    found = line(replace(stock, budget=tuple(items)), AuditFacts(), "audit-monte-carlo")
    assert (found.verdict, found.params["error_frac"]) == (verdict, error)


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


def test_unverified_values_fail_a_registration(stock: Statement) -> None:
    strict = replace(stock, header=replace(stock.header, purpose="registration"))
    assert verdicts(strict, AuditFacts())["audit-unverified"] == "fail"
    assert verdicts(replace(strict, unverified=()), AuditFacts())["audit-unverified"] == "ok"


def test_parcels_without_plots_or_far_from_them_are_looked_at(stock: Statement) -> None:
    good = StratumCalibration("a", 3, 0, 9.0, 80.0, 90.0, 4.0, 1.125, "calibrated")
    far = replace(good, factor=1.6)
    bare = replace(good, standard_error_tc=NAN, factor=NAN, basis="uncalibrated")
    assert verdicts(stock, AuditFacts(calibration=(good,)))["audit-parcel-sums"] == "ok"
    assert verdicts(stock, AuditFacts(calibration=(good, far)))["audit-parcel-sums"] == "look"
    assert verdicts(stock, AuditFacts(calibration=(good, bare)))["audit-parcel-sums"] == "look"


def test_the_audit_is_sealed_with_the_statement(stock: Statement) -> None:
    audited = replace(stock, audit=audit_statement(stock, AuditFacts(SAMPLE)))
    again = Statement.from_canonical(audited.canonical())
    assert again.digest == audited.digest != stock.digest
    assert worst(audited.audit) == "look"
    assert worst(()) == "ok"
