from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrv.errors import EstimationError, ProfileError
from mrv.profile import Profile, load, parse
from mrv.removals import account_removals, build_removals_statement, change_from_biomass
from mrv.sampling import Estimate
from mrv.statement import StatementHeader

STATED = {
    "carbon_fraction": (0.5, "test"),
    "pool_below_ground": ("excluded", "test"),
    "baseline_share": (0.0, "test"),
}
PROFILE = load("demo").with_values(STATED)


def change(value: float, standard_error: float = 0.0) -> Estimate:
    return Estimate(value, standard_error**2, 30, "t CO2e", 31, "paired_change")


def terms(account: object) -> dict[str, float]:
    return {line.term: line.value for line in account.lines}  # type: ignore[attr-defined]


def test_the_lines_add_up_in_the_order_of_the_profile() -> None:
    account = account_removals(change(10_000.0, 1_000.0), load("demo"))
    names = [line.term for line in account.lines]
    assert names == [*(step.term for step in load("demo").steps), "net_removals", "claim"]
    found = terms(account)
    assert sum(
        value for name, value in found.items() if name not in {"net_removals", "claim"}
    ) == pytest.approx(account.net_tco2e)
    # U = 1.697261 x 1,000 / 10,000 (t of 30 degrees of freedom): half of the half-width
    assert found["uncertainty_discount"] == pytest.approx(-0.5 * 1697.261, rel=1e-6)
    assert found["baseline_change"] == pytest.approx(-200.0)
    assert found["risk_deduction"] == pytest.approx(-0.1 * (10_000 - 848.6304 - 200), rel=1e-6)


def reordered() -> Profile:
    from importlib import resources  # noqa: PLC0415

    text = resources.files("mrv").joinpath("profiles", "demo.toml").read_text("utf-8")
    risk = '    { term = "risk_deduction", sign = -1, base = "subtotal" },\n'
    baseline = '    { term = "baseline_change", sign = -1, base = "project_change" },\n'
    assert risk in text
    assert baseline in text
    return parse(text.replace(risk, "").replace(baseline, risk + baseline), "demo")


def test_the_order_is_data() -> None:
    usual = account_removals(change(10_000.0), load("demo"))
    early = account_removals(change(10_000.0), reordered())
    assert usual.net_tco2e == pytest.approx((10_000 - 200) * 0.9)
    assert early.net_tco2e == pytest.approx(10_000 * 0.9 - 200)


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_more_uncertainty_never_claims_more(first: float, second: float) -> None:
    low, high = sorted((first, second))
    sure, unsure = (account_removals(change(50_000.0, x), PROFILE).claim_tco2e for x in (low, high))
    assert sure >= unsure >= 0


@given(st.floats(-1e6, 1e6))
def test_a_claim_is_whole_and_never_more_than_what_is_left(value: float) -> None:
    account = account_removals(change(value), PROFILE)
    assert account.claim_tco2e >= 0
    assert account.claim_tco2e <= max(account.net_tco2e, 0) + 1e-6
    if value > 2:
        assert account.net_tco2e - account.claim_tco2e < 1


def test_a_loss_claims_nothing_and_is_carried_forward() -> None:
    account = account_removals(change(-1_000.0), PROFILE)
    assert (account.claim_tco2e, account.carried_tco2e) == (0, -1_000.0)
    assert "claim-negative-carried" in [note.rule for note in account.notes]
    later = account_removals(change(5_000.0), PROFILE, carried_tco2e=account.carried_tco2e)
    assert later.claim_tco2e == 3_500
    assert terms(later)["carried_forward"] == -1_000.0


def test_amounts_measured_stand_in_place_of_shares() -> None:
    amounts = {"baseline_change": 100.0, "leakage": 50.0, "project_emissions": 25.0}
    account = account_removals(change(1_000.0), PROFILE, amounts_tco2e=amounts)
    assert account.net_tco2e == pytest.approx((1_000 - 175) * 0.9)


