from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from mrv.eligibility import ParcelFacts, ProjectFacts, check_eligibility
from mrv.methodology.model import ProfileValue
from mrv.profile import Profile, load

CCER, CM, VM, DEMO, T14 = (
    load(name) for name in ("ccer-14-001-v01", "ar-cm-001-v01", "vm0047-v1.0", "demo", "cdm-ar-tool14-v4.2")
)
RIGHT = (date(2015, 1, 1), date(2070, 1, 1))
CLEAR = {2018: 0.0, 2019: 0.1, 2020: 0.2}
GOOD = ParcelFacts("P1", 5_000.0, CLEAR, (RIGHT,))


def project(*parcels: ParcelFacts, **changes: object) -> ProjectFacts:
    base = ProjectFacts(
        parcels=parcels or (GOOD,),
        start=date(2021, 3, 1),
        crediting_start=date(2021, 3, 1),
        crediting_end=date(2051, 3, 1),
        period_start=date(2021, 3, 1),
        period_end=date(2026, 2, 28),
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def rules(facts: ProjectFacts, profile: Profile = CCER) -> list[str]:
    return [finding.rule for finding in check_eligibility(facts, profile).findings]


def test_a_project_that_passes_every_test() -> None:
    found = check_eligibility(project(), CCER)
    assert (found.findings, found.excluded, found.refused) == ((), frozenset(), False)
    assert [note.rule for note in found.notes] == ["eligibility-tested"]


@pytest.mark.parametrize(
    ("parcel", "rule"),
    [
        (replace(GOOD, area_m2=399.9), "patch-too-small"),
        (replace(GOOD, rights=()), "tenure-too-short"),
        (replace(GOOD, rights=((date(2021, 3, 2), date(2070, 1, 1)),)), "tenure-too-short"),
        (replace(GOOD, rights=((date(2015, 1, 1), date(2051, 2, 28)),)), "tenure-too-short"),
        (replace(GOOD, forest_frac={**CLEAR, 2019: 0.51}), "land-was-forest"),
        (replace(GOOD, forest_frac={2019: 0.0, 2020: 0.0}), "land-history-not-shown"),
        (replace(GOOD, forest_frac={}), "land-history-not-shown"),
    ],
)
def test_a_parcel_that_fails_is_left_out(parcel: ParcelFacts, rule: str) -> None:
    other = replace(GOOD, parcel_id="P2")
    found = check_eligibility(project(parcel, other), CCER)
    assert [(f.rule, f.value, f.severity) for f in found.findings] == [(rule, "P1", "error")]
    assert found.excluded == {"P1"}
    assert not found.refused
    told = {note.rule: note.params for note in found.notes}
    assert told[f"eligibility.{rule}"]["parcels"] == "P1"
    assert told["eligibility-tested"]["excluded"] == 1


def test_what_becomes_of_it_is_for_the_profile_to_say() -> None:
    bad, good = replace(GOOD, area_m2=1.0), replace(GOOD, parcel_id="P2")
    refusing = replace(
        CCER,
        values={**CCER.values, "ineligible_parcels": ProfileValue("refuse", "1", "t", "", "placeholder")},
    )
    assert check_eligibility(project(bad, good), refusing).refused
    assert check_eligibility(project(bad), CCER).refused  # nothing is left
    noting = check_eligibility(project(bad, good), DEMO)
    assert (noting.excluded, noting.refused) == (frozenset(), False)
    assert [finding.severity for finding in noting.findings] == ["warning"]


@pytest.mark.parametrize(
    ("day", "area_m2", "passes"),
    [
        (date(2019, 12, 31), 500, False),
        (date(2019, 12, 31), 667, True),
        (date(2020, 1, 1), 400, True),
        (date(2020, 1, 1), 399, False),
    ],
)
def test_the_smallest_patch_depends_on_the_start(day: date, area_m2: float, passes: bool) -> None:
    parcel = replace(GOOD, area_m2=area_m2, forest_frac=dict.fromkeys(range(2010, 2021), 0.0))
    facts = project(parcel, start=day, crediting_start=day)
    assert ("patch-too-small" not in rules(facts)) is passes


def test_a_stated_history_shows_what_no_map_shows_but_never_against_a_map() -> None:
    blank = replace(GOOD, forest_frac={})
    stated = {"non_forest_since": date(2015, 1, 1), "history_source": "survey of 2015"}
    assert rules(project(blank, **stated)) == []
    assert rules(project(blank, non_forest_since=date(2015, 1, 1))) == ["land-history-not-shown"]
    assert rules(project(blank, **{**stated, "non_forest_since": date(2018, 3, 2)})) == [
        "land-history-not-shown"
    ]
    wooded = replace(GOOD, forest_frac={2020: 0.9})
    assert rules(project(wooded, **stated)) == ["land-was-forest"]


def test_land_without_forest_since_a_day() -> None:
    parcel = replace(GOOD, forest_frac=dict.fromkeys(range(2005, 2021), 0.0))
    assert "land-was-forest" not in rules(project(parcel), CM)
    assert "land-was-forest" in rules(project(replace(parcel, forest_frac={2006: 0.8})), CM)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"start": date(2012, 11, 8)}, "project-started-too-early"),
        ({"period_start": date(2020, 9, 22), "period_end": date(2025, 9, 21)}, "removals-too-early"),
        ({"crediting_end": date(2041, 2, 28)}, None),
        ({"crediting_end": date(2040, 3, 1)}, "crediting-period-short"),
        ({"crediting_end": date(2061, 4, 1)}, "crediting-period-long"),
    ],
)
def test_the_project_as_a_whole(changes: dict[str, date], rule: str | None) -> None:
    parcel = replace(
        GOOD,
        forest_frac=dict.fromkeys(range(2005, 2021), 0.0),
        rights=((date(2000, 1, 1), date(2100, 1, 1)),),
    )
    found = check_eligibility(project(parcel, **changes), CCER)
    assert [finding.rule for finding in found.findings] == ([rule] if rule else [])
    assert found.refused is (rule is not None)


