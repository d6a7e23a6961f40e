"""Statements and their verification by an identity that did not make them.

A statement is stored as its canonical JSON with its digest; its estimates also stand in
rows, to be asked for. A county stock is recorded and verified but can never be issued. A claim beyond the
profile's rule is refused (`registry.claims`).
"""

from __future__ import annotations

from mrv.statement import Statement
from registry.claims import require_allowed
from registry.confirmations import require_confirmed
from registry.errors import NotFound, RuleViolation
from registry.model import Context, Opinion, Outcome
from registry.rules import share_out
from registry.store import Registry, Row, UnitOfWork

VERIFIER_KINDS = frozenset({"verifier"})


def submit_statement(registry: Registry, context: Context, statement: Statement) -> Outcome:
    """Record a statement; the actor becomes its maker.

    Returns
    -------
    Outcome
        ``statement_id``, ``digest`` and ``known`` (the same content was submitted before).
    """

    def act(uow: UnitOfWork) -> Row:
        known = uow.find("statement", digest=statement.digest)
        if known:
            return {"statement_id": known["statement_id"], "digest": statement.digest, "known": True}
        _require_basis(uow, statement)
        require_allowed(uow, statement)
        confirmations = require_confirmed(uow, statement.confirmed)
        statement_id = f"ST-{statement.digest[:24]}"
        uow.insert("statement", _statement_row(statement_id, statement, uow))
        uow.insert("statement_estimate", _estimate_rows(statement_id, statement))
        uow.insert(
            "statement_vintage",
            [
                {"statement_id": statement_id, "vintage": v.year, "quantity_tco2e": v.quantity_tco2e}
                for v in statement.vintages
            ],
        )
        uow.insert(
            "statement_confirmation",
            [{"statement_id": statement_id, "confirmation_id": name} for name in sorted(confirmations)],
        )
        return {"statement_id": statement_id, "digest": statement.digest, "known": False}

    return registry.execute(context, "submit_statement", {"digest": statement.digest}, act)


def _require_basis(uow: UnitOfWork, statement: Statement) -> None:
    if uow.find("monitoring_dataset", dataset_sha256=statement.dataset_sha256) is None:
        raise NotFound("dataset-unknown", dataset_sha256=statement.dataset_sha256)
    if statement.project_code is None:
        return
    project = uow.find("project", project_code=statement.project_code)
    if project is None or project["status"] != "registered":
        raise RuleViolation("project-not-registered", project_code=statement.project_code)
    start, end = statement.period_start.isoformat(), statement.period_end.isoformat()
    inside = project["crediting_start"] <= start and end < project["crediting_end"]
    if statement.kind == "project_removals" and not inside:
        raise RuleViolation(
            "period-outside-crediting",
            start=start,
            end=end,
            crediting_start=project["crediting_start"],
            crediting_end=project["crediting_end"],
        )


def _statement_row(statement_id: str, statement: Statement, uow: UnitOfWork) -> Row:
    return {
        "statement_id": statement_id,
        "digest": statement.digest,
        "kind": statement.kind,
        "county_code": statement.county_code,
        "project_code": statement.project_code,
        "period_start": statement.period_start.isoformat(),
        "period_end": statement.period_end.isoformat(),
        "as_of": statement.as_of.isoformat(),
        "profile_id": statement.profile_id,
        "profile_sha256": statement.profile_sha256,
        "manifest_sha256": statement.manifest_sha256,
        "dataset_sha256": statement.dataset_sha256,
        "code_version": statement.code_version,
        "purpose": statement.purpose,
        "claim_tco2e": statement.claim_tco2e,
        "simulated": int(statement.simulated),
        "canonical": statement.canonical_text,
        "maker": uow.context.actor,
        "submitted_on": uow.day,
        "status": "submitted",
    }


def _period_text(item: Row) -> str:
    if item["period"]:
        return f"{item['period'][0]}-{item['period'][1]}"
    return "" if item["year"] is None else str(item["year"])


def _estimate_rows(statement_id: str, statement: Statement) -> list[Row]:
    copied = ("stage", "domain", "quantity", "unit", "value", "standard_error", "n_plots")
    rows = []
    for position, estimate in enumerate(statement.estimates):
        item = estimate.canonical()
        row = {name: item[name] for name in copied}
        row["model_based"] = int(item["model_based"])
        rows.append({"statement_id": statement_id, "position": position, "period": _period_text(item), **row})
    return rows