def test_change_from_biomass_by_hand() -> None:
    found = change_from_biomass(
        ["a", "b", "c"],
        [10_000, 20_000, 0],
        [16_000, 23_000, 0],
        area_ha=100.0,
        years=(1991, 2002),
        profile=PROFILE,
    )
    # 3 t/ha x 100 ha x .5 x 44/12
    assert found.change.value == pytest.approx(550.0)
    assert found.change.variance == pytest.approx(9e6 / 3 * (0.1 * 0.5 * 44 / 12) ** 2)
    assert (found.change.df, found.change.n_plots) == (2, 3)
    by_name = {(e.quantity, e.year): e.estimate for e in found.estimates}
    assert by_name["biomass_ag", 1991].value == pytest.approx(1_000.0)
    assert by_name["carbon_stock_ag", 2002].value == pytest.approx(650.0)
    assert by_name["net_change_per_ha_year", None].value == pytest.approx(0.5)
    assert {"rule": "zero-plots-kept", "params": {"count": 1, "n": 3}} in [n.canonical() for n in found.notes]


@pytest.mark.parametrize(
    ("stated", "years", "area", "rule"),
    [
        (STATED, (2002, 1991), 100.0, "campaigns-reversed"),
        (STATED, (1991, 2002), 0.0, "area-not-positive"),
        ({"carbon_fraction": (0.5, "test")}, (1991, 2002), 100.0, "roots-not-in-biomass"),
        ({"pool_below_ground": ("excluded", "test")}, (1991, 2002), 100.0, "carbon-fraction-not-stated"),
    ],
)
def test_what_a_run_must_state(
    stated: dict[str, tuple[object, str]], years: tuple[int, int], area: float, rule: str
) -> None:
    with pytest.raises(EstimationError, match=rule):
        change_from_biomass(
            ["a", "b"], [1, 2], [2, 3], area_ha=area, years=years, profile=load("demo").with_values(stated)
        )


def test_the_statement_of_a_project(header: StatementHeader) -> None:
    project = change_from_biomass(
        ["a", "b", "c"],
        [0, 0, 0],
        [9_000, 11_000, 10_000],
        area_ha=100.0,
        years=(2020, 2025),
        profile=PROFILE,
    )
    statement = build_removals_statement(header, PROFILE, project)
    # 10 t/ha x 100 ha x .5 x 44/12 = 1,833.33; U = 2.919986 x 577.35 / 10,000 = 16.9 %: half of it off
    u = 2.91998558 * (1_000_000 / 3) ** 0.5 / 10_000
    assert statement.claim_tco2e == int(1833.3333333 * (1 - 0.5 * u) * 0.9)
    assert statement.kind == "project_removals"
    assert sum(v.quantity_tco2e for v in statement.vintages) == statement.claim_tco2e
    rules = [note.rule for note in statement.notes]
    assert rules.count("profile-value-stated") == 3
    assert "account-uncertainty" in rules
    assert statement.lines[-1].value == statement.claim_tco2e


def test_a_statement_of_a_loss_has_no_vintages(header: StatementHeader) -> None:
    project = change_from_biomass(
        ["a", "b"], [9_000, 8_000], [1_000, 500], area_ha=100.0, years=(2020, 2025), profile=PROFILE
    )
    statement = build_removals_statement(header, PROFILE, project)
    assert (statement.claim_tco2e, statement.vintages) == (0, ())


def test_refusals(header: StatementHeader) -> None:
    project = change_from_biomass(
        ["a", "b"], [0, 0], [9_000, 8_000], area_ha=1.0, years=(2020, 2025), profile=PROFILE
    )
    with pytest.raises(ProfileError, match="profile-unverified"):
        build_removals_statement(replace(header, purpose="registration"), PROFILE, project)
    with pytest.raises(EstimationError, match="profile-kind"):
        account_removals(change(1.0), load("county-stock-v1"))
    with pytest.raises(EstimationError, match="account-input-invalid"):
        account_removals(change(1.0), PROFILE, carried_tco2e=5.0)
    with pytest.raises(EstimationError, match="account-input-invalid"):
        account_removals(replace(change(1.0), unit="t C"), PROFILE)


def test_no_permutation_of_the_plots_changes_a_bit(header: StatementHeader) -> None:
    ids, first, second = ["a", "b", "c"], [0.1, 0.2, 0.3], [9_000.7, 8_000.1, 7_000.3]
    digests = {
        build_removals_statement(
            header,
            PROFILE,
            change_from_biomass(
                [ids[i] for i in order],
                [first[i] for i in order],
                [second[i] for i in order],
                area_ha=77.7,
                years=(2020, 2025),
                profile=PROFILE,
            ),
        ).digest
        for order in itertools.permutations(range(3))
    }
    assert len(digests) == 1
