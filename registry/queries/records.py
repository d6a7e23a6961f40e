"""Statements, rights, projects, market and money, as plain rows."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import func, select

from registry.errors import NotFound
from registry.queries.reading import Row, rows_of, table_rows
from registry.rules import negative_rest as find_negative_rest
from registry.schema.market import PRICE_QUOTE
from registry.schema.statements import STATEMENT, VERIFICATION
from registry.schema.tenure import PARCEL, TENURE_RIGHT
from registry.store import Registry

_HEAD = [column for column in STATEMENT.columns if column.name != "canonical"]


def statements(
    registry: Registry, county_code: str | None = None, kind: str | None = None, status: str | None = None
) -> list[Row]:
    """Return statements with their verification, newest day last, without the canonical text."""
    query = (
        select(
            *_HEAD,
            VERIFICATION.c.verification_id,
            VERIFICATION.c.verifier,
            VERIFICATION.c.opinion,
            VERIFICATION.c.quantity_tco2e.label("verified_tco2e"),
            VERIFICATION.c.reason,
            VERIFICATION.c.verified_on,
        )
        .outerjoin(VERIFICATION, VERIFICATION.c.statement_id == STATEMENT.c.statement_id)
        .order_by(STATEMENT.c.as_of, STATEMENT.c.kind, STATEMENT.c.statement_id)
    )
    for name, value in (("county_code", county_code), ("kind", kind), ("status", status)):
        if value is not None:
            query = query.where(STATEMENT.c[name] == value)
    return rows_of(registry, query)


def statement(registry: Registry, statement_id: str) -> Row:
    """Return one statement with content, estimates, vintages and verification.

    The key ``content`` holds the canonical statement as a dictionary, from which
    `mrv.statement.Statement.from_canonical` reads it back.
    """
    rows = table_rows(registry, "statement", statement_id=statement_id)
    if not rows:
        raise NotFound("statement-unknown", statement_id=statement_id)
    row = rows[0]
    verification = table_rows(registry, "verification", statement_id=statement_id)
    return {
        **row,
        "content": json.loads(row["canonical"]),
        "estimates": table_rows(registry, "statement_estimate", statement_id=statement_id),
        "vintages": table_rows(registry, "statement_vintage", statement_id=statement_id),
        "confirmations": table_rows(registry, "statement_confirmation", statement_id=statement_id),
        "verification": verification[0] if verification else None,
    }


def confirmations(registry: Registry, profile_sha256: str | None = None) -> list[Row]:
    """Return confirmed values of methodologies, all or those of one profile's digest."""
    return table_rows(registry, "value_confirmation", profile_sha256=profile_sha256)


def negative_rest(registry: Registry, project_code: str, before: str) -> Row | None:
    """Return the negative rest that a period of a project starting on `before` has to make good."""
    rows = table_rows(registry, "statement", project_code=project_code, kind="project_removals")
    return find_negative_rest(rows, before)


def datasets(registry: Registry, county_code: str | None = None) -> list[Row]:
    """Return monitoring datasets with their files."""
    rows = table_rows(registry, "monitoring_dataset", county_code=county_code)
    for row in rows:
        row["files"] = table_rows(registry, "dataset_file", dataset_sha256=row["dataset_sha256"])
    return rows


def parties(registry: Registry, kind: str | None = None) -> list[Row]:
    """Return parties without salt and identity number."""
    hidden = ("salt", "identity_no")
    rows = table_rows(registry, "party", kind=kind)
    return [{name: value for name, value in row.items() if name not in hidden} for row in rows]


def accounts(registry: Registry, party_code: str | None = None) -> list[Row]:
    """Return accounts."""
    return table_rows(registry, "account", party_code=party_code)


def rights(
    registry: Registry, county_code: str | None = None, status: str | None = None, kind: str | None = None
) -> list[Row]:
    """Return rights with their shares: ``shares`` is a list of [party_code, numerator, denominator]."""
    query = select(TENURE_RIGHT).join(PARCEL, PARCEL.c.parcel_id == TENURE_RIGHT.c.parcel_id)
    for column, value in (
        (PARCEL.c.county_code, county_code),
        (TENURE_RIGHT.c.status, status),
        (TENURE_RIGHT.c.kind, kind),
    ):
        if value is not None:
            query = query.where(column == value)
    shares: dict[str, list[list[Any]]] = {}
    for share in table_rows(registry, "right_share"):
        part = [share["party_code"], share["numerator"], share["denominator"]]
        shares.setdefault(share["right_id"], []).append(part)
    found = rows_of(registry, query.order_by(TENURE_RIGHT.c.right_id))
    return [{**row, "shares": shares.get(row["right_id"], [])} for row in found]