def test_a_long_interval_is_only_told() -> None:
    found = check_eligibility(project(period_end=date(2026, 3, 31)), CCER)
    assert [(f.rule, f.severity) for f in found.findings] == [("monitoring-interval-long", "warning")]
    assert not found.refused


def test_what_a_profile_does_not_say_is_not_tested_and_that_is_told() -> None:
    old = replace(GOOD, forest_frac=dict.fromkeys(range(2005, 2021), 0.0))
    unknown = {f.params["key"] for f in check_eligibility(project(old), VM).findings}
    assert unknown == {
        "crediting_years_min",
        "crediting_years_max",
        "minimum_patch_m2",
        "monitoring_interval_years",
    }
    bare = replace(GOOD, area_m2=0.1, rights=(), forest_frac={})
    assert rules(project(bare), T14) == []


def test_many_parcels_are_counted_and_some_are_named() -> None:
    parcels = tuple(replace(GOOD, parcel_id=f"P{n:03d}", area_m2=1.0) for n in range(50))
    found = check_eligibility(project(*parcels), DEMO)
    note = next(note for note in found.notes if note.rule == "eligibility.patch-too-small")
    assert note.params["count"] == 50
    assert str(note.params["parcels"]).count("P") == 20


def test_a_start_on_the_leap_day() -> None:
    parcel = replace(
        GOOD,
        forest_frac=dict.fromkeys(range(2015, 2020), 0.0),
        rights=((date(2000, 1, 1), date(2100, 1, 1)),),
    )
    facts = project(
        parcel,
        start=date(2020, 2, 29),
        crediting_start=date(2020, 2, 29),
        period_start=date(2020, 10, 1),
        period_end=date(2025, 9, 30),
    )
    assert rules(facts) == []
