"""The documents say what the product has: quantities, settings, fields, files, links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from flows import county
from flows.settings import Settings
from mrv.units import QUANTITIES
from registry.programmes import load_programme, programme_ids
from registry.schema import triggers_for
from registry.working_days import load_calendar

LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def documents(root: Path) -> list[Path]:
    """Return the documents a person reads."""
    return sorted([*root.glob("*.md"), *(root / "docs").glob("*.md")])


def read(root: Path, name: str) -> str:
    """Return the text of a document."""
    return (root / name).read_text("utf-8")


def test_links_between_documents_lead_somewhere(project_root: Path) -> None:
    dead = [
        f"{path.name}: {target}"
        for path in documents(project_root)
        for target in LINK.findall(path.read_text("utf-8"))
        if "://" not in target and not (path.parent / target).exists()
    ]
    assert dead == []


def test_no_document_names_a_folder_of_somebodys_machine(project_root: Path) -> None:
    named = [
        f"{path.name}: {match}"
        for path in documents(project_root)
        for match in re.findall(r"(?<![\w.])/(?:home|root|work|Users|tmp)/\S*", path.read_text("utf-8"))
    ]
    assert named == []


def test_the_closed_list_of_quantities_is_documented(project_root: Path) -> None:
    rows = re.findall(
        r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", read(project_root, "docs/glossary.md"), re.M
    )
    documented = {row[0]: tuple(cell.strip() for cell in row[1:]) for row in rows if row[0] not in STATUSES}
    assert documented == {q.id: (q.unit, q.zh, q.en) for q in QUANTITIES.values()}


STATUSES = {"verified", "unverified", "placeholder"}


def test_every_setting_is_documented_and_none_is_made_up(project_root: Path) -> None:
    rows = re.findall(r"^\| `(TANHUI_[A-Z_]+)` \|", read(project_root, "docs/operations.md"), re.M)
    assert sorted(rows) == sorted(f"TANHUI_{name.upper()}" for name in Settings.model_fields)


def tables(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """Yield every table model of the county file."""
    for name in dir(county):
        candidate = getattr(county, name)
        if isinstance(candidate, type) and issubclass(candidate, model) and candidate is not model:
            yield candidate


def test_every_field_of_a_county_file_is_documented(project_root: Path) -> None:
    section = read(project_root, "docs/operations.md").split("## The county file")[1].split("\n## ")[0]
    inner = {"PartyTable", "DecisionTable", "NamedPopulation", "County"}  # see the bundled files
    missing = [
        f"{table.__name__}.{name}"
        for table in tables(county.Table)
        if table.__name__ not in inner
        for name, field in table.model_fields.items()
        if f"`{field.alias or name}`" not in section and f"[account.{name}]" not in section
    ]
    assert missing == []


def test_programmes_and_years_of_the_calendar_are_the_ones_described(project_root: Path) -> None:
    text = read(project_root, "docs/architecture.md")
    for programme_id in programme_ids():
        assert f"| `{programme_id}` | {load_programme(programme_id).kind} |" in text
    years = sorted(load_calendar().years)
    assert f"{', '.join(str(year) for year in years[:-1])} and {years[-1]}" in text


def test_the_forger_of_the_tour_removes_a_trigger_that_is_there(project_root: Path) -> None:
    (name,) = set(re.findall(r'"(tanhui_\w+)"', read(project_root, "docs/tour.md")))
    assert name in {trigger.name for trigger in triggers_for("sqlite")}


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_readme_shows_both_commands_and_what_the_product_is_not(project_root: Path, name: str) -> None:
    text = read(project_root, name)
    for needed in (
        "$ make demo",
        "$ make test",
        "CCER",
        "[rehearsal]",
        "Prefect",
        "make bundle",
        "```mermaid",
    ):
        assert needed in text
