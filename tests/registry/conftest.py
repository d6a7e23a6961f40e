"""Fixtures of the registry's tests: two back ends, a clock, and a chain of acts to build on."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url

from mrv.confirmation import Confirmation
from mrv.findings import Finding
from mrv.profile import load
from mrv.sampling import Estimate
from mrv.statement import Statement, StatementHeader
from mrv.statement_items import AccountLine, DomainEstimate, VintageQuantity
from registry import model
from registry.canonical import derived_id
from registry.confirmations import confirm_value
from registry.datasets import record_dataset
from registry.finance import pledge_units, record_prices, record_valuation, release_pledge
from registry.issuance import issue_units
from registry.journal import Ed25519Signer
from registry.parties import deposit_cash, open_account, register_parties
from registry.projects import register_project
from registry.rights import (
    apply_rights,
    confirm_rights,
    file_objection,
    open_notice,
    register_parcels,
    resolve_objection,
)
from registry.statements import submit_statement, verify_statement
from registry.store import Registry
from registry.supervision import record_supervision
from registry.trading import buy_units, list_units, retire_units, settle_trade

COUNTY = "430624"
PROJECT = "XY-AR-01"
LOT = "CN-430624-XYAR01-2024"
DAY = date(2026, 1, 5)


class Clock:
    """A clock that moves on by a second each time it is read."""

    def __init__(self, start: datetime) -> None:
        self.at = start

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


def _database(server: str, name: str, template: str | None = None) -> str:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        tail = f' TEMPLATE "{template}"' if template else ""
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"{tail}')
    engine.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _drop(server: str, name: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    engine.dispose()


@pytest.fixture(scope="session")
def signer() -> Ed25519Signer:
    return Ed25519Signer.from_seed(bytes(range(32)))


class Stages:
    """Databases at the stages ``empty``, ``base``, ``issued`` and ``finished``, made once and copied."""

    def __init__(self, backend: str, server: str | None, folder: Path, signer: Ed25519Signer) -> None:
        self.backend, self.server, self.folder, self.signer = backend, server, folder, signer
        self.made: dict[str, str] = {}
        self.copies: list[str] = []
        self.count = itertools.count()

    def copy(self, stage: str, outside: Path | None = None) -> str:
        """Return the URL of a fresh copy; its outside checkpoint is put into `outside`."""
        source = self._source(stage)
        if outside is not None:
            shutil.copytree(self.folder / f"outside-{stage}", outside)
        self.copies.append(self._fresh(source))
        return self.copies[-1]

    def forget(self) -> None:
        """Drop the copies of a test; what the stages are made from stays."""
        for url in set(self.copies) - set(self.made.values()):
            if self.backend == "postgres":
                _drop(str(self.server), str(make_url(url).database))
            else:
                Path(str(make_url(url).database)).unlink(missing_ok=True)
        self.copies.clear()

    def _source(self, stage: str) -> str:
        if stage not in self.made:
            before = {"base": "empty", "issued": "base", "finished": "base"}.get(stage)
            outside = self.folder / f"outside-{stage}"
            url = self.copy(before, outside) if before else self._fresh(None)
            clock = Clock(datetime(2026, 1, 1, tzinfo=UTC))
            with Registry.open(url, clock=clock, signer=self.signer, checkpoint_dir=outside) as registry:
                STAGES[stage](registry)
            self.made[stage] = url
        return self.made[stage]

    def _fresh(self, source: str | None) -> str:
        if self.backend == "postgres":
            name = f"tanhui_{os.getpid()}_{next(self.count)}"
            return _database(str(self.server), name, make_url(source).database if source else None)
        path = self.folder / f"registry{next(self.count)}.db"
        if source:
            shutil.copy(str(make_url(source).database), path)
        return f"sqlite:///{path}"


def _run(steps: Iterator[tuple[str, Callable[[], Any]]], last: str | None = None) -> None:
    for name, act in steps:
        act()
        if name == last:
            break


STAGES: dict[str, Callable[[Registry], None]] = {
    "empty": lambda registry: None,
    "base": lambda registry: _run(base_steps(registry)),
    "issued": lambda registry: _run(market_steps(registry), "issue"),
    "finished": lambda registry: _run(market_steps(registry)),
}


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def all_stages() -> dict[str, Stages]:
    return {}


@pytest.fixture
def stages(
    request: pytest.FixtureRequest,
    backend: str,
    all_stages: dict[str, Stages],
    tmp_path_factory: pytest.TempPathFactory,
    signer: Ed25519Signer,
) -> Iterator[Stages]:
    """Give the stages of the back end of the test."""
    if backend not in all_stages:
        server = request.getfixturevalue("postgres_server") if backend == "postgres" else None
        all_stages[backend] = Stages(backend, server, tmp_path_factory.mktemp(backend), signer)
    yield all_stages[backend]
    all_stages[backend].forget()


@pytest.fixture
def new_url(stages: Stages) -> Callable[[], str]:
    """Give a maker of URLs of fresh databases of the back end at the newest migration."""
    return lambda: stages.copy("empty")


@pytest.fixture
def new_issued_url(stages: Stages) -> Callable[[], str]:
    """Give a maker of URLs of databases in which 160 units stand on A-OWNER."""
    return lambda: stages.copy("issued")


@pytest.fixture
def open_registry(signer: Ed25519Signer) -> Iterator[Callable[..., Registry]]:
    """Give a function that opens a registry at a URL; all are closed at the end."""
    opened: list[Registry] = []

    def open_at(url: str, checkpoint_dir: Path | None = None, **options: Any) -> Registry:
        clock = options.pop("clock", Clock(datetime(2026, 1, 2, tzinfo=UTC)))
        made = Registry.open(
            url, clock=clock, signer=options.pop("signer", signer), checkpoint_dir=checkpoint_dir, **options
        )
        opened.append(made)
        return made

    yield open_at
    for registry in opened:
        registry.close()


@pytest.fixture
def registry(stages: Stages, open_registry: Callable[..., Registry], tmp_path: Path) -> Registry:
    """Give an empty registry on the back end of the test."""
    return open_registry(stages.copy("empty"), tmp_path / "outside")


def context(actor: str, key: str, day: date = DAY) -> model.Context:
    return model.Context(actor, day, key)


def make_statement(**changes: Any) -> Statement:
    """Return a statement of project removals over 2024 and 2025: 100 and 60 t CO2e."""
    header = StatementHeader(
        county_code=COUNTY,
        project_code=changes.pop("project_code", PROJECT),
        period_start=changes.pop("period_start", date(2024, 1, 1)),
        period_end=changes.pop("period_end", date(2025, 12, 31)),
        as_of=changes.pop("as_of", date(2026, 1, 1)),
        manifest_sha256="a" * 64,
        dataset_sha256="b" * 64,
        code_version="0.1.0",
        seed=7,
        purpose="demo",
        simulated=True,
    )
    estimate = Estimate(1000.0, 400.0, 9.0, "t C", 12, "stratified", ())
    # 181.5 t without error: 2 % baseline and 10 % risk leave 160.083
    change = Estimate(181.5, 0.0, 9.0, "t CO2e", 12, "paired_change")
    terms = {
        "project_change": 181.5, "uncertainty_discount": 0.0, "project_emissions": 0.0,
        "baseline_change": -3.63, "leakage": 0.0, "risk_deduction": -17.787,
        "net_removals": 160.083, "claim": 160.0,
    }  # fmt: skip
    base = Statement(
        kind="project_removals",
        header=header,
        profile_id="demo",
        profile_version="1",
        profile_sha256=load("demo").sha256,
        estimates=(
            DomainEstimate("account", "project", "carbon_stock", estimate, year=2025),
            DomainEstimate("account", "project", "net_change", change, period=(2024, 2025)),
        ),
        lines=tuple(AccountLine(term, value, "t CO2e") for term, value in terms.items()),
        claim_tco2e=160,
        vintages=(VintageQuantity(2024, 100), VintageQuantity(2025, 60)),
    )
    return replace(base, **changes)


def stock_statement() -> Statement:
    return make_statement(kind="county_stock", project_code=None, lines=(), claim_tco2e=0, vintages=())


def base_steps(registry: Registry) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Yield the acts up to a verified statement, each a use case of its own."""
    people = [
        ("OWNER", "company"), ("VILLAGE", "village_collective"), ("TRADER", "trader"), ("BANK", "lender"),
        ("VVB", "verifier"), ("BUREAU", "bureau"), ("SUPER", "supervisor"),
    ]  # fmt: skip
    records = [
        model.PartyRecord(code, kind, f"演练{code} / rehearsal {code}", f"SIM-{code}", simulated=True)
        for code, kind in people
    ]
    parcels = [
        model.ParcelRecord(f"P{n}", COUNTY, 40_000 + n, date(2020, 1, 1), b"\x01geometry%d" % n, "EPSG:4547",
                           (0.5 + n, 0.0, 1.25 + n, 1.0), simulated=True)
        for n in range(3)
    ]  # fmt: skip
    shares = (model.RightShare("OWNER", 1, 2), model.RightShare("VILLAGE", 1, 2))
    applications = [
        model.RightApplication(
            f"C{n}", f"P{n}", "碳汇收益权", shares, date(2020, 1, 1), date(2070, 1, 1), "d" * 64
        )
        for n in range(3)
    ]
    dataset = model.DatasetRecord(
        "b" * 64, COUNTY, date(2026, 1, 1), "a" * 64, (model.FileRecord("plots", "plots.xlsx", 10, "e" * 64),)
    )
    ids: dict[str, Any] = {}
    yield "parties", lambda: register_parties(registry, context("BUREAU", "parties"), records)
    yield "account 1", lambda: open_account(registry, context("BUREAU", "account-1"), "A-OWNER", "OWNER")
    yield "account 2", lambda: open_account(registry, context("BUREAU", "account-2"), "A-TRADER", "TRADER")
    yield "cash", lambda: deposit_cash(registry, context("BUREAU", "cash"), "A-TRADER", 1_000_000)
    yield "parcels", lambda: register_parcels(registry, context("BUREAU", "parcels"), parcels)
    yield (
        "apply",
        lambda: ids.update(
            rights=apply_rights(registry, context("OWNER", "apply"), applications).result["right_ids"]
        ),
    )
    notice_end = DAY + timedelta(days=28)
    yield (
        "notice",
        lambda: open_notice(registry, context("BUREAU", "notice"), COUNTY, ids["rights"], notice_end),
    )
    yield (
        "object",
        lambda: ids.update(
            objection=file_objection(
                registry, context("VILLAGE", "object"), ids["rights"][0], "boundary"
            ).result["objection_id"]
        ),
    )
    yield (
        "resolve",
        lambda: resolve_objection(
            registry, context("BUREAU", "resolve"), ids["objection"], "dismissed", "surveyed again"
        ),
    )
    after = DAY + timedelta(days=30)
    yield "confirm", lambda: confirm_rights(registry, context("BUREAU", "confirm", after), ids["rights"])
    yield "dataset", lambda: record_dataset(registry, context("SYSTEM", "dataset"), dataset)
    yield "project", lambda: register_project(registry, context("BUREAU", "project"), make_project())
    statement = make_statement()
    yield (
        "statement",
        lambda: ids.update(
            statement=submit_statement(registry, context("MAKER", "statement"), statement).result[
                "statement_id"
            ]
        ),
    )
    yield (
        "verify",
        lambda: verify_statement(registry, context("VVB", "verify"), ids["statement"], 160, "as claimed"),
    )
    yield "stock", lambda: submit_statement(registry, context("MAKER", "stock"), stock_statement())


