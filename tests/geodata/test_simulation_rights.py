"""Rights: shares add up to one on every parcel, holders are roles, the project has its carbon revenue."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from fractions import Fraction

import pytest

from geodata.simulation.landscape import Landscape, build_landscape
from geodata.simulation.rights import CARBON_REVENUE, OWNERSHIP, PROJECT_OWNER, RightsTables, draw_rights


@pytest.fixture(scope="module")
def land() -> Landscape:
    return build_landscape(11, 400)


@pytest.fixture(scope="module")
def tables(land: Landscape) -> RightsTables:
    return draw_rights(11, land)


def test_the_shares_of_each_right_add_up_to_one(land: Landscape, tables: RightsTables) -> None:
    total: dict[tuple[object, object], Fraction] = defaultdict(Fraction)
    for row in tables.rights:
        total[row[1], row[2]] += Fraction(int(str(row[4])), int(str(row[5])))
    assert set(total.values()) == {Fraction(1)}
    names = land.administration.parcel_id
    assert {key[0] for key in total if key[1] == OWNERSHIP} == set(names[land.forest].tolist())
    assert {key[0] for key in total if key[1] == CARBON_REVENUE} == set(names[land.project > 0].tolist())


def test_some_rights_are_shared_and_no_holder_stands_twice_in_one(tables: RightsTables) -> None:
    keys = [(row[0], row[3]) for row in tables.rights]
    assert len(keys) == len(set(keys))
    assert any(row[5] == 3 for row in tables.rights)


def test_holders_are_named_for_their_role_and_marked(tables: RightsTables) -> None:
    assert {row[3] for row in tables.rights} <= {row[0] for row in tables.holders}
    assert all(str(row[1]).startswith("示范") and str(row[3]).startswith("SIM-") for row in tables.holders)
    assert {row[2] for row in tables.holders} == {"村集体", "国有林场", "企业", "农户"}
    assert len({row[3] for row in tables.holders}) == len(tables.holders)


def test_the_project_is_held_by_two_groups_and_the_company(land: Landscape, tables: RightsTables) -> None:
    parcels = set(land.administration.parcel_id[land.project > 0].tolist())
    holders = {row[3] for row in tables.rights if row[1] in parcels}
    assert PROJECT_OWNER in holders
    assert len(holders) == 3


def test_periods_run_beyond_the_crediting_period(tables: RightsTables) -> None:
    for row in tables.rights:
        start, end = row[6], row[7]
        assert isinstance(start, date)
        assert isinstance(end, date)
        assert start < date(2021, 1, 1)
        assert end > date(2040, 12, 31)