def rights_counts(registry: Registry, county_code: str | None = None) -> list[Row]:
    """Return numbers of rights and their area [m2] by kind and status."""
    query = (
        select(
            TENURE_RIGHT.c.kind,
            TENURE_RIGHT.c.status,
            func.count().label("rights"),
            func.sum(PARCEL.c.area_m2).label("area_m2"),
        )
        .join(PARCEL, PARCEL.c.parcel_id == TENURE_RIGHT.c.parcel_id)
        .group_by(TENURE_RIGHT.c.kind, TENURE_RIGHT.c.status)
        .order_by(TENURE_RIGHT.c.kind, TENURE_RIGHT.c.status)
    )
    if county_code is not None:
        query = query.where(PARCEL.c.county_code == county_code)
    return [{**row, "area_m2": int(row["area_m2"])} for row in rows_of(registry, query)]


def parcels(registry: Registry, county_code: str | None = None) -> list[Row]:
    """Return parcels without their geometry."""
    columns = [column for column in PARCEL.columns if column.name != "geometry"]
    query = select(*columns).order_by(PARCEL.c.parcel_id)
    return rows_of(
        registry, query if county_code is None else query.where(PARCEL.c.county_code == county_code)
    )


def parcel_geometries(registry: Registry, county_code: str) -> list[Row]:
    """Return parcel_id and geometry (WKB) of the parcels of a county that have a shape and still hold."""
    query = (
        select(PARCEL.c.parcel_id, PARCEL.c.geometry)
        .where(
            PARCEL.c.county_code == county_code, PARCEL.c.geometry.is_not(None), PARCEL.c.valid_to.is_(None)
        )
        .order_by(PARCEL.c.parcel_id)
    )
    return rows_of(registry, query)


def notices(registry: Registry, status: str | None = None) -> list[Row]:
    """Return public notices with the number of rights and open objections on each."""
    on_notice = table_rows(registry, "tenure_right")
    open_ids = {row["right_id"] for row in table_rows(registry, "objection", status="open")}
    found = []
    for row in table_rows(registry, "public_notice", status=status):
        ids = [right["right_id"] for right in on_notice if right["notice_id"] == row["notice_id"]]
        found.append({**row, "rights": len(ids), "open_objections": len(open_ids & set(ids))})
    return found


def projects(registry: Registry, county_code: str | None = None) -> list[Row]:
    """Return projects with ``parcel_ids`` and their area [m2]."""
    areas = {row["parcel_id"]: row["area_m2"] for row in parcels(registry)}
    found = []
    for row in table_rows(registry, "project", county_code=county_code):
        links = table_rows(registry, "project_right", project_code=row["project_code"])
        ids = [link["parcel_id"] for link in links]
        found.append({**row, "parcel_ids": ids, "area_m2": sum(areas[i] for i in ids)})
    return found


def listings(registry: Registry, status: str | None = None) -> list[Row]:
    """Return listings."""
    return table_rows(registry, "listing", status=status)


def trades(registry: Registry, status: str | None = None) -> list[Row]:
    """Return trades with the ledger transaction that settled them, or None."""
    settled = {row["trade_id"]: row for row in table_rows(registry, "settlement")}
    rows = table_rows(registry, "trade", status=status)
    for row in rows:
        settlement = settled.get(row["trade_id"], {})
        row["txn_id"], row["settled_on"] = settlement.get("txn_id"), settlement.get("settled_on")
    return rows


def prices(registry: Registry, venue: str | None = None) -> list[Row]:
    """Return price quotes, oldest first."""
    query = select(PRICE_QUOTE).order_by(PRICE_QUOTE.c.quote_date, PRICE_QUOTE.c.venue)
    return rows_of(registry, query if venue is None else query.where(PRICE_QUOTE.c.venue == venue))


def valuations(registry: Registry, subject_kind: str | None = None) -> list[Row]:
    """Return valuations with their parameters as a dictionary."""
    rows = table_rows(registry, "valuation", subject_kind=subject_kind)
    return [{**row, "parameters": json.loads(row["parameters"])} for row in rows]


def duties(registry: Registry, county_code: str | None = None) -> list[Row]:
    """Return duties and where they stand."""
    return table_rows(registry, "duty_task", county_code=county_code)


def supervision_runs(registry: Registry, county_code: str | None = None) -> list[Row]:
    """Return supervision runs with their findings."""
    rows = table_rows(registry, "supervision_run", county_code=county_code)
    for row in rows:
        row["items"] = table_rows(registry, "supervision_finding", run_id=row["run_id"])
    return rows
