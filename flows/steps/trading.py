"""交易 steps: rights and project, the verified quantity, units, and what the market does with them."""

from __future__ import annotations

from flows.county import DecisionTable
from flows.decisions import decide, rehearse
from flows.errors import StageOrderError
from flows.steps.holdings import account_of, as_proponent, newest_lot, share_of
from flows.steps.project import project_record
from flows.steps.rights import prepare_rights
from flows.steps.stored import kept_statement, once, recorded_statement, submit_once
from flows.workspace import Run, open_registry
from registry.issuance import issue_units as issue
from registry.model import Context, Outcome, Retirement
from registry.parties import deposit_cash
from registry.projects import register_project as register
from registry.queries import issuances, listings, notices, projects, rights, trades
from registry.rights import confirm_rights
from registry.statements import verify_statement as verify
from registry.store import Registry
from registry.trading import buy_units, list_units, retire_units, settle_trade

REGISTRAR = "registrar / 登记机构"
VERIFIER = "an independent verification body / 独立核查机构"


def register_rights(run: Run) -> tuple[None, str]:
    """Register parcels, parties and applications, open the notice, and have the rights confirmed."""
    with open_registry(run.home, run.settings) as registry:
        prepare_rights(run, registry)
        waiting = [row["right_id"] for row in rights(registry, run.county.county.code, status="noticed")]
        last = max((row["ends_on"] for row in notices(registry)), default="")
        decide(
            run,
            "confirm-rights",
            done=not waiting,
            act=lambda context, _: confirm_rights(registry, context, waiting),
            who=REGISTRAR,
            command=f"tanhui right confirm --as REGISTRAR --home {run.home} (after {last})",
        )
        confirmed = rights(registry, run.county.county.code, status="confirmed")
    return None, f"{len(confirmed)}"


def register_project(run: Run) -> tuple[None, str]:
    """Have the project registered on its confirmed rights."""
    if run.county.project is None:
        return None, "–"
    with open_registry(run.home, run.settings) as registry:
        record = project_record(run, registry)
        known = {row["project_code"] for row in projects(registry)}
        decide(
            run,
            "register-project",
            done=record.project_code in known,
            act=lambda context, _: register(registry, context, record),
            who=REGISTRAR,
            command=f"tanhui project register {run.county_file.name} --as REGISTRAR --home {run.home}",
        )
    return None, record.project_code


def verify_statement(run: Run) -> tuple[None, str]:
    """Submit the project's statement, and have it verified by an identity that did not make it."""
    statement = kept_statement(run, "project_removals")
    if statement is None:
        return None, "–"
    with open_registry(run.home, run.settings) as registry:
        row = submit_once(run, registry, statement)
        statement_id, claim = row["statement_id"], row["claim_tco2e"]

        def act(context: Context, scripted: DecisionTable) -> Outcome:
            quantity = claim if scripted.quantity is None else scripted.quantity
            return verify(registry, context, statement_id, quantity, scripted.opinion or "")

        decide(
            run,
            "verify-statement",
            done=row["status"] != "submitted",
            act=act,
            who=VERIFIER,
            command=f"tanhui statement verify {statement_id} --quantity N --opinion … --as VVB",
        )
    return None, f"{claim:,} t CO2e"


def issue_units(run: Run) -> tuple[None, str]:
    """Have the verified quantity issued as units in serial ranges."""
    statement = kept_statement(run, "project_removals")
    if statement is None:
        return None, "–"
    with open_registry(run.home, run.settings) as registry:
        row = recorded_statement(run, registry, "project_removals")
        if row is None:
            raise StageOrderError("stage-not-done", stage="issue", needed="account")
        if row["status"] == "rejected" or not row["verified_tco2e"]:
            return None, "0"
        statement_id = row["statement_id"]
        made = [item for item in issuances(registry) if item["statement_id"] == statement_id]
        owner = next(p for p in projects(registry) if p["project_code"] == row["project_code"])["proponent"]
        account = account_of(registry, run, owner)
        decide(
            run,
            "issue-units",
            done=bool(made),
            act=lambda context, _: issue(registry, context, statement_id, account),
            who=REGISTRAR,
            command=f"tanhui units issue {statement_id} --account {account} --as REGISTRAR --home {run.home}",
        )
    return None, f"{row['verified_tco2e']:,} t CO2e"


def trade_units(run: Run) -> tuple[None, str]:
    """Carry out what is scripted of the market: list, buy, settle, retire."""
    with open_registry(run.home, run.settings) as registry:
        if newest_lot(registry, run) is None:
            return None, "–"
        for step, act in (
            ("list-units", _list),
            ("buy-units", _buy),
            ("settle-trade", _settle),
            ("retire-units", _retire),
        ):
            rehearse(
                run,
                step,
                act=lambda context, scripted, act=act: once(  # type: ignore[misc]
                    registry, context, lambda reg, ctx: act(run, reg, ctx, scripted)
                ),
            )
        settled = trades(registry, status="settled")
    return None, f"{sum(row['quantity'] for row in settled):,} t CO2e"


def _list(run: Run, registry: Registry, context: Context, scripted: DecisionTable) -> Outcome | None:
    lot = newest_lot(registry, run)
    if lot is None or scripted.price_fen is None:
        return None
    quantity = share_of(lot.issued, scripted.share)
    context = as_proponent(registry, context, lot)
    account = account_of(registry, run, context.actor)
    return list_units(registry, context, account, lot.lot, quantity, scripted.price_fen)


def _buy(run: Run, registry: Registry, context: Context, scripted: DecisionTable) -> Outcome | None:
    listing = listings(registry, status="open")[-1]
    quantity = share_of(listing["quantity"], scripted.share)
    account = account_of(registry, run, context.actor)
    money = Context("rehearsal-clearing-bank", context.effective_at, f"{context.key}/cash")
    deposit_cash(registry, money, account, quantity * listing["price_fen_per_t"])
    return buy_units(registry, context, listing["listing_id"], account, quantity)


def _settle(run: Run, registry: Registry, context: Context, scripted: DecisionTable) -> Outcome | None:
    trade = trades(registry, status="pending")[-1]
    return settle_trade(registry, context, trade["trade_id"])


def _retire(run: Run, registry: Registry, context: Context, scripted: DecisionTable) -> Outcome | None:
    trade = trades(registry, status="settled")[-1]
    wish = Retirement(
        beneficiary_name=scripted.beneficiary or context.actor,
        beneficiary_id=scripted.beneficiary or context.actor,
        purpose=scripted.purpose or "voluntary",  # type: ignore[arg-type]  # the database knows the list
    )
    quantity = share_of(trade["quantity"], scripted.share)
    return retire_units(registry, context, trade["buyer_account"], trade["lot"], quantity, wish)
