"""Worked numbers of the methods (sections 1.3, 1.5, 3.1, 3.6 of the specification), through the profiles."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from mrv.account import account_removals
from mrv.profile import Profile, load
from mrv.removals import change_from_occasions
from mrv.sampling import Estimate, totals_stratified
from mrv.uncertainty import (
    carry_stock_forward,
    conservative_value,
    discount_amount,
    relative_half_width_of_change,
)
from mrv.vintages import split_vintages

T14, CM, CCER, VM = (
    load(i) for i in ("cdm-ar-tool14-v4.2", "ar-cm-001-v01", "ccer-14-001-v01", "vm0047-v1.0")
)
Z90 = 1.6448536269514722


def change(value: float, u: float = 0.0) -> Estimate:
    """Return a change whose relative half-width at 90 % is `u`, with a normal interval."""
    return Estimate(value, (u * abs(value) / Z90) ** 2, math.inf, "t CO2e", 30, "paired_change")


def lines(account: object) -> dict[str, float]:
    return {line.term: line.value for line in account.lines}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("value", "u", "baseline", "expected"),
    [
        (60.0, 0.15, False, 57.75),
        (60.0, 0.15, True, 62.25),
        (1000.0, 0.18, False, 910.0),
        (1000.0, 0.10, False, 1000.0),
    ],
)
def test_discount_of_ar_tool14(value: float, u: float, baseline: bool, expected: float) -> None:
    """Oracle discount_T14 (appendix 2)."""
    found = conservative_value(value, u, T14.discount_bands, T14.text("discount_basis"), baseline=baseline)
    assert found == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("value", "u", "expected"),
    [(1000.0, 0.18, 940.0), (-1000.0, 0.18, -1060.0), (1000.0, 0.25, 890.0), (1000.0, 0.10, 1000.0)],
)
def test_adjustment_of_ar_cm_001(value: float, u: float, expected: float) -> None:
    """Oracle dr_arcm001: a loss is made larger, a gain smaller."""
    assert conservative_value(value, u, CM.discount_bands, CM.text("discount_basis")) == pytest.approx(
        expected
    )
    account = account_removals(change(value, u - 1e-12), CM)
    assert account.net_tco2e == pytest.approx(expected)


def test_ar_cm_001_claims_nothing_where_plots_are_too_few() -> None:
    """From 30 % on more plots are needed."""
    account = account_removals(change(1000.0, 0.30 + 1e-9), CM)
    assert account.claim_tco2e == 0
    assert "uncertainty-over-limit" in [note.rule for note in account.notes]
    assert account_removals(change(1000.0, 0.299), CM).claim_tco2e == 890


def test_change_between_independent_occasions() -> None:
    """Oracle change_independent: u = .491847, so all of U is deducted: 12,000 - 5,902.17 = 6,097.83."""
    u = relative_half_width_of_change(50_000, 0.08, 62_000, 0.07)
    assert u == pytest.approx(0.49184742439997475, rel=1e-12)
    account = account_removals(change(12_000.0, u), T14, relative_half_width=u)
    assert lines(account)["uncertainty_discount"] == pytest.approx(-5_902.17, abs=0.005)
    assert account.net_tco2e == pytest.approx(6_097.83, abs=0.005)
    assert account.claim_tco2e == 6_097


def test_independent_occasions_from_their_stocks() -> None:
    """The same from two estimates in t C; a paired estimate of the same change would deduct nothing."""

    def stock(co2e: float, u: float) -> Estimate:
        carbon = co2e * 12 / 44
        return Estimate(carbon, (u * carbon / Z90) ** 2, math.inf, "t C", 20, "stratified")

    found = change_from_occasions(stock(50_000, 0.08), stock(62_000, 0.07), T14, years=(2020, 2025))
    assert found.change.value == pytest.approx(12_000.0)
    assert found.relative_half_width == pytest.approx(0.49184742439997475, rel=1e-9)
    account = account_removals(found.change, T14, relative_half_width=found.relative_half_width)
    assert account.net_tco2e == pytest.approx(6_097.83, abs=0.005)
    assert account_removals(change(12_000.0, 0.08), T14).net_tco2e == pytest.approx(12_000.0)


def test_the_undiscounted_stock_is_carried_forward() -> None:
    """AR-TOOL14 eq. 22-23: what was deducted from a claim is still in the stock."""
    second, u = carry_stock_forward(50_000.0, 0.08, 12_000.0, 0.49184742439997475)
    assert second == 62_000.0
    assert u == pytest.approx(math.hypot(4_000, 5_902.169092799697) / 62_000, rel=1e-12)


def test_cdr_of_ccer() -> None:
    """Oracle 1.3a: (12,500 - 300 - 0)(1 - .10) = 10,980."""
    account = account_removals(change(12_500.0), CCER, amounts_tco2e={"baseline_change": 300.0})
    assert account.net_tco2e == pytest.approx(10_980.0)
    assert account.claim_tco2e == 10_980


AREA = {"S1": 400.0, "S2": 250.0}
FIRST = {"S1": [30.1, 28.4, 35.2, 31.7, 26.9, 33.3], "S2": [18.2, 21.5, 16.9, 20.3, 19.1]}
SECOND = {"S1": [52.6, 49.9, 58.8, 55.1, 47.0, 56.2], "S2": [33.0, 37.9, 30.8, 36.5, 34.6]}


def end_to_end(profile: Profile) -> tuple[Estimate, object]:
    stratum = [name for name in FIRST for _ in FIRST[name]]
    ids = [f"{name}-{n}" for name in FIRST for n in range(len(FIRST[name]))]
    gain = np.concatenate([np.subtract(SECOND[name], FIRST[name]) for name in FIRST])
    biomass = totals_stratified(ids, gain[:, None], stratum, AREA).estimate(0, "t")
    co2e = replace(biomass.scaled(0.5 * 44 / 12, "t CO2e"), method="paired_change")
    return co2e, account_removals(co2e, profile)


def test_end_to_end_of_ccer() -> None:
    """Oracle 1.3b: two strata, paired plots, baseline 2 %, K 10 %: 20,654 t CO2e."""
    co2e, account = end_to_end(CCER.with_values({"baseline_share": (0.02, "oracle 1.3b")}))
    per_ha = co2e.scaled(12 / 44 / 0.5 / 650.0, "t/ha")
    assert per_ha.value == pytest.approx(19.651282051282053, rel=1e-12)
    assert per_ha.standard_error == pytest.approx(0.37709136309516933, rel=1e-12)
    assert co2e.df == 9
    assert co2e.relative_half_width(0.90) == pytest.approx(0.03517587568479413, rel=1e-9)
    assert co2e.value == pytest.approx(23_417.777777777777, rel=1e-12)
    found = lines(account)
    assert found["baseline_change"] == pytest.approx(-468.3556, abs=5e-5)
    assert found["uncertainty_discount"] == 0
    assert found["net_removals"] == pytest.approx(20_654.48, abs=1e-9)
    assert found["claim"] == 20_654


def test_vintages_by_days() -> None:
    """Oracle 1.3c: by days with the largest remainder."""
    split = split_vintages(20_654, date(2021, 3, 1), date(2026, 2, 28))
    expected = {2021: 3461, 2022: 4129, 2023: 4129, 2024: 4140, 2025: 4128, 2026: 667}
    assert {item.year: item.quantity_tco2e for item in split} == expected


def test_vm0047() -> None:
    """Oracle vm0047: min(1,000, 850) - 20 - (19 % - 15 %) 1,000 = 790, before the buffer of at least 10 %."""
    profile = VM.with_values({"performance_benchmark": (0.15, "oracle")})
    account = account_removals(change(1000.0, 0.19), profile, amounts_tco2e={"leakage": 20.0})
    found = lines(account)
    assert found["baseline_change"] == pytest.approx(-150.0)
    assert found["uncertainty_discount"] == pytest.approx(-40.0)
    before = sum(
        value for term, value in found.items() if term not in {"buffer_contribution", "net_removals", "claim"}
    )
    assert before == pytest.approx(790.0)
    assert found["buffer_contribution"] == pytest.approx(-79.0)
    assert account.claim_tco2e == 711


def test_vm0047_a_negative_benchmark_never_adds() -> None:
    """PB may be negative, hence the minimum; of a loss only a negative benchmark takes more."""
    worse = VM.with_values({"performance_benchmark": (-0.2, "test")})
    leak = {"leakage": 0.0}
    assert lines(account_removals(change(1000.0), worse, amounts_tco2e=leak))["baseline_change"] == 0
    assert lines(account_removals(change(-1000.0), worse, amounts_tco2e=leak))["baseline_change"] == -200.0


def test_the_buffer_is_never_less_than_the_smallest_rating() -> None:
    low = VM.with_values(
        {"performance_benchmark": (0.0, "test"), "buffer_share": (0.02, "a project's own wish")}
    )
    assert account_removals(change(1000.0), low, amounts_tco2e={"leakage": 0.0}).claim_tco2e == 900


def test_precision_rule_of_the_gold_standard() -> None:
    """Oracle gs_precision: 20 % at 90 %, the excess deducted: mean 100, E 23 % gives 97."""
    assert 100 - discount_amount(100.0, 0.23, [(0.20, 0.0), (math.inf, 1.0)], "excess") == pytest.approx(97.0)


def test_discount_of_art_trees() -> None:
    """Oracle trees_unc: .524417 HW / 1.645006 at HW 20 % is .0637587."""
    factor = discount_amount(1.0, 0.20, [(math.inf, 0.524417 / 1.645006)], "half_width")
    assert factor == pytest.approx(0.0637586732206448, rel=1e-9)
