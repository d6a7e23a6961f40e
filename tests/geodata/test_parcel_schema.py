"""Schemes are data, and read strictly."""

from __future__ import annotations

from pathlib import Path

import pytest

from geodata.errors import VectorError
from geodata.parcel_schema import load_parcel_schema

MINIMAL = """
id = "x"
name_zh = "甲"
name_en = "x"
script = "any"
parcel_id = ["ID"]
[fields]
ID = { zh = "号", en = "id", type = "code", width = [3] }
"""


@pytest.mark.parametrize("name", ["yzt_2020", "bighorn_district", "bighorn_admin"])
def test_packaged_schemes_load(name: str) -> None:
    assert load_parcel_schema(name).id == name


def test_the_one_map_scheme_says_what_the_specification_says() -> None:
    schema = load_parcel_schema("yzt_2020")
    assert schema.parcel_id == ("XIAN", "XIANG", "CUN", "LIN_BAN", "XIAO_BAN")
    assert [schema.fields[name].widths[0] for name in schema.parcel_id] == [6, 3, 3, 4, 5]
    assert schema.codes["species"]["310"][0] == "杉木"
    assert schema.codes["age_group"]["5"] == ("过熟林", "over-mature")
    fir = next(limit for limit in schema.age_limits if "310" in limit.species)
    assert fir.upper_year == (10, 20, 25, 35)


def test_aliases_are_in_both_languages() -> None:
    schema = load_parcel_schema("yzt_2020")
    assert schema.aliases()["MIAN_JI"] == "面积"
    assert schema.aliases("en")["MIAN_JI"] == "area"


def test_a_scheme_of_the_bureau_is_read_from_its_path(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(MINIMAL, "utf-8")
    assert load_parcel_schema(path).fields["ID"].optional is False


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ('colour = "red"\n' + MINIMAL, "parcel-scheme-invalid"),
        (MINIMAL.replace('type = "code"', 'type = "colour"'), "parcel-scheme-invalid"),
        (MINIMAL.replace("width = [3]", "size = 3"), "parcel-scheme-invalid"),
        (MINIMAL.replace("width = [3]", 'codes = "none"'), "parcel-scheme-invalid"),
        (MINIMAL.replace('parcel_id = ["ID"]', 'parcel_id = ["NO"]'), "parcel-scheme-invalid"),
        (MINIMAL + '[[checks]]\nkind = "odd"\nwhen = {}\nfields = []\n', "parcel-scheme-invalid"),
        ("id = ", "parcel-scheme-invalid"),
    ],
)
def test_what_a_scheme_may_not_say_is_refused(tmp_path: Path, change: str, rule: str) -> None:
    path = tmp_path / "own.toml"
    path.write_text(change, "utf-8")
    with pytest.raises(VectorError) as refused:
        load_parcel_schema(path)
    assert refused.value.rule == rule


@pytest.mark.parametrize("name", ["no_such_scheme", "no/such.toml"])
def test_a_missing_scheme_is_named(name: str) -> None:
    with pytest.raises(VectorError, match="parcel-scheme-missing"):
        load_parcel_schema(name)
