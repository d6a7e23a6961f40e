"""Attributes are held against the rules of their scheme (methodology specification 6.4)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from geodata.attributes import MAX_LISTED, check_attributes
from geodata.findings import Finding
from geodata.parcel_schema import load_parcel_schema

SOUND: dict[str, Any] = {
    "DI_LEI": "030101",
    "YOU_SHI_SZ": "310",
    "QI_YUAN": "21",
    "LING_ZU": "3",
    "PINGJUN_NL": 23.0,
    "YU_BI_DU": 0.7,
    "PINGJUN_XJ": 14.2,
    "HUO_LMGQXJ": 130.0,
    "PINGJUN_SG": 11.5,
    "MEI_GQ_ZS": 1400.0,
    "MIAN_JI": 2.0,
}


def check(*parcels: dict[str, Any], area_ha: float | None = None) -> list[Finding]:
    columns = {
        name: np.array(
            [parcel[name] for parcel in parcels], dtype=object if isinstance(SOUND[name], str) else float
        )
        for name in parcels[0]
    }
    areas = None if area_ha is None else np.full(len(parcels), area_ha)
    rows = np.arange(2, len(parcels) + 2)
    return check_attributes("a.shp", columns, rows, load_parcel_schema("yzt_2020"), area_ha=areas)


def test_a_sound_parcel_has_no_findings() -> None:
    assert check(SOUND, area_ha=2.0) == []


@pytest.mark.parametrize("field", ["YOU_SHI_SZ", "QI_YUAN", "LING_ZU"])
def test_forest_has_species_origin_and_age_group(field: str) -> None:
    (found,) = check(SOUND, {**SOUND, field: ""})
    assert (found.rule, found.severity, found.row, found.field) == ("parcel-field-empty", "error", 3, field)
    assert found.params == {"condition": "DI_LEI=030101"}


def test_cropland_needs_none_of_them() -> None:
    bare = {**SOUND, "DI_LEI": "010000", "YOU_SHI_SZ": "", "QI_YUAN": "", "LING_ZU": "", "YU_BI_DU": 0.0}
    assert check({**bare, "HUO_LMGQXJ": 0.0}) == []


@pytest.mark.parametrize(
    ("closure", "rules"),
    [(0.19, ["parcel-value-below"]), (0.20, []), (1.0, []), (70.0, ["parcel-value-above"])],
)
def test_forest_closes_from_a_fifth_to_one(closure: float, rules: list[str]) -> None:
    assert [found.rule for found in check({**SOUND, "YU_BI_DU": closure})] == rules


@pytest.mark.parametrize(
    ("dbh", "volume", "broken"),
    [(5.0, 0.0, True), (5.0, np.nan, True), (4.9, 0.0, False), (5.0, 16.0, False)],
)
def test_trees_of_five_centimetres_have_a_volume(dbh: float, volume: float, broken: bool) -> None:
    found = check({**SOUND, "PINGJUN_XJ": dbh, "HUO_LMGQXJ": volume})
    assert [item.rule for item in found] == (["parcel-volume-missing"] if broken else [])
    if broken:
        assert found[0].params == {"other": "PINGJUN_XJ", "other_value": "5", "limit": 5.0}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, None),  # pi/40000 x 14.2^2 x (11.5 + 3) x 0.41 x 1400 = 131.8 m3/ha
        ({"HUO_LMGQXJ": 8.7}, 131.8),  # m3 per mu
        ({"PINGJUN_XJ": 142.0}, 13181.0),  # 0.1 cm
        ({"MEI_GQ_ZS": 93.0}, 8.8),  # stems per mu
        ({"MEI_GQ_ZS": 0.0}, None),
        ({"PINGJUN_SG": np.nan}, None),
    ],
)
def test_stems_and_sizes_give_the_volume(change: dict[str, float], expected: float | None) -> None:
    found = check({**SOUND, **change})
    assert [item.rule for item in found] == ([] if expected is None else ["parcel-stand-volume"])
    assert [item.params["expected"] for item in found] == pytest.approx(
        [] if expected is None else [expected], rel=1e-3
    )


@pytest.mark.parametrize(
    ("age", "group", "expected"),
    [
        (10.0, "1", None),  # Chinese fir, planted: to 10, 20, 25, 35 years (specification 6.2)
        (11.0, "2", None),
        (25.0, "3", None),
        (26.0, "4", None),
        (36.0, "5", None),
        (26.0, "3", 4),
        (10.0, "2", 1),
        (80.0, "1", 5),
    ],
)
def test_age_groups_agree_with_ages(age: float, group: str, expected: int | None) -> None:
    found = check({**SOUND, "PINGJUN_NL": age, "LING_ZU": group})
    assert [item.params["expected"] for item in found] == ([] if expected is None else [expected])
    assert {(item.rule, item.severity) for item in found} <= {("parcel-age-group", "warning")}


def test_ages_of_other_species_and_origins_are_left_alone() -> None:
    assert check({**SOUND, "YOU_SHI_SZ": "470", "PINGJUN_NL": 80.0}) == []
    assert check({**SOUND, "QI_YUAN": "11", "PINGJUN_NL": 80.0}) == []
    assert check({**SOUND, "PINGJUN_NL": np.nan}) == []


@pytest.mark.parametrize(
    ("recorded", "area_ha", "unit"),
    [
        (2.0, 2.02, None),  # 1 % of 2.02 ha
        (2.0, 2.03, "ha"),
        (0.05, 0.06, None),  # 0.01 ha for the small
        (30.0, 2.0, "mu"),
        (20_000.0, 2.0, "m2"),
        (np.nan, 2.0, "ha"),
        (0.0, 0.005, "ha"),
    ],
)
def test_recorded_area_agrees_with_the_shape(recorded: float, area_ha: float, unit: str | None) -> None:
    found = check({**SOUND, "MIAN_JI": recorded}, area_ha=area_ha)
    assert [(item.rule, item.params["unit"]) for item in found] == (
        [] if unit is None else [("parcel-area", unit)]
    )


def test_without_a_shape_the_area_is_not_judged() -> None:
    assert check({**SOUND, "MIAN_JI": 99.0}) == []


def test_fields_a_layer_lacks_are_not_judged() -> None:
    few = {"DI_LEI": "030101", "YU_BI_DU": 0.1}
    assert [found.rule for found in check(few)] == ["parcel-value-below"]


def test_many_findings_are_counted() -> None:
    found = check(*[{**SOUND, "LING_ZU": ""}] * (MAX_LISTED + 5))
    assert len(found) == MAX_LISTED + 1
    assert found[-1].rule == "findings-more"
    assert found[-1].params == {"kind": "parcel-field-empty", "count": MAX_LISTED + 5, "shown": MAX_LISTED}
    assert found[-1].field == "LING_ZU"


def test_the_rules_of_a_scheme_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(
        'id = "own"\nname_zh = "自有"\nname_en = "own"\nscript = "any"\nparcel_id = ["ID"]\n'
        '[fields]\nID = { zh = "号", en = "id", type = "text" }\n'
        'H = { zh = "高", en = "height", type = "float" }\n'
        '[[checks]]\nkind = "at_most"\nwhen = { ID = ["x"] }\nfields = ["H"]\nlimit = 60\n',
        "utf-8",
    )
    columns = {"ID": np.array(["x", "y"], dtype=object), "H": np.array([61.0, 61.0])}
    (found,) = check_attributes("a.shp", columns, np.array([2, 3]), load_parcel_schema(path))
    assert (found.rule, found.row, found.value, found.params) == (
        "parcel-value-above",
        2,
        "61",
        {"limit": 60.0, "condition": "ID=x"},
    )
