"""The draft report stands under the methodology's headings and says what the statement says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from flows.monitoring_report import report_text
from mrv.methodology.domains import PARTS
from mrv.profile import Profile, load, profile_ids
from mrv.removals import ProjectChange, build_removals_statement
from mrv.sampling import Estimate
from mrv.statement import Statement, StatementHeader
from mrv.statement_items import AuditItem, DomainEstimate, Note


def statement_of(profile: Profile, **changes: object) -> Statement:
    header = StatementHeader(
        "430624", "P-1", date(2021, 1, 1), date(2025, 12, 31), date(2026, 6, 30), "a" * 64, "b" * 64,
        "0.1.0", 7, "demo", simulated=True,
    )  # fmt: skip
    change = Estimate(10_000.0, 400.0**2, 20, "t CO2e", 21, "paired_change")
    found = ProjectChange(
        change, (DomainEstimate("account", "project", "net_change", change, period=(2020, 2025)),)
    )
    made = build_removals_statement(
        header, profile, found, notes=(Note("eligibility-tested", {"parcels": 3, "excluded": 1}),)
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def part(report: str, heading: str) -> str:
    """Return what stands under a heading, up to the next one."""
    return report.split(heading, 1)[1].split("\n#", 1)[0]


@pytest.mark.parametrize(("lang", "column"), [("zh-CN", "zh"), ("en", "en")])
def test_every_heading_in_its_order(lang: str, column: str) -> None:
    profile = load("ccer-14-001-v01")
    report = report_text(statement_of(profile), profile, lang)
    places = [report.index(f"# {item.no} {getattr(item, column)}\n") for item in profile.sections]
    assert places == sorted(places)
    assert "mr." not in report
    assert "methodology." not in report


def test_the_account_stands_under_its_heading() -> None:
    profile = load("ccer-14-001-v01")
    statement = statement_of(profile)
    report = report_text(statement, profile, "en")
    net = part(report, "6.6 Net removals of the project")
    for line in statement.lines:
        assert f"{line.value + 0.0:.3f}" in net
    for vintage in statement.vintages:
        assert f"| {vintage.year} | {vintage.quantity_tco2e:,} |" in net
    assert "10000.000 | 400.000 | t CO2e | 21" in part(report, "6.4 Project removals")
    assert statement.digest in part(report, "1 Introduction")
    assert "Simulated data" in report


def test_what_was_tested_and_what_only_a_person_can_say() -> None:
    profile = load("ccer-14-001-v01")
    report = report_text(statement_of(profile), profile, "zh-CN")
    conditions = part(report, "## 2 适用条件")
    assert "检验了 3 个项目小班的资格，剔除 1 个" in conditions
    assert "不是湿地 | （由人判断）" in conditions
    assert "年均降水量400毫米以下地区" in part(report, "6.2 额外性论证")
    assert "本节由业主撰写" in part(report, "6.1 基准线情景识别")


def test_the_points_for_verification_name_what_is_open() -> None:
    profile = load("demo")
    audit = (AuditItem("audit-model-based", "ok", {"count": 0}),)
    report = report_text(statement_of(profile, audit=audit), profile, "en")
    points = part(report, "8 Points for validation and verification")
    assert "`risk_deduction (unverified)`" in points
    assert "relative half-width" in points


def test_a_county_stock_has_its_own_headings() -> None:
    profile = load("county-stock-v1")
    project = statement_of(load("demo"))
    stock = replace(
        project, kind="county_stock", lines=(), claim_tco2e=0, vintages=(), profile_id=profile.id,
        profile_sha256=profile.sha256,
    )  # fmt: skip
    report = report_text(stock, profile, "en")
    assert "## 5 Uncertainty" in report
    assert "10000.000" in part(report, "4 Change and its components")


def test_every_part_that_a_profile_asks_for_can_be_written() -> None:
    asked = {item.part for name in profile_ids() for item in load(name).sections}
    assert asked <= PARTS
    from flows.monitoring_report import _PARTS  # noqa: PLC0415

    assert set(_PARTS) == PARTS
