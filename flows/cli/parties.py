"""Commands for parties and their accounts: who may hold, trade, lend or verify."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.cli.acting import DateOpt, HomeOpt, IdentityOpt, JsonOpt, KeyOpt, perform

parties = typer.Typer(help="主体 Parties: register, open an account, book money", no_args_is_help=True)

PartyArg = Annotated[str, typer.Argument(help="Code of the party")]
AccountArg = Annotated[str, typer.Argument(help="Account")]


@parties.command("register")
def register(
    code: PartyArg,
    identity: IdentityOpt,
    kind: Annotated[str, typer.Option("--kind", help="company, lender, verifier, household, state_farm, …")],
    name: Annotated[str, typer.Option("--name", help="Name")],
    number: Annotated[str, typer.Option("--number", help="Credit code or number of an identity document")],
    home: HomeOpt = None,
    on: DateOpt = None,
    key: KeyOpt = None,
    as_json: JsonOpt = False,
) -> int:
    """Register a party. Example: tanhui party register VVB-1 --kind verifier --as registrar …."""
    from registry.model import PartyRecord  # noqa: PLC0415  (keeps --help quick)
    from registry.parties import register_parties  # noqa: PLC0415

    record = PartyRecord(code, kind, name, number)  # type: ignore[arg-type]  # the database knows the list
    return perform(
        lambda registry, context: register_parties(registry, context, [record]),
        home=home, identity=identity, on=on, key=key, as_json=as_json,
    )  # fmt: skip


@parties.command("account")
def open_one(
    account: AccountArg,
    identity: IdentityOpt,
    party: Annotated[str, typer.Option("--party", help="Code of the party that will own it")],
    home: HomeOpt = None,
    on: DateOpt = None,
    key: KeyOpt = None,
    as_json: JsonOpt = False,
) -> int:
    """Open a holding account. Example: tanhui party account A-1 --party BUYER-1 --as registrar."""
    from registry.parties import open_account  # noqa: PLC0415  (keeps --help quick)

    return perform(
        lambda registry, context: open_account(registry, context, account, party),
        home=home, identity=identity, on=on, key=key, as_json=as_json,
    )  # fmt: skip


@parties.command("deposit")
def deposit(
    account: AccountArg,
    identity: IdentityOpt,
    amount: Annotated[int, typer.Option("--amount-fen", min=1, help="Money that arrived [fen]")],
    home: HomeOpt = None,
    on: DateOpt = None,
    key: KeyOpt = None,
    as_json: JsonOpt = False,
) -> int:
    """Book money that arrived. Example: tanhui party deposit A-1 --amount-fen 5000000 --as bank-clerk."""
    from registry.parties import deposit_cash  # noqa: PLC0415  (keeps --help quick)

    return perform(
        lambda registry, context: deposit_cash(registry, context, account, amount),
        home=home, identity=identity, on=on, key=key, as_json=as_json,
    )  # fmt: skip
