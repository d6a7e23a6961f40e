"""金融 Finance: what stock and units are worth, and which units secure a loan."""

from __future__ import annotations

from datetime import date

from prefect import flow

from flows import tasks
from flows.lock import at_work
from flows.workspace import open_run


@flow(name="finance")
def finance(
    county: str,
    data: str | None = None,
    home: str | None = None,
    as_of: date | None = None,
    lang: str | None = None,
) -> None:
    """Value stock and units, carry out pledges and releases."""
    run = open_run(county, data=data, home=home, as_of=as_of, lang=lang)
    with at_work(run.home, run.settings.log_level):
        tasks.value(run)
        tasks.pledge(run)
