"""金融 steps: what stock and units are worth, which units secure a loan."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from flows.county import County, DecisionTable
from flows.decisions import rehearse
from flows.steps.holdings import account_of, newest_lot, share_of
from flows.steps.stored import once, recorded_statement, stored_dataset
from flows.workspace import Run, open_registry
from mrv.sampling import LEVEL
from mrv.statement import Statement
from mrv.statement_items import DomainEstimate
from registry.finance import pledge_units, record_prices, record_valuation, release_pledge
from registry.lending import loan_limit_fen
from registry.messages.formats import format_money_fen
from registry.model import Context, Outcome, PledgeTerms, PriceQuote, ValuationRecord
from registry.prices import PriceEvidence, stated_prices, summarise_prices
from registry.programmes import load_programme
from registry.queries import encumbrances, projects, statement, units_by_state
from registry.store import Registry
from registry.valuation import Valuation, value_stock, value_units

PLEDGE_DAYS = 365


def value(run: Run) -> tuple[None, str]:
    """Record the prices and value the county's stock and the active units with them."""
    if run.county.prices is None:
        return None, "–"
    with open_registry(run.home, run.settings) as registry:
        prices = _price_evidence(run, registry)
        valuations = [_stock_value(run, registry, prices), _units_value(run, registry, prices)]
        made = [item for item in valuations if item is not None]
        for item in made:
            once(
                registry,
                run.context(f"value-{item.subject_kind}"),
                lambda reg, ctx, item=item: record_valuation(reg, ctx, _record(run, item)),  # type: ignore[misc]
            )
    return None, "; ".join(
        f"{item.subject_kind} {format_money_fen(item.base_fen, run.lang)}" for item in made
    )


def _price_evidence(run: Run, registry: Registry) -> PriceEvidence:
    stated = run.county.prices
    if stated is not None and stated.path is None:
        fen = (stated.low_fen or 0, stated.base_fen or 0, stated.high_fen or 0)
        return stated_prices(run.as_of, fen, stated.source or "")
    table = stored_dataset(run, registry).tables["prices"]
    source = next(file.sha256 for file in run.manifest.files if file.role == "prices")
    columns = ("date", "price_cny_per_t", "venue")
    quotes = [
        PriceQuote(
            venue=str(venue),
            quote_date=date.fromisoformat(str(day)),
            price_fen_per_t=round(float(price) * 100),
            source_sha256=source,
            simulated=run.county.county.simulated,
        )
        for day, price, venue in zip(*(table[column] for column in columns), strict=True)
    ]
    once(registry, run.context("record-prices"), lambda reg, ctx: record_prices(reg, ctx, quotes))
    return summarise_prices(quotes, run.as_of)


def _stock_value(run: Run, registry: Registry, prices: PriceEvidence) -> Valuation | None:
    row = recorded_statement(run, registry, "county_stock")
    if row is None:
        return None
    stock = Statement.from_canonical(statement(registry, row["statement_id"])["content"])
    chosen = whole_stock(run.county, stock)
    if chosen is None:
        return None
    low, high = chosen.estimate.interval(LEVEL)
    middle = chosen.estimate.value
    return value_stock((Decimal(str(low)), Decimal(str(middle)), Decimal(str(high))), prices)


def whole_stock(county: County, stock: Statement) -> DomainEstimate | None:
    """Return the newest carbon stock of the whole county: of all living biomass, else above ground alone."""
    whole = {"county", *(population.id for population in county.populations)}
    for quantity in ("carbon_stock", "carbon_stock_ag"):
        found = [item for item in stock.estimates if item.quantity == quantity and item.domain in whole]
        if found:
            return max(found, key=lambda item: item.year or 0)
    return None


def _units_value(run: Run, registry: Registry, prices: PriceEvidence) -> Valuation | None:
    states = units_by_state(registry, run.county.county.code)
    active = states.issued - states.retired - states.cancelled
    if not active:
        return None
    return value_units(active, prices, load_programme(run.county.county.programme).fee_frac.value)


def _record(run: Run, item: Valuation) -> ValuationRecord:
    return ValuationRecord(
        subject_kind=item.subject_kind,
        subject_id=run.county.county.code,
        as_of=item.as_of,
        method=item.method,
        inputs_sha256=item.inputs_sha256,
        low_fen=item.low_fen,
        mid_fen=item.base_fen,
        high_fen=item.high_fen,
        parameters={**dict(item.assumptions), "quantity_tco2e": str(item.quantity_tco2e)},
    )


def pledge(run: Run) -> tuple[None, str]:
    """Carry out what is scripted of the banks: two pledges, one of which is released."""
    with open_registry(run.home, run.settings) as registry:
        if newest_lot(registry, run) is None:
            return None, "–"
        for step, act in (("pledge-units", _pledge), ("release-pledge", _release)):
            rehearse(
                run,
                step,
                act=lambda context, scripted, act=act: once(  # type: ignore[misc]
                    registry, context, lambda reg, ctx: act(run, reg, ctx, scripted)
                ),
            )
        held = encumbrances(registry, kind="pledge", status="active")
    return None, f"{sum(row['quantity'] for row in held):,} t CO2e"


def _pledge(run: Run, registry: Registry, context: Context, scripted: DecisionTable) -> Outcome | None:
    """Pledge a share of the lot to the acting bank, in two parts."""
    lot = newest_lot(registry, run)
    if lot is None or lot.issued < 4:
        return None
    owner = next(row for row in projects(registry) if row["project_code"] == lot.project_code)["proponent"]
    account = account_of(registry, run, owner)
    evidence = _price_evidence(run, registry)
    limit = load_programme(run.county.county.programme).loan_to_value_frac.value
    quantity = share_of(lot.issued, scripted.share)
    kept = max(quantity * 2 // 3, 1)
    terms = [
        PledgeTerms(
            secured_party=context.actor,
            amount_fen=max(loan_limit_fen(part * evidence.base_fen_per_t, limit), 1),
            filing_no=f"REHEARSAL-{number}",
            ends_on=context.effective_at + timedelta(days=PLEDGE_DAYS),
        )
        for number, part in ((1, kept), (2, max(quantity - kept, 1)))
    ]
    second = Context(owner, context.effective_at, f"{context.key}/second")
    smaller = max(quantity - kept, 1)
    once(registry, second, lambda reg, ctx: pledge_units(reg, ctx, account, lot.lot, smaller, terms[1]))
    first = Context(owner, context.effective_at, context.key)
    return pledge_units(registry, first, account, lot.lot, kept, terms[0])


def _release(run: Run, registry: Registry, context: Context, scripted: DecisionTable) -> Outcome | None:
    """Release the smaller of the bank's pledges."""
    held = encumbrances(registry, kind="pledge", status="active")
    mine = sorted(
        (row["quantity"], row["encumbrance_id"]) for row in held if row["secured_party"] == context.actor
    )
    return release_pledge(registry, context, mine[0][1]) if mine else None
