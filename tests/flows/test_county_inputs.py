"""``[project.inputs]``: every item reaches the science, and what is wrong is named with its row."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from flows import county_inputs
from flows.county import County, load_county
from flows.errors import CountyFileError
from mrv.pools import project_inputs as science

HERE = Path(__file__).resolve().parent
COUNTY = (HERE.parents[1] / "flows" / "counties" / "xiangyin.toml").read_text("utf-8")
INPUTS = (HERE / "project_inputs.toml").read_text("utf-8")


def load(tmp_path: Path, inputs: str) -> County:
    path = tmp_path / "county.toml"
    path.write_text(COUNTY + inputs, "utf-8")
    return load_county(path)


def test_every_item_reaches_the_science(tmp_path: Path) -> None:
    project = load(tmp_path, INPUTS).project
    assert project is not None
    assert project.inputs is not None
    stated = project.inputs.stated()
    assert stated.fires == (science.Fire(2023, 10.0, 60.0, "simulated: fire record"),)
    assert stated.dead_organic is not None
    assert stated.dead_organic.rain_mm == 1400.0
    assert stated.soils[0].land_use_factor == 0.95
    assert stated.shrubs[0].first_cover_frac == 0.3
    assert stated.bamboos[0].last_culms_per_ha == 1000.0
    assert stated.harvests[0].product == "panels"
    assert stated.displacements == ()
    assert stated.pre_project is not None
    assert stated.pre_project[0].removed_year == 2021


def test_what_is_not_stated_is_left_to_the_methodology(tmp_path: Path) -> None:
    project = load(tmp_path, "").project
    assert project is not None
    assert project.inputs is None
    empty = county_inputs.ProjectInputsTable()
    assert empty.stated() == science.NOTHING_STATED


@pytest.mark.parametrize(
    ("item", "record"),
    [
        (county_inputs.FireItem, science.Fire),
        (county_inputs.DeadOrganicItem, science.DeadOrganic),
        (county_inputs.SoilItem, science.SoilLand),
        (county_inputs.ShrubItem, science.ShrubLand),
        (county_inputs.BambooItem, science.BambooLand),
        (county_inputs.HarvestItem, science.Harvest),
        (county_inputs.DisplacementItem, science.Displacement),
        (county_inputs.PreProjectItem, science.PreProject),
        (county_inputs.ProjectInputsTable, science.ProjectInputs),
    ],
)
def test_file_and_science_have_the_same_fields(item: type[county_inputs.Item], record: type) -> None:
    assert set(item.model_fields) == {field.name for field in dataclasses.fields(record)}


@pytest.mark.parametrize(
    ("found", "written", "rule", "field"),
    [
        ('soil = "lac"', 'soil = "clay"', "county-field-value", "project.inputs.soils #1.soil"),
        (
            "area_ha = 10.0\nbiomass",
            "area_ha = -1.0\nbiomass",
            "county-field-value",
            "project.inputs.fires #1.area_ha",
        ),
        ("du = 2.0", "age = 2.0", "county-field-unknown", "project.inputs.bamboos #1.age"),
        ("year = 2024\n", "", "county-field-missing", "project.inputs.harvests #1.year"),
        ("kept = false", "kept = true", "county-field-order", "project.inputs.pre_project #1.removed_year"),
    ],
)
def test_a_fault_is_named(tmp_path: Path, found: str, written: str, rule: str, field: str) -> None:
    assert found in INPUTS
    with pytest.raises(CountyFileError) as caught:
        load(tmp_path, INPUTS.replace(found, written, 1))
    assert (caught.value.rule, caught.value.params["field"]) == (rule, field)
