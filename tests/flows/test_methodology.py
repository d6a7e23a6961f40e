"""The pages of the documentation are what the profiles say; what a methodology lacks is told."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from flows.methodology import (
    WORDS,
    confirmation_request,
    described,
    difference_lines,
    overview,
    page,
    pages,
    readiness,
    readiness_lines,
    shown,
    write_pages,
)
from mrv.methodology.compare import differences
from mrv.methodology.domains import KEYS
from mrv.profile import load, profile_ids
from registry.messages import LANGUAGES
from registry.messages.catalogue import find_entry


def test_the_pages_are_those_that_are_generated(project_root: Path) -> None:
    folder = project_root / "docs" / "methodologies"
    made = pages()
    assert {path.name for path in folder.iterdir()} == set(made)
    for name, content in made.items():
        assert (folder / name).read_text("utf-8") == content, f"{name}: run tanhui methodology pages"


def test_writing_gives_one_page_for_each_methodology_and_language(tmp_path: Path) -> None:
    assert write_pages(tmp_path / "new") == len(LANGUAGES) * (len(profile_ids()) + 1)
    assert b"\r" not in (tmp_path / "new" / "demo.md").read_bytes()


@pytest.mark.parametrize("profile_id", profile_ids())
@pytest.mark.parametrize(("lang", "mark"), [("en", "**unverified**"), ("zh-CN", "**未核实**")])
def test_each_value_that_nobody_read_is_marked(profile_id: str, lang: str, mark: str) -> None:
    profile = load(profile_id)
    lines = page(profile, lang).splitlines()
    for name, item in profile.entries().items():
        row = next(line for line in lines if f"`{name}`" in line)
        assert (mark in row) is (item.status == "unverified"), name
        assert item.source.replace("|", "\\|") in row
    for shape in ("methodology.key.", "methodology.word.", "methodology-"):
        assert not any(shape in line for line in lines)


def test_each_key_and_word_has_a_name() -> None:
    names = [f"methodology.key.{key}" for keys in KEYS.values() for key in keys]
    names += [f"methodology.word.{word}" for word in WORDS]
    assert [name for name in names if find_entry(name) is None] == []


def test_values_as_people_read_them() -> None:
    entries = load("ccer-14-001-v01").entries()
    assert shown(entries["discount_bands"], "en") == "0.1 → 0.0; 0.2 → 0.06; 0.3 → 0.11; no limit → 1.0"
    assert shown(entries["minimum_patch_m2"], "zh-CN") == "2019-12-31 → 667.0; 此后 → 400.0"
    assert shown(entries["crediting_years_min"], "en") == "20 a"
    assert shown(entries["parameter:dead_wood_factor"], "en") == "(no value yet)"
    assert shown(entries["condition:patch"], "zh-CN").startswith("每个地块连续面积不小于400平方米")
    assert shown(entries["account"], "en").startswith("+ change of the project's carbon stock; + ")


def test_what_stands_before_a_registration() -> None:
    profile = load("ccer-14-001-v01")
    state = readiness(profile)
    assert state["ready"] is False
    assert state["registration"] is True
    assert state["missing"] == [
        "parameter:dead_wood_factor",
        "parameter:litter_factor",
        "parameter:soil_rate_cap_tc_per_ha_year",
    ]
    assert len(state["unverified"]) == len(profile.unverified())
    assert "condition:not-wetland" in state["person"]
    lines = readiness_lines(profile, state, "zh-CN")
    assert any("不是湿地" in line for line in lines)
    assert readiness(load("demo"))["registration"] is False


def rows_of(profile_id: str, *names: str) -> list[dict[str, str]]:
    profile = load(profile_id)
    return [
        {
            "name": name,
            "confirmation_id": f"CONF-{name}",
            "profile_sha256": profile.sha256,
            "value_sha256": profile.entries()[name].sha256,
            "clause": "6.6",
            "confirmed_by": "BUREAU",
        }
        for name in names
    ]


def test_confirmed_values_are_shown_as_such() -> None:
    profile, rows = load("demo"), rows_of("demo", "risk_deduction")
    assert readiness(profile, rows)["confirmed"] == ["risk_deduction"]
    assert "risk_deduction (unverified)" not in readiness(profile, rows)["unverified"]
    assert described(profile, rows)["entries"]["risk_deduction"]["confirmed_by"] == ["BUREAU"]
    row = next(line for line in page(profile, "en", rows).splitlines() if "`risk_deduction`" in line)
    assert row.startswith("| ✓✓ confirmed |")
    stale = [{**rows[0], "value_sha256": "0" * 64}]
    assert readiness(profile, stale)["confirmed"] == []


def test_two_methodologies_beside_each_other() -> None:
    found = {item.name: item for item in differences(load("ar-cm-001-v01"), load("ccer-14-001-v01"))}
    assert found["risk_deduction"].what == "value"
    assert found["discount_bands"].what == "source"
    assert found["parameter:litter_ratio_a"].what == "only-first"
    assert found["condition:not-wetland"].what == "only-second"
    assert "tenure" not in differences(load("demo"), load("demo"))
    lines = difference_lines(tuple(found.values()), "en")
    assert "differs  risk_deduction" in lines
    assert differences(load("demo"), load("demo")) == ()


def test_the_overview_counts_what_is_open() -> None:
    rows = {row["id"]: row for row in overview()}
    assert rows["county-stock-v1"]["open"] == rows["county-stock-v1"]["entries"]
    assert rows["ccer-14-001-v01"]["open"] == rows["ccer-14-001-v01"]["entries"] - 6


def test_a_request_carries_the_digest_of_what_was_read(tmp_path: Path) -> None:
    paper = tmp_path / "page.jpg"
    paper.write_bytes(b"the page")
    request = confirmation_request("demo", "tenure", clause="2", evidence=paper, seen=None, note="n")
    profile = load("demo")
    assert request.value_sha256 == profile.entries()["tenure"].sha256
    assert request.profile_sha256 == profile.sha256
    assert request.evidence_sha256 == hashlib.sha256(b"the page").hexdigest()
    seen = confirmation_request("demo", "none", clause="2", evidence=paper, seen=None, note="")
    assert seen.value_sha256 == "0" * 64
