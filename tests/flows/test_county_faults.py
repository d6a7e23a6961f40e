"""A county file with a fault: the sentence names the file, the row, the field and what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.county import load_county
from flows.county_faults import field_name, row_of
from flows.errors import CountyFileError
from registry.messages import render, render_fix

COUNTIES = Path(__file__).resolve().parents[2] / "flows" / "counties"
XIANGYIN, BARTLETT = "xiangyin.toml", "bartlett.toml"


def refused(tmp_path: Path, county: str, found: str, written: str) -> tuple[CountyFileError, int]:
    """Return the error of a county file with one passage replaced, and the row where that passage begins."""
    text = (COUNTIES / county).read_text("utf-8")
    before, passage, after = text.partition(found)
    assert passage == found
    path = tmp_path / "county.toml"
    path.write_text(before + written + after, "utf-8")
    with pytest.raises(CountyFileError) as caught:
        load_county(path)
    return caught.value, before.count("\n") + 1


@pytest.mark.parametrize(
    ("county", "found", "written", "rule", "field", "offset"),
    [
        (XIANGYIN, "simulated = true", "simulatd = true", "county-field-unknown", "county.simulatd", 0),
        (XIANGYIN, "[rights]", "[right]", "county-field-unknown", "right", 0),
        (XIANGYIN, 'path = "plots', 'paht = "plots', "county-field-unknown", "inventory.paht", 0),
        (XIANGYIN, 'kind = "nfi"\n', "", "county-field-missing", "inventory.kind", -1),
        (XIANGYIN, 'profile = "county-', '# profile = "', "county-field-missing", "account.profile", -1),
        (XIANGYIN, "as_of = 2026-06-30", 'as_of = "soon"', "county-field-value", "county.as_of", 0),
        (XIANGYIN, 'kind = "nfi"', 'kind = "other"', "county-field-value", "inventory.kind", 0),
        (XIANGYIN, "share = 0.4", "share = 40", "county-field-value", "rehearsal.decisions #6.share", 0),
        (XIANGYIN, '"list-units"', '"lst-units"', "county-field-value", "rehearsal.decisions #6.step", 0),
        (XIANGYIN, "year = 2022", "year = 2021", "county-field-order", "landcover #3.year", 0),
        (XIANGYIN, "last_year = 2025", "last_year = 2019", "county-field-order", "reference.last_year", 0),
        (XIANGYIN, "2025-12-31", "2020-12-31", "county-field-order", "project.period_end", 0),
        (
            BARTLETT,
            "second_year = 2002",
            "second_year = 1990",
            "county-field-order",
            "inventory.second_year",
            0,
        ),
        (BARTLETT, "area_ha = 1138.0", "area_ha = -1.0", "county-field-value", "inventory.area_ha", 0),
    ],
)
def test_row_and_field_are_named_in_both_languages(
    tmp_path: Path, county: str, found: str, written: str, rule: str, field: str, offset: int
) -> None:
    error, row = refused(tmp_path, county, found, written)
    assert (error.rule, error.params["field"], error.params["row"]) == (rule, field, row + offset)
    for lang in ("zh-CN", "en"):
        sentence = render(error, lang)
        assert [part for part in ("county.toml", field, str(row + offset)) if part not in sentence] == []
        assert "—" not in sentence
        assert render_fix(error, lang)


def test_what_is_allowed_is_said(tmp_path: Path) -> None:
    error, _ = refused(tmp_path, XIANGYIN, 'kind = "nfi"', 'kind = "other"')
    assert (error.params["value"], error.params["expected"]) == ("other", "'nfi', 'fiadb', 'plot_biomass'")
    error, _ = refused(tmp_path, XIANGYIN, "share = 0.4", "share = 40")
    assert error.params["expected"] == "≤ 1.0"


def test_all_alternatives_of_a_field_are_said(tmp_path: Path) -> None:
    error, _ = refused(tmp_path, XIANGYIN, "year = 2020", 'year = 2020\nnodata = "zero"')
    assert error.params["field"] == "landcover #1.nodata"
    assert error.params["expected"] == "2025 | 'none', 'declared'"


def test_rasters_may_be_listed_in_any_order(tmp_path: Path) -> None:
    text = (COUNTIES / XIANGYIN).read_text("utf-8")
    head, *rasters = text.partition("[reference]")[0].split("[[landcover]]")
    path = tmp_path / "county.toml"
    path.write_text("[[landcover]]".join([head, *rasters[::-1]]) + text[text.index("[reference]") :], "utf-8")
    assert load_county(path) == load_county(COUNTIES / XIANGYIN)


@pytest.mark.parametrize(
    ("place", "row", "name"),
    [
        (("a", "b"), 2, "a.b"),
        (("a", "c", "d"), 3, "a.c.d"),
        (("list", 1, "x"), 7, "list #2.x"),
        (("list", 1, "y"), 6, "list #2.y"),
        (("quoted key", "z"), 9, "quoted key.z"),
        (("nothing",), None, "nothing"),
    ],
)
def test_rows_are_those_of_the_text(place: tuple[str | int, ...], row: int | None, name: str) -> None:
    text = '[a]\nb = 1\nc.d = 2\n[[list]]\nx = 1\n[[list]] # second\nx = 2\n["quoted key"]\n"z" = 3\n'
    assert row_of(text, place) == row
    assert field_name(place) == name
