"""Check what goes beside the inventory: rights, project, prices, reference sample.

What the registry would refuse later is refused here, with its row and before anything is recorded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flows.steps.parcels import ParcelSet
from flows.steps.reading import convert
from flows.steps.rights import PARTY_KINDS
from flows.workspace import Run
from geodata.findings import Finding
from geodata.landcover import CHANGE_CLASSES
from geodata.tables import Table, make_table
from mrv.table_checks import (
    check_order,
    check_ranges,
    check_references,
    check_repeated,
    check_shares,
    check_words,
)

Side = Mapping[str, Table]
RIGHT = ("certificate_no", "parcel_id", "kind", "valid_from", "valid_to")
"""Columns that make one right; its rows are the shares of its holders."""
PRICE_CNY_PER_T = (0.01, 100_000.0)
"""What a price can be [CNY/t CO2e]."""
SHARE_PART = (1, 1_000_000_000)
"""What the numerator or denominator of a share can be."""


def check_papers(run: Run, side: Side, parcels: ParcelSet) -> list[Finding]:
    """Return what is wrong with the tables beside the inventory; their fields are the person's headings."""
    named = make_table(parcels.source, {"parcel_id": parcels.parcel_id})
    checks = (
        _check_holders(side),
        _check_rights(side, named),
        _check_project(run, side),
        _check_project_parcels(side, named),
        _check_prices(side),
        _check_reference(side),
    )
    found = [convert(finding, *side.values()) for check in checks for finding in check]
    return [*found, *_check_one_project(side)]


def _check_holders(side: Side) -> Iterator[Any]:
    if holders := side.get("holders"):
        yield from check_repeated(holders, ("party_code",))
        yield from check_words(holders, "kind", tuple(PARTY_KINDS))


def _check_rights(side: Side, parcels: Table) -> Iterator[Any]:
    if rights := side.get("rights"):
        yield from check_repeated(rights, (*RIGHT, "party_code"))
        yield from check_references(rights, ("parcel_id",), parcels, ("parcel_id",))
        yield from check_references(rights, ("party_code",), side["holders"], ("party_code",))
        yield from check_order(rights, "valid_from", "valid_to")
        yield from check_ranges(rights, {"numerator": SHARE_PART, "denominator": SHARE_PART})
        yield from check_shares(rights, RIGHT, "numerator", "denominator")


def _check_project(run: Run, side: Side) -> Iterator[Any]:
    if project := side.get("project"):
        yield from check_order(project, "crediting_start", "crediting_end")
        if holders := side.get("holders"):
            parties = run.county.rehearsal.parties if run.county.rehearsal else ()
            known = [*holders["party_code"], *(party.code for party in parties)]
            owners = make_table(holders.source, {"party_code": known})
            yield from check_references(project, ("owner",), owners, ("party_code",))


def _check_project_parcels(side: Side, parcels: Table) -> Iterator[Any]:
    if listed := side.get("project_parcels"):
        yield from check_repeated(listed, ("parcel_id",))
        yield from check_references(listed, ("parcel_id",), parcels, ("parcel_id",))


def _check_prices(side: Side) -> Iterator[Any]:
    if prices := side.get("prices"):
        yield from check_ranges(prices, {"price_cny_per_t": PRICE_CNY_PER_T})


def _check_reference(side: Side) -> Iterator[Any]:
    if points := side.get("reference"):
        yield from check_repeated(points, ("point_id",))
        for column in ("map_class", "reference_class"):
            yield from check_words(points, column, CHANGE_CLASSES[1:])


def _check_one_project(side: Side) -> list[Finding]:
    project = side.get("project")
    if project is None or len(project) < 2:
        return []
    field = project.headings["project_code"]
    value = str(project["project_code"][1])
    return [Finding("project-not-one", "error", project.source, int(project.rows[1]), field, value)]
