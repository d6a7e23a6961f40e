from __future__ import annotations

from importlib import resources

import pytest

from mrv.errors import ProfileError
from mrv.profile import TERMS, Profile, load, parse


@pytest.fixture
def text() -> str:
    return resources.files("mrv").joinpath("profiles", "demo.toml").read_text("utf-8")


@pytest.mark.parametrize("profile_id", ["demo", "county-stock-v1"])
def test_every_value_says_where_it_comes_from(profile_id: str) -> None:
    profile = load(profile_id)
    assert profile.id == profile_id
    for item in profile.values.values():
        assert item.source
        assert item.unit
        assert item.status in {"verified", "unverified", "placeholder"}


def test_the_demonstration_profile() -> None:
    profile = load("demo")
    assert [step.term for step in profile.steps] == list(TERMS)
    assert profile.discount_bands[0] == (0.10, 0.0)
    assert profile.carbon_fraction is None
    assert profile.roots
    assert profile.confidence_level == 0.90


def test_line_ends_do_not_change_the_digest(text: str) -> None:
    assert parse(text.replace("\n", "\r\n"), "demo").sha256 == load("demo").sha256


def test_a_changed_value_changes_the_digest(text: str) -> None:
    assert parse(text.replace("value = 0.02", "value = 0.03"), "demo").sha256 != load("demo").sha256


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("[values.rounding]", "[values.surprise]", "profile-key-unknown.*surprise"),
        ("[profile]\n", '[profile]\nauthor = "x"\n', "profile-key-unknown.*author"),
        ('clause = "eq. 5 (two-sided 90 %)"\n', "", "profile-key-missing.*confidence_level.clause"),
        ("value = 0.02", "value = 1.2", "profile-value-invalid.*baseline_share"),
        ("value = 0.02", "value = true", "profile-value-invalid.*baseline_share"),
        ('value = "floor"', 'value = "nearest"', "profile-value-invalid.*rounding"),
        ("[inf, 1.0]", "[0.5, 1.0]", "profile-value-invalid.*discount_bands"),
        ("[0.20, 0.50]", "[0.12, 0.50]", "profile-value-invalid.*discount_bands"),
        ("[0.20, 0.50]", "[0.20, 0.10]", "profile-value-invalid.*discount_bands"),
        ('term = "leakage"', 'term = "gift"', "profile-value-invalid.*account"),
        ('term = "leakage"', 'term = "risk_deduction"', "profile-value-invalid.*account"),
        ('base = "subtotal"', 'base = "none"', "profile-value-invalid.*account"),
        ('status = "placeholder"', 'status = "sure"', "profile-value-invalid"),
        ('id = "demo"', 'id = "demo2"', "profile-value-invalid"),
        ("[profile]", "[profile", "profile-unreadable"),
    ],
)
def test_a_profile_that_is_none(text: str, old: str, new: str, rule: str) -> None:
    assert old in text
    with pytest.raises(ProfileError, match=rule):
        parse(text.replace(old, new), "demo")


def test_an_unknown_profile_names_those_there_are() -> None:
    with pytest.raises(ProfileError, match="county-stock-v1, demo"):
        load("ccer-9")


def test_registration_needs_confirmed_values(text: str) -> None:
    with pytest.raises(ProfileError, match=r"profile-unverified.*risk_deduction"):
        load("demo").require("registration")
    confirmed = text.replace('"placeholder"', '"verified"').replace('"unverified"', '"verified"')
    parse(confirmed.replace('["demo"]', '["registration"]'), "demo").require("registration")


def test_a_purpose_must_be_named() -> None:
    load("demo").require("demo")
    load("county-stock-v1").require("inventory")
    with pytest.raises(ProfileError, match="profile-purpose"):
        load("demo").require("inventory")


def test_a_run_states_values() -> None:
    stated: Profile = load("demo").with_values(
        {"carbon_fraction": (0.5, "the data's README"), "pool_below_ground": ("excluded", "no roots")}
    )
    assert stated.carbon_fraction == 0.5
    assert not stated.roots
    assert stated.overridden == ("carbon_fraction", "pool_below_ground")
    assert "carbon_fraction (stated)" in stated.unverified()
    assert stated.sha256 == load("demo").sha256
    assert load("demo").carbon_fraction is None


@pytest.mark.parametrize(
    ("key", "value", "rule"),
    [
        ("surprise", 1.0, "profile-key-unknown"),
        ("carbon_fraction", 1.5, "profile-value-invalid"),
        ("pool_below_ground", "maybe", "profile-value-invalid"),
    ],
)
def test_a_run_cannot_state_anything(key: str, value: object, rule: str) -> None:
    with pytest.raises(ProfileError, match=rule):
        load("demo").with_values({key: (value, "run")})
