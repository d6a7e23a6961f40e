"""交易 Trade: rights and project, the verified quantity, units, and what the market does with them."""

from __future__ import annotations

from datetime import date

from prefect import flow

from flows import tasks
from flows.lock import at_work
from flows.workspace import open_run


@flow(name="trade")
def trade(
    county: str,
    data: str | None = None,
    home: str | None = None,
    as_of: date | None = None,
    lang: str | None = None,
) -> None:
    """Prepare each decision on rights, project, quantity and units; stop at the first one not yet made."""
    run = open_run(county, data=data, home=home, as_of=as_of, lang=lang)
    with at_work(run.home, run.settings.log_level):
        tasks.register_rights(run)
        tasks.register_project(run)
        tasks.verify_statement(run)
        tasks.issue_units(run)
        tasks.trade_units(run)