def value_request(name: str = "risk_deduction", **changes: Any) -> model.ConfirmationRequest:
    """Return a request to confirm a value of the demonstration profile as it stands."""
    profile = load("demo")
    digest = profile.entries()[name].sha256
    base = model.ConfirmationRequest("demo", profile.sha256, name, digest, "6.6", "9" * 64, "read on paper")
    return replace(base, **changes)


def confirmation(key: str, actor: str, name: str = "risk_deduction") -> Confirmation:
    """Return the confirmation that `value_request` asked for under a key."""
    sha256 = load("demo").sha256
    digest = load("demo").entries()[name].sha256
    return Confirmation(name, derived_id("CONF", key, sha256, name), sha256, digest, "6.6", actor)


def make_project(**changes: Any) -> model.ProjectRecord:
    base = model.ProjectRecord(
        PROJECT, "演练造林 / rehearsal planting", "demonstration", "demo", "OWNER", COUNTY, date(2021, 3, 1),
        date(2021, 3, 1), date(2051, 3, 1), "碳汇收益权", ("P0", "P1"), simulated=True,
    )  # fmt: skip
    return replace(base, **changes)


def market_steps(registry: Registry) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Yield the acts from issuance to supervision."""
    ids: dict[str, Any] = {}
    statement_id = f"ST-{make_statement().digest[:24]}"
    yield "issue", lambda: issue_units(registry, context("BUREAU", "issue"), statement_id, "A-OWNER")
    yield (
        "list",
        lambda: ids.update(
            listing=list_units(registry, context("OWNER", "list"), "A-OWNER", LOT, 40, 6_000).result[
                "listing_id"
            ]
        ),
    )
    yield (
        "buy",
        lambda: ids.update(
            trade=buy_units(registry, context("TRADER", "buy"), ids["listing"], "A-TRADER", 25).result[
                "trade_id"
            ]
        ),
    )
    yield "settle", lambda: settle_trade(registry, context("EXCHANGE", "settle"), ids["trade"])
    purpose = model.Retirement(
        "演练公司 / rehearsal company", "SIM-1", "voluntary", date(2025, 1, 1), date(2025, 12, 31)
    )
    yield "retire", lambda: retire_units(registry, context("TRADER", "retire"), "A-TRADER", LOT, 10, purpose)
    terms = model.PledgeTerms("BANK", 100_000, "SIM-FILING-1", date(2027, 1, 1))
    yield (
        "pledge",
        lambda: ids.update(
            pledge=pledge_units(registry, context("OWNER", "pledge"), "A-OWNER", LOT, 20, terms).result[
                "pledge_id"
            ]
        ),
    )
    yield "release", lambda: release_pledge(registry, context("BANK", "release"), ids["pledge"])
    yield "pledge 2", lambda: pledge_units(registry, context("OWNER", "pledge-2"), "A-OWNER", LOT, 5, terms)
    quotes = [model.PriceQuote("venue", date(2026, 1, 2), 6_500, "f" * 64, simulated=True)]
    yield "prices", lambda: record_prices(registry, context("SYSTEM", "prices"), quotes)
    value = model.ValuationRecord("units", LOT, DAY, "market", "1" * 64, 1, 2, 3, {"price_fen_per_t": "6500"})
    yield "value", lambda: record_valuation(registry, context("SYSTEM", "value"), value)
    yield "confirm value", lambda: confirm_value(registry, context("VVB", "confirm-value"), value_request())
    confirmed = make_statement(
        kind="county_stock", project_code=None, lines=(), claim_tco2e=0, vintages=(),
        as_of=date(2026, 1, 3), confirmed=(confirmation("confirm-value", "VVB"),),
    )  # fmt: skip
    yield "confirmed stock", lambda: submit_statement(registry, context("MAKER", "stock-2"), confirmed)
    findings = [Finding("u-over-limit", "warning", "statement", 3, "domain", "x", {"u_frac": 0.12})]
    duties = [model.DutyRecord("plots", COUNTY, "monitor", "BUREAU", date(2026, 3, 1), "open")]
    yield (
        "supervise",
        lambda: record_supervision(registry, context("SUPER", "supervise"), COUNTY, DAY, findings, duties),
    )


@pytest.fixture
def chain() -> SimpleNamespace:
    """Give the acts, records and names that tests build on."""

    def run_base(registry: Registry) -> Registry:
        for _, act in base_steps(registry):
            act()
        return registry

    def run_market(registry: Registry) -> Registry:
        for _, act in market_steps(registry):
            act()
        return registry

    return SimpleNamespace(
        base_steps=base_steps,
        market_steps=market_steps,
        run_base=run_base,
        run_market=run_market,
        context=context,
        make_statement=make_statement,
        stock_statement=stock_statement,
        make_project=make_project,
        value_request=value_request,
        confirmation=confirmation,
        statement_id=f"ST-{make_statement().digest[:24]}",
        Clock=Clock,
        COUNTY=COUNTY,
        PROJECT=PROJECT,
        LOT=LOT,
        DAY=DAY,
    )


@pytest.fixture
def based(stages: Stages, open_registry: Callable[..., Registry], tmp_path: Path) -> Registry:
    """Give a registry with a verified statement."""
    return open_registry(stages.copy("base", tmp_path / "outside"), tmp_path / "outside")


@pytest.fixture
def issued(stages: Stages, open_registry: Callable[..., Registry], tmp_path: Path) -> Registry:
    """Give a registry with 100 units of vintage 2024 and 60 of 2025 on A-OWNER."""
    return open_registry(stages.copy("issued", tmp_path / "outside"), tmp_path / "outside")


@pytest.fixture
def finished(stages: Stages, open_registry: Callable[..., Registry], tmp_path: Path) -> Registry:
    """Give a registry that went through the whole chain."""
    return open_registry(stages.copy("finished", tmp_path / "outside"), tmp_path / "outside")
