from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest

from mrv.errors import StatementError
from mrv.sampling import Estimate
from mrv.statement import Statement, StatementHeader
from mrv.statement_items import AccountLine, DomainEstimate, Note, VintageQuantity, number_text


@pytest.fixture
def statement(header: StatementHeader) -> Statement:
    change = Estimate(123.456789, 7.5, 9, "t CO2e", 11, "paired_change", ("w",))
    area = Estimate(10.5, 0.0, math.inf, "ha", 40, "olofsson")
    return Statement(
        kind="project_removals",
        header=header,
        profile_id="demo",
        profile_version="1",
        profile_sha256="c" * 64,
        estimates=(
            DomainEstimate("account", "project", "net_change", change, period=(2020, 2025)),
            DomainEstimate("monitor", "county", "class_area", area, year=2025, model_based=True),
        ),
        lines=(AccountLine("project_change", -0.00001, "t CO2e"),),
        claim_tco2e=12,
        vintages=(VintageQuantity(2024, 5), VintageQuantity(2025, 7)),
        notes=(Note("area-stated", {"area_ha": 0.1 + 0.2, "n": 3, "text": "甲"}),),
        unverified=("x (placeholder)",),
    )


def test_a_stored_statement_gives_its_digest_again(statement: Statement) -> None:
    stored = json.loads(json.dumps(statement.canonical(), ensure_ascii=True))
    again = Statement.from_canonical(stored)
    assert again.digest == statement.digest
    assert again.canonical_text == statement.canonical_text
    assert again.county_code == "430624"
    assert again.estimates[0].estimate.standard_error == pytest.approx(math.sqrt(7.5), abs=1e-3)


def test_the_canonical_form_has_no_float(statement: Statement) -> None:
    def walk(value: object) -> None:
        assert not isinstance(value, float)
        for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            walk(item)

    walk(statement.canonical())


@pytest.mark.parametrize(
    "field",
    ["county_code", "project_code", "manifest_sha256", "dataset_sha256", "code_version", "seed", "simulated"],
)
def test_the_digest_covers_the_header(statement: Statement, field: str) -> None:
    other = {"seed": 8, "simulated": False}.get(field, "other")
    changed = replace(statement, header=replace(statement.header, **{field: other}))
    assert changed.digest != statement.digest


def test_the_digest_covers_the_results(statement: Statement) -> None:
    other = replace(statement, estimates=statement.estimates[:1])
    assert len({statement.digest, other.digest, replace(statement, notes=()).digest}) == 3


def test_a_difference_below_the_declared_decimals_changes_nothing(statement: Statement) -> None:
    first = statement.estimates[0]
    nudged = replace(first, estimate=replace(first.estimate, value=123.4567891))
    assert replace(statement, estimates=(nudged, *statement.estimates[1:])).digest == statement.digest


def test_vintages_must_add_up(statement: Statement) -> None:
    with pytest.raises(StatementError, match="vintages-do-not-add-up"):
        replace(statement, claim_tco2e=13)


def test_an_estimate_has_the_unit_of_its_quantity() -> None:
    with pytest.raises(StatementError, match="quantity-unit"):
        DomainEstimate("account", "county", "carbon_stock", Estimate(1.0, 1.0, 3, "t", 4, "simple"))


def test_a_line_has_a_known_unit() -> None:
    with pytest.raises(StatementError, match="unit-unknown"):
        AccountLine("claim", 1.0, "kg").canonical()


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"schema": "other/1"}, "statement-schema"),
        ({"period_start": "yesterday"}, "statement-unreadable"),
        ({"vintages": [{"year": 2024}]}, "statement-unreadable"),
    ],
)
def test_a_damaged_statement_is_refused(statement: Statement, change: dict[str, object], rule: str) -> None:
    with pytest.raises(StatementError, match=rule):
        Statement.from_canonical({**statement.canonical(), **change})


def test_numbers_as_text() -> None:
    assert number_text(123_456_789_012.125, 3) == "123456789012.125"
    assert number_text(0.0005, 3) == "0.000"
    assert number_text(0.0015, 3) == "0.002"
    assert number_text(-1e-9, 3) == "0.000"
    with pytest.raises(StatementError, match="statement-number-not-finite"):
        number_text(math.inf, 3)
