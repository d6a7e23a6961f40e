"""Commands of people: rights, projects, and what becomes of units from issuance to retirement."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import typer

from flows.cli.acting import DateOpt, HomeOpt, IdentityOpt, JsonOpt, KeyOpt, perform

rights = typer.Typer(help="确权 Rights: confirm what stood on public notice", no_args_is_help=True)
projects = typer.Typer(help="项目 Projects: register one on confirmed rights", no_args_is_help=True)
units = typer.Typer(
    help="单位 Units: issue, list, buy, settle, retire, pledge, release", no_args_is_help=True
)

LotOpt = Annotated[str, typer.Option("--lot", help="Series of the units, e.g. CN-430624-XYP001-2025")]
QuantityOpt = Annotated[int, typer.Option("--quantity", min=1, help="Units [t CO2e]")]
AccountOpt = Annotated[str, typer.Option("--account", help="Your account")]


@rights.command("confirm")
def confirm(
    identity: IdentityOpt,
    right: Annotated[list[str] | None, typer.Argument(help="Ids of rights. Default: all on notice")] = None,
    home: HomeOpt = None,
    on: DateOpt = None,
    key: KeyOpt = None,
    as_json: JsonOpt = False,
) -> int:
    """Confirm rights whose notice is over. Example: tanhui right confirm --as registrar --on 2026-03-02."""
    from registry.queries import rights as find_rights  # noqa: PLC0415  (keeps --help quick)
    from registry.rights import confirm_rights  # noqa: PLC0415

    return perform(
        lambda registry, context: confirm_rights(
            registry, context, right or [row["right_id"] for row in find_rights(registry, status="noticed")]
        ),
        home=home, identity=identity, on=on, key=key, as_json=as_json,
    )  # fmt: skip


@projects.command("register")
def register(
    county: Annotated[str, typer.Argument(help="The county file that describes the project")],
    identity: IdentityOpt,
    data: Annotated[str | None, typer.Option("--data", help="Folder of the input files")] = None,
    home: HomeOpt = None,
    on: DateOpt = None,
    key: KeyOpt = None,
    as_json: JsonOpt = False,
) -> int:
    """Register a county file's project. Example: tanhui project register xiangyin.toml --as registrar."""
    from flows.steps.project import project_record  # noqa: PLC0415  (keeps --help quick)
    from flows.workspace import open_run  # noqa: PLC0415
    from registry.projects import register_project  # noqa: PLC0415

    run = open_run(county, data=data, home=home)
    return perform(
        lambda registry, context: register_project(registry, context, project_record(run, registry)),
        home=run.home, identity=identity, on=on, key=key, as_json=as_json,
    )  # fmt: skip


@units.command("issue")
def issue(
    statement: Annotated[str, typer.Argument(help="Id of the verified statement")],
    identity: IdentityOpt,
    account: Annotated[str, typer.Option("--account", help="Account of the project's owner")],
    home: HomeOpt = None,
    on: DateOpt = None,
    key: KeyOpt = None,
    as_json: JsonOpt = False,
) -> int:
    """Issue what was verified. Example: tanhui units issue ST-… --account A-OWNER --as registrar."""
    from registry.issuance import issue_units  # noqa: PLC0415  (keeps --help quick)

    return perform(
        lambda registry, context: issue_units(registry, context, statement, account),
        home=home, identity=identity, on=on, key=key, as_json=as_json,
    )  # fmt: skip


@units.command("list")
def offer(
    identity: IdentityOpt,
    account: AccountOpt,
    lot: LotOpt,
    quantity: QuantityOpt,
    price: Annotated[int, typer.Option("--price-fen", min=1, help="Price asked [fen per t CO2e]")],
    home: HomeOpt = None,
    on: DateOpt = None,
    key: KeyOpt = None,
    as_json: JsonOpt = False,
) -> int:
    """Offer units for sale. Example: tanhui units list --account A --lot L --quantity 9 …."""
    from registry.trading import list_units  # noqa: PLC0415  (keeps --help quick)

    return perform(
        lambda registry, context: list_units(registry, context, account, lot, quantity, price),
        home=home, identity=identity, on=on, key=key, as_json=as_json,
    )  # fmt: skip


