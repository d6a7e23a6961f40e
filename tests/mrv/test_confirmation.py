from __future__ import annotations

from dataclasses import replace

import pytest

from mrv.confirmation import Confirmation, matching_names, still_open
from mrv.errors import ProfileError
from mrv.methodology.rows import row_entry
from mrv.profile import Profile, load
from mrv.removals import ProjectChange, build_removals_statement
from mrv.sampling import Estimate
from mrv.statement import Statement, StatementHeader
from mrv.statement_items import DomainEstimate


def confirm(profile: Profile, name: str) -> Confirmation:
    digest = profile.entries()[name].sha256
    return Confirmation(name, f"CONF-{name}", profile.sha256, digest, "6.6", "BUREAU")


def test_a_confirmation_holds_for_one_file_and_one_value() -> None:
    profile = load("ccer-14-001-v01")
    good = confirm(profile, "risk_deduction")
    assert matching_names(profile, [good]) == {"risk_deduction"}
    assert matching_names(profile, [replace(good, profile_sha256="0" * 64)]) == set()
    assert matching_names(profile, [replace(good, value_sha256="0" * 64)]) == set()
    assert matching_names(profile, [replace(good, name="none")]) == set()


def test_what_a_run_states_is_not_what_was_confirmed() -> None:
    profile = load("ccer-14-001-v01")
    good = confirm(profile, "baseline_share")
    assert matching_names(profile.with_values({"baseline_share": (0.0, "run")}), [good]) == {"baseline_share"}
    assert matching_names(profile.with_values({"baseline_share": (0.1, "run")}), [good]) == set()


def test_it_reads_itself_back() -> None:
    good = confirm(load("demo"), "risk_deduction")
    assert Confirmation.from_canonical(good.canonical()) == good


def change() -> ProjectChange:
    found = Estimate(10_000.0, 100.0, 30, "t CO2e", 31, "paired_change")
    return ProjectChange(
        found, (DomainEstimate("account", "project", "net_change", found, period=(2020, 2025)),)
    )


def test_registration_takes_confirmed_values_and_lists_them(header: StatementHeader) -> None:
    profile = load("ccer-14-001-v01")
    registration = replace(header, purpose="registration")
    every = tuple(
        confirm(profile, name) for name, item in profile.entries().items() if item.status != "verified"
    )
    with pytest.raises(ProfileError, match="profile-unverified"):
        build_removals_statement(registration, profile, change())
    with pytest.raises(ProfileError, match=r"profile-unverified.*count=1"):
        build_removals_statement(registration, profile, change(), confirmed=every[1:])
    statement = build_removals_statement(registration, profile, change(), confirmed=every)
    assert statement.unverified == ()
    assert len(statement.confirmed) == len(every)
    assert Statement.from_canonical(statement.canonical()).digest == statement.digest


def test_registration_refuses_table_rows_that_nobody_confirmed(header: StatementHeader) -> None:
    profile = load("ccer-14-001-v01")
    every = tuple(
        confirm(profile, name) for name, item in profile.entries().items() if item.status != "verified"
    )
    rows = replace(change(), unverified=("biomass_factors.csv:310",))
    with pytest.raises(ProfileError, match=r"profile-unverified.*biomass_factors.csv:310"):
        build_removals_statement(replace(header, purpose="registration"), profile, rows, confirmed=every)


ROW = "biomass_factors.csv:310"


def confirm_row(profile: Profile, name: str) -> Confirmation:
    entry = row_entry(name)
    assert entry is not None
    return Confirmation(name, f"CONF-{name}", profile.sha256, entry.sha256, "table 2", "BUREAU")


def test_registration_takes_confirmed_table_rows_and_lists_those_it_rests_on(header: StatementHeader) -> None:
    profile = load("ccer-14-001-v01")
    every = tuple(
        confirm(profile, name) for name, item in profile.entries().items() if item.status != "verified"
    )
    rows = replace(change(), unverified=(ROW,))
    other = confirm_row(profile, "biomass_factors.csv:220")
    statement = build_removals_statement(
        replace(header, purpose="registration"),
        profile,
        rows,
        confirmed=(*every, confirm_row(profile, ROW), other),
    )
    assert statement.unverified == ()
    named = {item.name for item in statement.confirmed}
    assert ROW in named
    assert other.name not in named
    stale = replace(confirm_row(profile, ROW), value_sha256="0" * 64)
    with pytest.raises(ProfileError, match="profile-unverified"):
        build_removals_statement(
            replace(header, purpose="registration"), profile, rows, confirmed=(*every, stale)
        )


def test_what_is_still_open() -> None:
    profile = load("cdm-ar-tool14-v4.2")
    refs = ("cdm-ar-tool14-v4.2:parameter:dead_wood_factor", ROW, "stated:burned area")
    assert still_open(profile, refs, frozenset()) == tuple(sorted(refs))
    assert still_open(profile, refs, frozenset({ROW, "parameter:dead_wood_factor"})) == (
        "stated:burned area",
    )


def test_a_statement_without_confirmations_keeps_its_bytes(header: StatementHeader) -> None:
    statement = build_removals_statement(header, load("demo"), change())
    assert "confirmed" not in statement.canonical()
