"""Confirmation of a methodology's values: who read which value in which clause of the official text.

A confirmation binds to the digest of the profile and to that of the value. A changed file or value has to
be confirmed again; nothing is withdrawn, a new version of the profile supersedes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from mrv.confirmation import Confirmation
from mrv.methodology.model import ProfileValue, plain
from mrv.methodology.rows import entry_of
from mrv.profile import Profile, load
from registry.errors import NotFound, RuleViolation
from registry.model import ConfirmationRequest, Context, Outcome
from registry.rules import require_sha256
from registry.store import Registry, Row, UnitOfWork

CONFIRMER_KINDS = frozenset({"bureau", "supervisor", "verifier"})
"""Kinds of party that may confirm; never one that gains from the result."""


def confirm_value(registry: Registry, context: Context, request: ConfirmationRequest) -> Outcome:
    """Record that the actor read a value in the official text.

    Returns
    -------
    Outcome
        ``confirmation_id``, ``profile``, ``name`` and ``value``.
    """
    profile = load(request.profile_id)
    item = _entry(profile, request)

    def act(uow: UnitOfWork) -> Row:
        _require_confirmer(uow)
        known = uow.find(
            "value_confirmation",
            profile_sha256=profile.sha256,
            name=request.name,
            value_sha256=item.sha256,
            confirmed_by=uow.context.actor,
        )
        if known is not None:
            actor = uow.context.actor
            raise RuleViolation("confirmation-known", actor=actor, profile=profile.id, name=request.name)
        row = _row(uow, profile, item, request)
        uow.insert("value_confirmation", row)
        return {
            "confirmation_id": row["confirmation_id"],
            "profile": profile.id,
            "name": request.name,
            "value": row["value"],
        }

    return registry.execute(context, "confirm_value", {"request": request}, act)


def value_text(item: ProfileValue) -> str:
    """Return an entry's value as one line of text; of a condition its Chinese sentence."""
    if item.kind == "condition":
        return item.zh
    return json.dumps(plain(item.value), ensure_ascii=False)


def _entry(profile: Profile, request: ConfirmationRequest) -> ProfileValue:
    """Return the entry to confirm, if it is still what the person read."""
    name = request.name
    item = entry_of(profile, name)
    if item is None:
        raise NotFound("confirmation-value-unknown", profile=profile.id, name=name)
    for seen, now in ((request.profile_sha256, profile.sha256), (request.value_sha256, item.sha256)):
        require_sha256("seen", seen)
        if seen != now:
            raise RuleViolation(
                "confirmation-value-changed", profile=profile.id, name=name, seen=seen, now=now
            )
    if item.missing:
        raise RuleViolation("confirmation-value-missing", profile=profile.id, name=name)
    if item.status == "verified":
        raise RuleViolation("confirmation-not-needed", profile=profile.id, name=name)
    if not request.clause.strip():
        raise RuleViolation("confirmation-clause-missing", name=name)
    require_sha256("evidence_sha256", request.evidence_sha256)
    return item


def _require_confirmer(uow: UnitOfWork) -> None:
    party = uow.find("party", party_code=uow.context.actor)
    if party is None or party["kind"] not in CONFIRMER_KINDS or party["status"] != "active":
        kinds = ", ".join(sorted(CONFIRMER_KINDS))
        raise RuleViolation("confirmation-party-unfit", actor=uow.context.actor, kinds=kinds)


def _row(uow: UnitOfWork, profile: Profile, item: ProfileValue, request: ConfirmationRequest) -> Row:
    return {
        "confirmation_id": uow.new_id("CONF", profile.sha256, request.name),
        "profile_id": profile.id,
        "profile_version": profile.version,
        "profile_sha256": profile.sha256,
        "name": request.name,
        "value_sha256": item.sha256,
        "value": value_text(item),
        "clause": request.clause.strip(),
        "evidence_sha256": request.evidence_sha256,
        "note": request.note,
        "confirmed_by": uow.context.actor,
        "confirmed_on": uow.day,
    }


def require_confirmed(uow: UnitOfWork, confirmed: Iterable[Confirmation]) -> list[str]:
    """Return the ids of the confirmations that a statement rests on, each as the registry has it.

    Raises
    ------
    NotFound, RuleViolation
        One is unknown or differs, or is by the maker of the statement.
    """
    ids = []
    for item in confirmed:
        row = uow.find("value_confirmation", confirmation_id=item.confirmation_id)
        if row is None or Confirmation.from_canonical(row) != item:
            raise NotFound("confirmation-unknown", name=item.name, confirmation_id=item.confirmation_id)
        if row["confirmed_by"] == uow.context.actor:
            raise RuleViolation("confirmation-by-maker", actor=uow.context.actor, name=item.name)
        ids.append(item.confirmation_id)
    return ids
