"""Design files: the three kinds, and what is refused with its field."""

from __future__ import annotations

from pathlib import Path

import pytest

from geodata.design import PACKAGED_MAPPING, read_design
from geodata.errors import TableError


@pytest.fixture
def design(tmp_path: Path) -> Path:
    return tmp_path / "design.toml"


def test_simple(design: Path) -> None:
    design.write_text('kind = "simple"\narea_ha = 1000\n', "utf-8")
    found = read_design(design)
    assert (found.kind, found.area_ha, found.single_plot, found.mapping, found.year) == (
        "simple",
        1000.0,
        "refuse",
        PACKAGED_MAPPING,
        None,
    )


def test_stratified(design: Path) -> None:
    design.write_text(
        'kind = "stratified"\nsingle_plot = "collapse"\nyear = 2025\nmapping = "my.toml"\n'
        '[strata]\n"杉木" = 620.0\n"毛竹" = 380\n',
        "utf-8",
    )
    found = read_design(design)
    assert dict(found.strata) == {"杉木": 620.0, "毛竹": 380.0}
    assert (found.single_plot, found.year, found.mapping) == ("collapse", 2025, design.parent / "my.toml")


def test_post_stratified(design: Path) -> None:
    design.write_text(
        'kind = "post_stratified"\n'
        '[[units]]\nid = "a"\narea_ha = 100.0\nstrata = { forest = 52, other = 48 }\n'
        '[[units]]\nid = "b"\narea_ha = 50.0\nstrata = { forest = 1 }\n',
        "utf-8",
    )
    units = read_design(design).units
    assert [unit.id for unit in units] == ["a", "b"]
    assert dict(units[0].strata) == {"forest": 52.0, "other": 48.0}


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("kind = 3", "kind"),
        ('kind = "random"', "kind"),
        ("area_ha = 3", "kind"),
        ('kind = "simple"', "area_ha"),
        ('kind = "simple"\narea_ha = 0', "area_ha"),
        ('kind = "simple"\narea_ha = true', "area_ha"),
        ('kind = "simple"\narea_ha = nan', "area_ha"),
        ('kind = "simple"\narea_ha = 5\narea = 3', "area"),
        ('kind = "simple"\narea_ha = 5\nyear = "2025"', "year"),
        ('kind = "simple"\narea_ha = 5\nsingle_plot = "zero"', "single_plot"),
        ('kind = "stratified"\n[strata]', "strata"),
        ('kind = "stratified"\nstrata = 3', "strata"),
        ('kind = "stratified"\n[strata]\na = -1', "strata.a"),
        ('kind = "post_stratified"\nunits = []', "units"),
        ('kind = "post_stratified"\n[[units]]\nid = "a"', "units[1]"),
        (
            'kind = "post_stratified"\n[[units]]\nid = "a"\narea_ha = 1\nstrata = { a = 0 }',
            "units[1].strata.a",
        ),
        (
            'kind = "post_stratified"\n' + '[[units]]\nid = "a"\narea_ha = 1\nstrata = { a = 1 }\n' * 2,
            "units.id",
        ),
        ('kind = "simple"\narea_ha = 5\nauxiliary = 3', "auxiliary.means"),
        ('kind = "simple"\narea_ha = 5\n[auxiliary]\nmeans = {}', "auxiliary.means"),
        ('kind = "simple"\narea_ha = 5\n[auxiliary]\nmeans = { x = "1" }', "auxiliary.means.x"),
        ('kind = "simple"\narea_ha = 5\n[auxiliary]\nmeans = { x = 1 }\npoints = 0', "auxiliary.points"),
        ('kind = "simple"\narea_ha = 5\n[auxiliary]\nmeans = { x = 1 }\nmean = 1', "auxiliary.mean"),
        ("kind = ", "-"),
    ],
)
def test_what_is_refused(design: Path, text: str, field: str) -> None:
    design.write_text(text, "utf-8")
    with pytest.raises(TableError, match="design-invalid") as caught:
        read_design(design)
    assert caught.value.params["field"] == field


def test_the_documented_design_is_one(project_root: Path, design: Path) -> None:
    text = (project_root / "docs" / "operations.md").read_text("utf-8")
    example = text.partition("```toml\n# design.toml\n")[2].partition("```")[0]
    design.write_text(example, "utf-8")
    found = read_design(design)
    assert (found.kind, dict(found.strata)) == ("stratified", {"杉木": 620.0, "毛竹": 380.0})


def test_a_design_that_is_not_there(design: Path) -> None:
    with pytest.raises(TableError, match="design-missing"):
        read_design(design)