@units.command("buy")
def buy(
    listing: Annotated[str, typer.Argument(help="Id of the listing")],
    identity: IdentityOpt,
    account: AccountOpt,
    quantity: QuantityOpt,
    home: HomeOpt = None,
    on: DateOpt = None,
    key: KeyOpt = None,
    as_json: JsonOpt = False,
) -> int:
    """Buy from a listing; the money is held meanwhile. Example: tanhui units buy LST-… --account A …."""
    from registry.trading import buy_units  # noqa: PLC0415  (keeps --help quick)

    return perform(
        lambda registry, context: buy_units(registry, context, listing, account, quantity),
        home=home, identity=identity, on=on, key=key, as_json=as_json,
    )  # fmt: skip


@units.command("settle")
def settle(
    trade: Annotated[str, typer.Argument(help="Id of the trade")],
    identity: IdentityOpt,
    home: HomeOpt = None,
    on: DateOpt = None,
    key: KeyOpt = None,
    as_json: JsonOpt = False,
) -> int:
    """Deliver units against payment, both or neither. Example: tanhui units settle TRD-… --as DESK."""
    from registry.trading import settle_trade  # noqa: PLC0415  (keeps --help quick)

    return perform(
        lambda registry, context: settle_trade(registry, context, trade),
        home=home, identity=identity, on=on, key=key, as_json=as_json,
    )  # fmt: skip


@units.command("retire")
def retire(
    identity: IdentityOpt,
    account: AccountOpt,
    lot: LotOpt,
    quantity: QuantityOpt,
    beneficiary: Annotated[str, typer.Option("--beneficiary", help="For whom")],
    beneficiary_id: Annotated[str, typer.Option("--beneficiary-id", help="Their credit code or identifier")],
    purpose: Annotated[
        str,
        typer.Option(
            "--purpose", help="voluntary, ets_surrender, event_neutrality, corporate_offset, public_good"
        ),
    ] = "voluntary",
    home: HomeOpt = None,
    on: DateOpt = None,
    key: KeyOpt = None,
    as_json: JsonOpt = False,
) -> int:
    """Retire units for good. Example: tanhui units retire --account A --lot L --quantity 9 …."""
    from registry.model import Retirement  # noqa: PLC0415  (keeps --help quick)
    from registry.trading import retire_units  # noqa: PLC0415

    wish = Retirement(beneficiary, beneficiary_id, purpose)  # type: ignore[arg-type]  # the database knows the list
    return perform(
        lambda registry, context: retire_units(registry, context, account, lot, quantity, wish),
        home=home, identity=identity, on=on, key=key, as_json=as_json,
    )  # fmt: skip


@units.command("pledge")
def pledge(
    identity: IdentityOpt,
    account: AccountOpt,
    lot: LotOpt,
    quantity: QuantityOpt,
    lender: Annotated[str, typer.Option("--lender", help="Party code of the lender")],
    amount: Annotated[int, typer.Option("--amount-fen", min=1, help="Debt secured [fen]")],
    filing: Annotated[
        str, typer.Option("--filing-no", help="Number in the movable property financing register")
    ],
    ends: Annotated[datetime, typer.Option("--ends", formats=["%Y-%m-%d"], help="Day the pledge ends")],
    home: HomeOpt = None,
    on: DateOpt = None,
    key: KeyOpt = None,
    as_json: JsonOpt = False,
) -> int:
    """Pledge units: they cannot be sold then. Example: tanhui units pledge --lender BANK --amount-fen 1 …."""
    from registry.finance import pledge_units  # noqa: PLC0415  (keeps --help quick)
    from registry.model import PledgeTerms  # noqa: PLC0415

    last: date = ends.date()
    terms = PledgeTerms(lender, amount, filing, last)
    return perform(
        lambda registry, context: pledge_units(registry, context, account, lot, quantity, terms),
        home=home, identity=identity, on=on, key=key, as_json=as_json,
    )  # fmt: skip


@units.command("release")
def release(
    pledge_id: Annotated[str, typer.Argument(help="Id of the pledge")],
    identity: IdentityOpt,
    home: HomeOpt = None,
    on: DateOpt = None,
    key: KeyOpt = None,
    as_json: JsonOpt = False,
) -> int:
    """Release a pledge as its lender. Example: tanhui units release ENC-… --as BANK."""
    from registry.finance import release_pledge  # noqa: PLC0415  (keeps --help quick)

    return perform(
        lambda registry, context: release_pledge(registry, context, pledge_id),
        home=home, identity=identity, on=on, key=key, as_json=as_json,
    )  # fmt: skip
