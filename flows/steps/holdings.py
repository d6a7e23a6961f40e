"""Accounts and lots that a scripted act of the market speaks of."""

from __future__ import annotations

from dataclasses import replace

from flows.steps.stored import once
from flows.workspace import Run
from registry.model import Context
from registry.parties import open_account
from registry.queries import LotState, accounts, projects, units_by_state
from registry.store import Registry

PROPONENT = "@proponent"


def account_of(registry: Registry, run: Run, party_code: str) -> str:
    """Return the holding account of a party; one is opened where it has none."""
    held = [row["account_id"] for row in accounts(registry, party_code) if row["kind"] == "holding"]
    if held:
        return str(held[0])
    account_id = f"A-{party_code}"
    context = run.context(f"open-account/{party_code}", effective_at=run.county.first_effective_date)
    once(registry, context, lambda reg, ctx: open_account(reg, ctx, account_id, party_code))
    return account_id


def as_proponent(registry: Registry, context: Context, lot: LotState) -> Context:
    """Return the context under the project's owner where the script says ``@proponent``."""
    if context.actor != PROPONENT:
        return context
    owner = next(row for row in projects(registry) if row["project_code"] == lot.project_code)["proponent"]
    return replace(context, actor=owner)


def newest_lot(registry: Registry, run: Run) -> LotState | None:
    """Return the lot of the youngest vintage of the county; None where nothing was issued."""
    lots = units_by_state(registry, run.county.county.code).lots
    return max(lots, key=lambda lot: lot.vintage, default=None)


def share_of(quantity: int, share: float | None) -> int:
    """Return a share of a quantity in whole units, at least one.

    >>> share_of(1001, 0.4), share_of(1, 0.1), share_of(7, None)
    (400, 1, 7)
    """
    return quantity if share is None else max(int(quantity * share), 1)
