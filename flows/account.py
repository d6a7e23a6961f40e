"""核算 Account: the dataset becomes statements of stock and of removals, with their intervals."""

from __future__ import annotations

from datetime import date

from prefect import flow

from flows import tasks
from flows.lock import at_work
from flows.workspace import open_run


@flow(name="account")
def account(
    county: str,
    data: str | None = None,
    home: str | None = None,
    as_of: date | None = None,
    lang: str | None = None,
) -> list[str]:
    """Estimate stock and removals from the dataset and submit the statements; return their ids."""
    run = open_run(county, data=data, home=home, as_of=as_of, lang=lang)
    with at_work(run.home, run.settings.log_level):
        stock = tasks.account_stock(run)
        removals = tasks.account_project(run)
        ids: list[str] = tasks.submit_statements(run, stock, removals)
    return ids
