from __future__ import annotations

import ast
from importlib import resources
from pathlib import Path

import pytest

from mrv.errors import ProfileError
from mrv.methodology.model import ProfileValue
from mrv.profile import TERMS, Profile, find, load, parse, profile_ids, profile_text


@pytest.fixture
def text() -> str:
    return resources.files("mrv").joinpath("profiles", "demo.toml").read_text("utf-8")


IDS = ("ar-cm-001-v01", "ccer-14-001-v01", "cdm-ar-tool14-v4.2", "county-stock-v1", "demo", "vm0047-v1.0")


def test_the_profiles_there_are() -> None:
    assert profile_ids() == IDS
    assert len({load(name).sha256 for name in IDS}) == len(IDS)
    assert all(find(load(name).sha256) is load(name) for name in IDS)
    assert find("0" * 64) is None


@pytest.mark.parametrize("profile_id", IDS)
def test_every_value_says_where_it_comes_from(profile_id: str) -> None:
    profile = load(profile_id)
    assert profile.id == profile_id
    assert profile.conditions
    assert profile.equations
    for name, item in profile.entries().items():
        assert item.status != "verified" or item.clause, name
        assert item.kind in {"value", "parameter"} or (item.zh and item.en), name
        assert item.source
        assert item.unit
        assert item.status in {"verified", "unverified", "placeholder"}


def test_the_demonstration_profile() -> None:
    profile = load("demo")
    absent = {
        "other_pools_change",
        "buffer_contribution",
    }  # no further pool, and no buffer beside the deduction
    assert [step.term for step in profile.steps] == [term for term in TERMS if term not in absent]
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


def test_only_the_law_was_read() -> None:
    """The official texts were not opened: what is verified comes from the measures of 2023 alone."""
    for name in IDS:
        for item in load(name).entries().values():
            if item.status == "verified":
                assert item.source.startswith("温室气体自愿减排交易管理办法"), item
                assert item.clause.startswith("article ")


def test_the_eight_headings_of_the_report() -> None:
    sections = load("ccer-14-001-v01").sections
    assert [item.no for item in sections if "." not in item.no] == [str(n) for n in range(1, 9)]
    assert sections[1].zh == "适用条件"


def test_a_run_states_only_what_the_profile_leaves_to_it() -> None:
    with pytest.raises(ProfileError, match="profile-value-fixed"):
        load("ccer-14-001-v01").with_values({"risk_deduction": (0.0, "run")})


def test_a_value_that_is_missing_is_refused_by_name() -> None:
    with pytest.raises(ProfileError, match=r"profile-value-missing.*performance_benchmark"):
        load("vm0047-v1.0").number("performance_benchmark")
    with pytest.raises(ProfileError, match=r"profile-value-missing.*parameter:dead_wood_factor"):
        load("ccer-14-001-v01").parameter("dead_wood_factor")
    with pytest.raises(ProfileError, match=r"profile-key-missing.*parameters.none"):
        load("demo").parameter("none")
    assert load("cdm-ar-tool14-v4.2").parameter("shrub_root_shoot") == 0.40


def test_days_of_a_profile() -> None:
    assert str(load("ccer-14-001-v01").day("start_after_date")) == "2012-11-08"
    assert load("vm0047-v1.0").day("start_after_date") is None


def test_confirmed_names_are_not_open() -> None:
    profile = load("demo")
    assert "risk_deduction (unverified)" in profile.unverified()
    assert "risk_deduction (unverified)" not in profile.unverified({"risk_deduction"})
    assert "condition:patch (unverified)" in profile.unverified({"patch"})


def test_the_digest_of_a_value_is_that_of_what_it_says() -> None:
    one = ProfileValue(0.1, "1", "a text", "1", "unverified")
    assert one.sha256 == ProfileValue(0.1, "1", "another text", "2", "verified").sha256
    assert one.sha256 != ProfileValue(0.2, "1", "a text", "1", "unverified").sha256
    assert one.sha256 != ProfileValue(0.1, "t", "a text", "1", "unverified").sha256


def test_no_code_looks_at_the_name_of_a_profile(project_root: Path) -> None:
    named = [
        f"{path.relative_to(project_root)}: {name}"
        for package in ("mrv", "geodata", "registry", "flows")
        for path in sorted((project_root / package).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Compare)
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and (name := part.value) in IDS and name != "demo"
    ]
    assert named == []


def test_texts_are_packaged() -> None:
    assert parse(profile_text("demo"), "demo").sha256 == load("demo").sha256
    with pytest.raises(ProfileError, match="profile-unknown"):
        profile_text("none")
