"""Issuance: verified tonnes of a project become units in serial ranges.

One series for each project and vintage; serials are taken from its locked counter, never
from a maximum. What is issued for a statement never exceeds what was verified, in all and
by vintage. A county stock can never be issued.
"""

from __future__ import annotations

from collections.abc import Mapping

from registry.errors import NotFound, RuleViolation
from registry.ledger import Movement, Posting, new_block, own_account, post
from registry.model import Context, Outcome
from registry.rules import SerialBlock, require_positive
from registry.store import Registry, Row, UnitOfWork

ISSUER = "SYS-ISSUANCE"


def issue_units(
    registry: Registry,
    context: Context,
    statement_id: str,
    account_id: str,
    quantities: Mapping[int, int] | None = None,
) -> Outcome:
    """Issue units of a verified statement to an account of the project's owner.

    Parameters
    ----------
    registry, context
        Where, and who asks when under which key.
    statement_id
        Verified statement of kind ``project_removals``.
    account_id
        Account of the project's proponent.
    quantities
        Units for each vintage [t CO2e]; None issues all that is verified and not yet issued.

    Returns
    -------
    Outcome
        ``quantity``, ``txn_id`` and ``blocks``: list of {lot, vintage, lo, hi, serials}.
    """

    def act(uow: UnitOfWork) -> Row:
        statement = _issuable(uow, statement_id)
        project = uow.get("project", project_code=statement["project_code"])
        account = own_account(uow, account_id, actor_owns=False)
        if account["party_code"] != project["proponent"]:
            raise RuleViolation(
                "account-not-proponent", account_id=account_id, proponent=project["proponent"]
            )
        if uow.context.actor in (statement["maker"], project["proponent"]):
            raise RuleViolation("issuer-is-maker", actor=uow.context.actor)
        wanted = _wanted(uow, statement, quantities)
        _require_period_free(uow, statement)
        made = [_allocate(uow, project, vintage, wanted[vintage]) for vintage in sorted(wanted)]
        txn_id = _book(uow, account_id, made)
        for block in made:
            _record(uow, statement, account_id, (block, txn_id))
        return {
            "quantity": sum(block.quantity for block in made),
            "txn_id": txn_id,
            "blocks": [_shown(block) for block in made],
        }

    asked = {str(year): quantity for year, quantity in (quantities or {}).items()}
    request = {"statement_id": statement_id, "account_id": account_id, "quantities": asked}
    return registry.execute(context, "issue_units", request, act)


def _shown(block: SerialBlock) -> Row:
    vintage = int(block.series_id.rsplit("-", 1)[1])
    return {
        "lot": block.series_id,
        "vintage": vintage,
        "lo": block.lo,
        "hi": block.hi,
        "quantity": block.quantity,
        "serials": block.label,
    }


def _issuable(uow: UnitOfWork, statement_id: str) -> Row:
    statement = uow.find("statement", lock=True, statement_id=statement_id)
    if statement is None:
        raise NotFound("statement-unknown", statement_id=statement_id)
    if statement["kind"] != "project_removals":
        raise RuleViolation("stock-not-issuable", statement_id=statement_id, kind=statement["kind"])
    if statement["status"] != "verified":
        raise RuleViolation("statement-not-verified", statement_id=statement_id, status=statement["status"])
    return statement


def _wanted(uow: UnitOfWork, statement: Row, quantities: Mapping[int, int] | None) -> dict[int, int]:
    verification = uow.get("verification", statement_id=statement["statement_id"])
    where = {"verification_id": verification["verification_id"]}
    free = {row["vintage"]: row["quantity_tco2e"] for row in uow.select("verification_vintage", where)}
    for row in uow.select("issuance", {"statement_id": statement["statement_id"]}):
        free[row["vintage"]] -= row["quantity"]
    wanted = dict(quantities) if quantities else {year: left for year, left in free.items() if left}
    if not wanted:
        raise RuleViolation("nothing-to-issue", statement_id=statement["statement_id"])
    for year, quantity in wanted.items():
        require_positive("quantity", quantity)
        if quantity > free.get(year, 0):
            raise RuleViolation("issued-over-verified", vintage=year, wanted=quantity, free=free.get(year, 0))
    return wanted


def _require_period_free(uow: UnitOfWork, statement: Row) -> None:
    for row in uow.select("issuance", {"project_code": statement["project_code"]}):
        apart = row["period_end"] < statement["period_start"] or statement["period_end"] < row["period_start"]
        if row["statement_id"] != statement["statement_id"] and not apart:
            raise RuleViolation(
                "issuance-period-overlap",
                statement_id=statement["statement_id"],
                other=row["statement_id"],
            )


def _allocate(uow: UnitOfWork, project: Row, vintage: int, quantity: int) -> SerialBlock:
    series_id = f"{project['serial_prefix']}-{vintage}"
    first = {"series_id": series_id, "project_code": project["project_code"], "vintage": vintage}
    uow.insert_missing("series", {**first, "next_serial": 1})
    series = uow.get("series", lock=True, series_id=series_id)
    lo = series["next_serial"]
    uow.update("series", series, {"next_serial": lo + quantity})
    return SerialBlock(series_id, lo, lo + quantity)


def _book(uow: UnitOfWork, account_id: str, blocks: list[SerialBlock]) -> str:
    postings = []
    for block in blocks:
        postings.append(Posting(ISSUER, block.series_id, -block.quantity))
        postings.append(Posting(account_id, block.series_id, block.quantity))
    txn_id = post(uow, "issue", postings, [Movement(block, ISSUER, account_id) for block in blocks])
    for block in blocks:
        new_block(uow, block, account_id)
    return txn_id


def _record(uow: UnitOfWork, statement: Row, account_id: str, booked: tuple[SerialBlock, str]) -> None:
    block, txn_id = booked
    verification = uow.get("verification", statement_id=statement["statement_id"])
    uow.insert(
        "issuance",
        {
            "issuance_id": uow.new_id("ISS", block.series_id),
            "project_code": statement["project_code"],
            "statement_id": statement["statement_id"],
            "verification_id": verification["verification_id"],
            "series_id": block.series_id,
            "vintage": _shown(block)["vintage"],
            "lo": block.lo,
            "hi": block.hi,
            "quantity": block.quantity,
            "account_id": account_id,
            "txn_id": txn_id,
            "period_start": statement["period_start"],
            "period_end": statement["period_end"],
            "issued_on": uow.day,
        },
    )
