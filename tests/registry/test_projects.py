"""Registering a project on confirmed rights."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from registry import queries
from registry.errors import RegistryError, RuleViolation
from registry.projects import register_project
from registry.store import Registry


@pytest.fixture
def confirmed(registry: Registry, chain: SimpleNamespace) -> Registry:
    for name, act in chain.base_steps(registry):
        if name == "project":
            break
        act()
    return registry


def test_a_project_rests_on_one_right_for_each_parcel(confirmed: Registry, chain: SimpleNamespace) -> None:
    made = register_project(confirmed, chain.context("BUREAU", "p"), chain.make_project()).result
    assert made == {"project_code": chain.PROJECT, "serial_prefix": "CN-430624-XYAR01", "rights": 2}
    found = queries.projects(confirmed, chain.COUNTY)[0]
    assert (found["parcel_ids"], found["area_m2"]) == (["P0", "P1"], 80_001)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"right_kind": "林木所有权"}, "right-not-confirmed"),
        ({"parcel_ids": ("P0", "NONE")}, "right-not-confirmed: parcel_id=NONE"),
        ({"parcel_ids": ("P0", "P0")}, "parcel-repeated"),
        ({"crediting_end": date(2070, 1, 2)}, "right-not-confirmed"),
        ({"proponent": "NONE"}, "party-unknown"),
        ({"programme_id": "none"}, "reference"),
        ({"methodology": "other"}, "methodology-not-admitted"),
        ({"programme_id": "ccer", "start_date": date(2012, 1, 1)}, "project-too-early"),
    ],
)
def test_what_cannot_be_registered(
    confirmed: Registry, chain: SimpleNamespace, changes: dict[str, Any], refusal: str
) -> None:
    with pytest.raises(RegistryError, match=refusal):
        register_project(confirmed, chain.context("BUREAU", "p"), chain.make_project(**changes))
    assert queries.projects(confirmed) == []


def test_a_parcel_is_claimed_once(confirmed: Registry, chain: SimpleNamespace) -> None:
    register_project(confirmed, chain.context("BUREAU", "p"), chain.make_project())
    other = chain.make_project(project_code="XY-AR-02", parcel_ids=("P1", "P2"))
    with pytest.raises(RuleViolation, match="parcel-claimed: parcel_id=P1; project_code=XY-AR-01"):
        register_project(confirmed, chain.context("BUREAU", "p2"), other)
    with pytest.raises(RuleViolation, match="project-known"):
        register_project(confirmed, chain.context("BUREAU", "p3"), chain.make_project(parcel_ids=("P2",)))
