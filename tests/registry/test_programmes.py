"""Programmes: every value sourced, nothing unknown accepted, no scripted decision outside a demonstration."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from importlib.resources import files

import pytest

from registry.errors import RegistryError
from registry.programmes import (
    Programme,
    allows_rehearsal,
    load_programme,
    may_trade,
    parse_programme,
    programme_ids,
    refuse_rehearsal,
)
from registry.reference import parse_reference


def _text(programme_id: str) -> str:
    return (files("registry") / "programmes" / f"{programme_id}.toml").read_text(encoding="utf-8")


def _parse(text: str) -> Programme:
    return parse_programme(parse_reference("t", text))


@pytest.mark.parametrize("programme_id", programme_ids())
def test_every_programme_loads_with_a_source_for_each_value(programme_id: str) -> None:
    programme = load_programme(programme_id)
    assert len(programme.terms()) >= 19
    for name, term in programme.terms().items():
        assert term.source.strip(), name
        assert term.status in {"verified", "unverified", "placeholder"}, name


def test_ccer_rules_that_were_read_in_the_measures() -> None:
    # 温室气体自愿减排交易管理办法(试行), articles 10, 12, 15, 17, 18, 19, 22, 28
    ccer = load_programme("ccer")
    assert ccer.kind == "ccer"
    assert ccer.notice_working_days.value == 20
    assert ccer.decision_working_days.value == 15
    assert ccer.issuance_window_years.value == 5
    assert ccer.validator_may_verify.value is False
    assert ccer.started_after_date is not None
    assert ccer.started_after_date.value == date(2012, 11, 8)
    assert ccer.removals_after_date is not None
    assert ccer.removals_after_date.value == date(2020, 9, 22)
    assert "voluntary" not in ccer.retirement_purposes.value


def test_ccer_market_rules_are_marked_unverified() -> None:
    unverified = load_programme("ccer").unverified()
    assert {"price_band_frac", "lot_tco2e", "order_max_tco2e", "settlement_days", "fee_frac"} <= set(
        unverified
    )
    assert "notice_working_days" not in unverified
    assert load_programme("ccer").price_band_frac.value == Decimal("0.10")


def test_nothing_of_the_demonstration_or_the_ticket_passes_for_verified() -> None:
    for programme_id in ("demonstration", "county-ticket"):
        programme = load_programme(programme_id)
        assert set(programme.unverified()) == set(programme.terms())


def test_scripted_decisions_are_refused_by_every_programme_that_is_not_a_demonstration() -> None:
    refused = []
    for programme_id in programme_ids():
        programme = load_programme(programme_id)
        if programme.kind == "demonstration":
            refuse_rehearsal(programme)
            continue
        assert not allows_rehearsal(programme)
        with pytest.raises(RegistryError) as caught:
            refuse_rehearsal(programme)
        assert caught.value.rule == "programme-rehearsal-refused"
        assert caught.value.params["programme"] == programme_id
        refused.append(programme_id)
    assert refused == ["ccer", "county-ticket"]


def test_no_key_of_a_file_can_switch_rehearsal_on() -> None:
    with pytest.raises(RegistryError, match=r"reference-key-unknown.*allows_rehearsal"):
        _parse(_text("ccer").replace('kind = "ccer"', 'kind = "ccer"\nallows_rehearsal = true'))


def test_bodies_that_oversee_the_market_may_not_trade_in_it() -> None:
    for programme_id in programme_ids():
        for kind in ("bureau", "exchange", "verifier", "supervisor", "system"):
            assert not may_trade(load_programme(programme_id), kind)
    assert may_trade(load_programme("ccer"), "company")
    assert not may_trade(load_programme("ccer"), "household")


def test_a_programme_is_frozen() -> None:
    programme = load_programme("ccer")
    with pytest.raises(dataclasses.FrozenInstanceError):
        programme.kind = "demonstration"  # type: ignore[misc]


def test_the_digest_follows_the_text() -> None:
    text = _text("ccer").replace("\r\n", "\n")
    assert _parse(text).sha256 == load_programme("ccer").sha256
    assert _parse(text + "# a word more\n").sha256 != _parse(text).sha256


def _replace(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert text.count(old) >= 1, old
        return text.replace(old, new, 1)

    return change


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (_replace('kind = "ccer"', 'kind = "official"'), "programme-choice"),
        (_replace('version = "2026-11"\n', ""), "reference-key-missing"),
        (_replace("[fee_frac]", "[fees]"), "reference-key-unknown"),
        (_replace("value = 20\n", 'value = "20"\n'), "reference-value-type"),
        (_replace("value = 20\n", "value = true\n"), "reference-value-type"),
        (_replace("value = 20\n", "value = 0\n"), "programme-range"),
        (_replace("value = 0.10", "value = 10"), "programme-range"),
        (_replace('unit = "working day"', 'unit = "day"'), "programme-unit"),
        (_replace('"village_collective"', '"village"'), "programme-choice"),
        (_replace('["listing"]', "[]"), "programme-range"),
        (_replace('status = "verified"', 'status = "sure"'), "reference-status-unknown"),
        (_replace('status = "verified"', 'status = "verified"\nclause = "10"'), "reference-key-unknown"),
        (_replace('source = "no fee', 'source = ""\n#'), "reference-key-missing"),
    ],
)
def test_a_file_that_is_not_in_order_is_refused(change: Callable[[str], str], rule: str) -> None:
    with pytest.raises(RegistryError) as caught:
        _parse(change(_text("ccer")))
    assert caught.value.rule == rule
