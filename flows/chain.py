"""The chain: monitor - account - trade - finance - supervise. Read this first."""

from __future__ import annotations

from datetime import date

from prefect import flow

from flows import tasks
from flows.account import account
from flows.errors import AwaitingDecision
from flows.finance import finance
from flows.lock import at_work
from flows.monitor import monitor
from flows.supervise import supervise
from flows.trade import trade
from flows.workspace import open_run


@flow(name="chain")
def chain(
    county: str,
    data: str | None = None,
    home: str | None = None,
    as_of: date | None = None,
    lang: str | None = None,
) -> None:
    """Run the five stages in order; where a decision is awaited, write the report so far and stop."""
    run = open_run(county, data=data, home=home, as_of=as_of, lang=lang)
    with at_work(run.home, run.settings.log_level):
        try:
            monitor(county, data, home, as_of, lang)
            account(county, data, home, as_of, lang)
            trade(county, data, home, as_of, lang)
            finance(county, data, home, as_of, lang)
            supervise(county, data, home, as_of, lang)
        except AwaitingDecision as decision:
            tasks.write_report(run, decision)
            tasks.publish_results(run)
            raise
