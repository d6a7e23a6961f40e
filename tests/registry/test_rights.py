"""From application over notice and objection to confirmation."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from registry import queries
from registry.errors import NotFound, RuleViolation
from registry.model import ParcelRecord, PartyRecord, RightApplication, RightShare
from registry.parties import register_parties
from registry.queries.reading import table_rows
from registry.rights import (
    apply_rights,
    confirm_rights,
    file_objection,
    open_notice,
    register_parcels,
    resolve_objection,
)
from registry.store import Registry

PARCEL = ParcelRecord(
    "P1", "430624", 50_000, date(2020, 1, 1), b"wkb", "EPSG:4547", (0.0001, -0.0001, 2.5, 3.0)
)
SHARES = (RightShare("A", 1, 3), RightShare("B", 2, 3))
RIGHT = RightApplication("C1", "P1", "林木所有权", SHARES, date(2020, 1, 1), date(2050, 1, 1), "d" * 64)
ENDS = date(2026, 2, 2)


@pytest.fixture
def ready(registry: Registry, chain: SimpleNamespace) -> Registry:
    people = [PartyRecord(code, "company", code, code) for code in ("A", "B")]
    register_parties(registry, chain.context("B", "people"), people)
    register_parcels(registry, chain.context("B", "parcels"), [PARCEL, replace(PARCEL, parcel_id="P2")])
    return registry


def apply(registry: Registry, chain: SimpleNamespace, *rights: RightApplication, key: str = "apply") -> Any:
    return apply_rights(registry, chain.context("A", key), rights)


def notice(registry: Registry, chain: SimpleNamespace, ids: list[str]) -> None:
    open_notice(registry, chain.context("B", "notice"), "430624", ids, ENDS)


def test_boxes_are_widened_to_whole_millimetres(ready: Registry) -> None:
    row = table_rows(ready, "parcel", parcel_id="P1")[0]
    assert (row["min_x_mm"], row["min_y_mm"], row["max_x_mm"], row["max_y_mm"]) == (0, -1, 2500, 3000)
    assert row["geometry"] == b"wkb"


def test_a_parcel_is_registered_once(ready: Registry, chain: SimpleNamespace) -> None:
    with pytest.raises(RuleViolation, match="parcel-known: parcel_id=P1"):
        register_parcels(ready, chain.context("B", "again"), [PARCEL])


def test_the_whole_way(ready: Registry, chain: SimpleNamespace) -> None:
    ids = apply(ready, chain, RIGHT).result["right_ids"]
    notice(ready, chain, ids)
    assert queries.notices(ready)[0]["rights"] == 1
    day = ENDS + timedelta(days=1)
    assert confirm_rights(ready, chain.context("B", "confirm", day), ids).result == {"confirmed": 1}
    right = queries.rights(ready, "430624", "confirmed")[0]
    assert right["shares"] == [["A", 1, 3], ["B", 2, 3]]
    assert right["confirmed_on"] == "2026-02-03"
    assert queries.rights_counts(ready) == [
        {"kind": "林木所有权", "status": "confirmed", "rights": 1, "area_m2": 50_000}
    ]


def test_applications_may_overlap_and_get_a_finding(ready: Registry, chain: SimpleNamespace) -> None:
    later = replace(RIGHT, certificate_no="C2", valid_from=date(2049, 1, 1), valid_to=date(2060, 1, 1))
    other = replace(RIGHT, certificate_no="C3", kind="碳汇收益权")
    outcome = apply(ready, chain, RIGHT, later, other)
    found = [(f.rule, f.value, f.params["certificate_no"], f.params["other"]) for f in outcome.findings]
    assert found == [("right-application-overlap", "P1", "C2", "C1")]
    again = apply(ready, chain, replace(RIGHT, certificate_no="C4"), key="apply-2")
    assert [f.params["other"] for f in again.findings] == ["C1", "C2"]


def test_of_two_overlapping_rights_only_one_is_confirmed(ready: Registry, chain: SimpleNamespace) -> None:
    ids = apply(ready, chain, RIGHT, replace(RIGHT, certificate_no="C2")).result["right_ids"]
    notice(ready, chain, ids)
    day = ENDS + timedelta(days=1)
    confirm_rights(ready, chain.context("B", "c1", day), ids[:1])
    with pytest.raises(Exception, match="right-overlap"):
        confirm_rights(ready, chain.context("B", "c2", day), ids[1:])


def test_nothing_is_confirmed_before_the_notice_is_over(ready: Registry, chain: SimpleNamespace) -> None:
    ids = apply(ready, chain, RIGHT).result["right_ids"]
    with pytest.raises(RuleViolation, match="right-not-in-state"):
        confirm_rights(ready, chain.context("B", "early"), ids)
    notice(ready, chain, ids)
    with pytest.raises(RuleViolation, match="notice-not-over"):
        confirm_rights(ready, chain.context("B", "last-day", ENDS), ids)


def test_an_open_objection_stops_the_confirmation(ready: Registry, chain: SimpleNamespace) -> None:
    ids = apply(ready, chain, RIGHT).result["right_ids"]
    with pytest.raises(RuleViolation, match="right-not-in-state"):
        file_objection(ready, chain.context("C", "too-early"), ids[0], "x")
    notice(ready, chain, ids)
    objection = file_objection(ready, chain.context("C", "object"), ids[0], "boundary").result["objection_id"]
    assert queries.notices(ready)[0]["open_objections"] == 1
    day = ENDS + timedelta(days=1)
    with pytest.raises(RuleViolation, match="objection-open"):
        confirm_rights(ready, chain.context("B", "confirm", day), ids)
    with pytest.raises(RuleViolation, match="objection-own"):
        resolve_objection(ready, chain.context("C", "self"), objection, "dismissed", "x")
    with pytest.raises(RuleViolation, match="objection-not-open"):
        resolve_objection(ready, chain.context("B", "odd"), objection, "forgotten", "x")
    done = resolve_objection(ready, chain.context("B", "resolve"), objection, "upheld", "surveyed")
    assert done.result["right_status"] == "rejected"
    with pytest.raises(RuleViolation, match="right-not-in-state"):
        confirm_rights(ready, chain.context("B", "confirm-2", day), ids)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"parcel_id": "NONE"}, "parcel-unknown"),
        ({"shares": (RightShare("NONE", 1, 1),)}, "party-unknown"),
        ({"shares": (RightShare("A", 1, 2),)}, "shares-not-one"),
        ({"valid_to": date(2020, 1, 1)}, "period-empty"),
    ],
)
def test_a_faulty_application_is_refused_as_a_whole(
    ready: Registry, chain: SimpleNamespace, changes: dict[str, Any], refusal: str
) -> None:
    before = queries.row_counts(ready)
    with pytest.raises(RuleViolation, match=refusal):
        apply(ready, chain, replace(RIGHT, certificate_no="C0"), replace(RIGHT, **changes))
    assert queries.row_counts(ready) == before


def test_a_right_stands_once_and_must_exist(ready: Registry, chain: SimpleNamespace) -> None:
    with pytest.raises(RuleViolation, match="right-repeated"):
        apply(ready, chain, RIGHT, RIGHT)
    with pytest.raises(NotFound, match="right-unknown"):
        notice(ready, chain, ["NONE"])
    with pytest.raises(RuleViolation, match="period-empty"):
        open_notice(ready, chain.context("B", "n"), "430624", [], date(2020, 1, 1))
