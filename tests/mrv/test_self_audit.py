from __future__ import annotations

import string
from dataclasses import replace

import pytest

from mrv.audit_facts import AuditFacts
from mrv.parcel_calibration import StratumCalibration
from mrv.self_audit import audit_statement, worst
from mrv.statement import Statement, StatementHeader
from mrv.statement_items import AuditItem, BudgetItem
from registry.messages import find_entry, text
from tests.mrv.audit_cases import SAMPLE, made_removals, made_stock, verdicts


@pytest.fixture
def stock(county_header: StatementHeader) -> Statement:
    return made_stock(county_header)


@pytest.fixture
def removals(header: StatementHeader) -> Statement:
    return made_removals(header)


def test_a_plain_stock_says_all_it_has_to_say(stock: Statement) -> None:
    assert verdicts(stock, AuditFacts(SAMPLE)) == {
        "audit-claims-nothing": "ok",
        "audit-precision-stock": "ok",
        "audit-precision-change": "ok",
        "audit-estimates-warned": "ok",
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
        "audit-seed": "ok",
    }


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
    assert len(items) == 23
    for item in items.values():
        entry = find_entry(item.check)
        assert entry is not None, item.check
        for sentence in (entry.zh, entry.en):
            named = {name for _, name, _, _ in string.Formatter().parse(sentence) if name}
            assert named == set(item.params), item.check
        assert "{" not in text(item.check, "en", **AuditItem.canonical(item)["params"])


def test_the_audit_is_sealed_with_the_statement(stock: Statement) -> None:
    audited = replace(stock, audit=audit_statement(stock, AuditFacts(SAMPLE)))
    again = Statement.from_canonical(audited.canonical())
    assert again.digest == audited.digest != stock.digest
    assert worst(audited.audit) == "look"
    assert worst(()) == "ok"
