"""What the registry asks of a claim before it accepts the statement.

The gate of `mrv.claim_gate` is applied again to the statement as it is stored, with the packaged profile
that its digest names; the negative rest of the project's earlier period must have been made good first; for
registration every value must be verified or confirmed.
"""

from __future__ import annotations

from mrv.claim_gate import check_claim, profile_as_stated
from mrv.confirmation import matching_names
from mrv.profile import Profile, find
from mrv.statement import Statement
from registry.errors import RuleViolation
from registry.rules import negative_rest
from registry.store import UnitOfWork

ROOM_TCO2E = 0.001
"""Room for the rounding of written amounts [t CO2e]."""


def require_allowed(uow: UnitOfWork, statement: Statement) -> None:
    """Refuse a statement that claims more than its profile, or the project's own past, allows.

    Parameters
    ----------
    uow
        The transaction in which it is submitted.
    statement
        As it will be stored: read back from its canonical form.
    """
    stored = Statement.from_canonical(statement.canonical())
    profile = None
    if stored.kind == "project_removals":
        profile = _profile_of(stored)
    for finding in check_claim(stored, profile):
        raise RuleViolation(finding.rule, **dict(finding.params))
    if profile is not None:
        _require_methodology(uow, stored)
        _require_confirmed(stored, profile)
        _require_made_good(uow, stored)


def _profile_of(statement: Statement) -> Profile:
    profile = find(statement.profile_sha256)
    if profile is None:
        raise RuleViolation(
            "claim-profile-unknown", profile=statement.profile_id, sha256=statement.profile_sha256
        )
    return profile_as_stated(statement, profile)


def _require_methodology(uow: UnitOfWork, statement: Statement) -> None:
    """Refuse a statement by another methodology than the one the project is registered under."""
    project = uow.get("project", project_code=statement.project_code)
    if project["methodology"] != statement.profile_id:
        raise RuleViolation(
            "claim-methodology-differs",
            project_code=project["project_code"],
            registered=project["methodology"],
            stated=statement.profile_id,
        )


def _require_confirmed(statement: Statement, profile: Profile) -> None:
    if statement.purpose != "registration":
        return
    left = {*profile.unverified(matching_names(profile, statement.confirmed)), *statement.unverified}
    if left or statement.purpose not in profile.purposes:
        raise RuleViolation("confirmation-open", values=", ".join(sorted(left)) or statement.purpose)


def _require_made_good(uow: UnitOfWork, statement: Statement) -> None:
    rows = uow.select("statement", {"project_code": statement.project_code, "kind": "project_removals"})
    rest = negative_rest(rows, statement.period_start.isoformat())
    if rest is None:
        return
    carried = next((line.value for line in statement.lines if line.term == "carried_forward"), 0.0)
    if carried > rest["carried_tco2e"] + ROOM_TCO2E:
        raise RuleViolation(
            "claim-rest-not-made-good",
            statement_id=rest["statement_id"],
            rest_tco2e=rest["carried_tco2e"],
            carried_tco2e=carried,
        )