def verify_statement(
    registry: Registry, context: Context, statement_id: str, quantity_tco2e: int, reason: str = ""
) -> Outcome:
    """Verify a statement for a quantity [t CO2e], as a registered verifier with no stake.

    A quantity below the claim is shared over the vintages by largest remainder. For a
    county stock the quantity is 0: nothing can be issued from it.

    Returns
    -------
    Outcome
        ``verification_id`` and ``vintages`` ({year: quantity}).
    """
    return _decide(registry, context, "verified", (statement_id, quantity_tco2e, reason))


def reject_statement(registry: Registry, context: Context, statement_id: str, reason: str) -> Outcome:
    """Reject a statement for good, with the reason.

    Returns
    -------
    Outcome
        ``verification_id``.
    """
    if not reason.strip():
        raise RuleViolation("reason-missing", statement_id=statement_id)
    return _decide(registry, context, "rejected", (statement_id, 0, reason))


def _decide(
    registry: Registry, context: Context, opinion: Opinion, decision: tuple[str, int, str]
) -> Outcome:
    statement_id, quantity_tco2e, reason = decision

    def act(uow: UnitOfWork) -> Row:
        statement = uow.find("statement", lock=True, statement_id=statement_id)
        if statement is None:
            raise NotFound("statement-unknown", statement_id=statement_id)
        if statement["status"] != "submitted":
            raise RuleViolation("statement-decided", statement_id=statement_id, status=statement["status"])
        _require_independent(uow, statement)
        if not 0 <= quantity_tco2e <= statement["claim_tco2e"]:
            claim = statement["claim_tco2e"]
            raise RuleViolation("verified-over-claim", quantity_tco2e=quantity_tco2e, claim_tco2e=claim)
        return _write_decision(uow, statement, opinion, decision)

    use_case = "verify_statement" if opinion == "verified" else "reject_statement"
    request = {"statement_id": statement_id, "quantity_tco2e": quantity_tco2e, "reason": reason}
    return registry.execute(context, use_case, request, act)


def _write_decision(uow: UnitOfWork, statement: Row, opinion: Opinion, decision: tuple[str, int, str]) -> Row:
    statement_id, quantity_tco2e, reason = decision
    verification_id = uow.new_id("VER", statement_id)
    uow.insert(
        "verification",
        {
            "verification_id": verification_id,
            "statement_id": statement_id,
            "verifier": uow.context.actor,
            "opinion": opinion,
            "quantity_tco2e": quantity_tco2e,
            "reason": reason,
            "verified_on": uow.day,
        },
    )
    claimed = uow.select("statement_vintage", {"statement_id": statement_id})
    shares = share_out(quantity_tco2e, {row["vintage"]: row["quantity_tco2e"] for row in claimed})
    vintages = [
        {"verification_id": verification_id, "vintage": year, "quantity_tco2e": part}
        for year, part in sorted(shares.items())
    ]
    uow.insert("verification_vintage", vintages)
    uow.update("statement", statement, {"status": opinion})
    return {"verification_id": verification_id, "vintages": {str(y): q for y, q in sorted(shares.items())}}


def _require_independent(uow: UnitOfWork, statement: Row) -> None:
    """Refuse an actor that made the statement, is no verifier, or has a stake in the project."""
    actor = uow.context.actor
    if actor == statement["maker"]:
        raise RuleViolation("verifier-is-maker", actor=actor, statement_id=statement["statement_id"])
    party = uow.find("party", party_code=actor)
    if party is None or party["kind"] not in VERIFIER_KINDS:
        raise RuleViolation("verifier-unknown", actor=actor)
    project_code = statement["project_code"]
    if project_code is None:
        return
    rights = [row["right_id"] for row in uow.select("project_right", {"project_code": project_code})]
    holders = (
        {row["party_code"] for row in uow.select("right_share", {"right_id": rights})} if rights else set()
    )
    if actor in holders | {uow.get("project", project_code=project_code)["proponent"]}:
        raise RuleViolation("verifier-has-stake", actor=actor, project_code=project_code)
