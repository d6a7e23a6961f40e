"""Parties and their accounts.

A party's row carries a random salt, so that its hash in the journal is a commitment and
no name or number can be guessed from it. Bodies that verify, govern or run the market
may not hold units (Measures, article 37).
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from registry.errors import NotFound, RuleViolation
from registry.ledger import cash_move, own_account, post
from registry.model import AccountKind, Context, Outcome, PartyRecord
from registry.rules import NON_TRADING_KINDS, repeated, require_positive
from registry.store import Registry, Row, UnitOfWork

SALT_BYTES = 16


def register_parties(registry: Registry, context: Context, parties: Sequence[PartyRecord]) -> Outcome:
    """Register parties; a code that is already registered is refused.

    Returns
    -------
    Outcome
        ``registered``: number of parties.
    """

    def act(uow: UnitOfWork) -> Row:
        codes = [party.party_code for party in parties]
        twice = repeated(codes)
        known = uow.select("party", {"party_code": codes}) if codes else []
        if twice or known:
            raise RuleViolation("party-known", party_code=twice or known[0]["party_code"])
        uow.insert("party", [_party_row(party) for party in parties])
        return {"registered": len(codes)}

    return registry.execute(context, "register_parties", {"parties": list(parties)}, act)


def _party_row(party: PartyRecord) -> Row:
    return {
        "party_code": party.party_code,
        "kind": party.kind,
        "name": party.name,
        "identity_no": party.identity_no,
        "status": "active",
        "salt": secrets.token_hex(SALT_BYTES),
        "simulated": int(party.simulated),
    }


def open_account(
    registry: Registry, context: Context, account_id: str, party_code: str, kind: AccountKind = "holding"
) -> Outcome:
    """Open an account for a party that may hold units.

    Returns
    -------
    Outcome
        ``account_id``.
    """

    def act(uow: UnitOfWork) -> Row:
        party = uow.find("party", party_code=party_code)
        if party is None:
            raise NotFound("party-unknown", party_code=party_code)
        if party["kind"] in NON_TRADING_KINDS or kind not in ("holding", "trading"):
            raise RuleViolation("account-not-allowed", party_code=party_code, kind=kind)
        if uow.find("account", account_id=account_id):
            raise RuleViolation("account-known", account_id=account_id)
        place = {"account_id": account_id, "party_code": party_code, "kind": kind}
        uow.insert("account", {**place, "status": "active", "opened_on": uow.day})
        return {"account_id": account_id}

    request = {"account_id": account_id, "party_code": party_code, "kind": kind}
    return registry.execute(context, "open_account", request, act)


def deposit_cash(registry: Registry, context: Context, account_id: str, amount_fen: int) -> Outcome:
    """Book money that arrived for an account [fen].

    Returns
    -------
    Outcome
        ``txn_id`` and the ``balance_fen`` after it.
    """

    def act(uow: UnitOfWork) -> Row:
        require_positive("amount_fen", amount_fen)
        own_account(uow, account_id, actor_owns=False)
        txn_id = post(uow, "deposit", cash_move("SYS-EXTERNAL", account_id, amount_fen))
        balance = uow.get("balance", account_id=account_id, lot="CNY")
        return {"txn_id": txn_id, "balance_fen": balance["quantity"]}

    request = {"account_id": account_id, "amount_fen": amount_fen}
    return registry.execute(context, "deposit_cash", request, act)
