"""Statements made up for the tests of the self-audit, and how its lines are asked for."""

from __future__ import annotations

from mrv.audit_facts import AuditFacts, SampleFacts
from mrv.sampling import Estimate
from mrv.self_audit import audit_statement
from mrv.statement import Statement, StatementHeader
from mrv.statement_items import AccountLine, AuditItem, DomainEstimate, Note

SAMPLE = SampleFacts(2025, 60, 4, {"a": 30, "b": 30}, 0.7, 0)


def estimate(value: float, se: float, unit: str, warnings: tuple[str, ...] = ()) -> Estimate:
    """Return an estimate from 60 plots."""
    return Estimate(value, se**2, 58, unit, 60, "stratified", warnings)


def state(quantity: str, value: float, se: float, unit: str, year: int = 2025) -> DomainEstimate:
    """Return a state of the county."""
    return DomainEstimate("account", "county", quantity, estimate(value, se, unit), year=year)


def change(quantity: str, value: float, unit: str = "t CO2e", domain: str = "county") -> DomainEstimate:
    """Return a change with a standard error of a thirtieth."""
    return DomainEstimate("account", domain, quantity, estimate(value, value / 30, unit), period=(2020, 2025))


def made_stock(county_header: StatementHeader) -> Statement:
    """Return a stock with nothing to look at but what is unverified."""
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


def made_removals(header: StatementHeader) -> Statement:
    """Return removals whose claim is what the account allows."""
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
    """Return the verdict of each check."""
    return {item.check: item.verdict for item in audit_statement(statement, facts)}


def line(statement: Statement, facts: AuditFacts, check: str) -> AuditItem:
    """Return the line of one check."""
    return next(item for item in audit_statement(statement, facts) if item.check == check)
