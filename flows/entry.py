"""Start a stage or the chain by its name.

The only module of the command line's path that imports Prefect, and so the one to import last.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

from flows import account, chain, finance, monitor, supervise, trade

FLOWS: dict[str, Callable[..., Any]] = {
    "monitor": monitor.monitor,
    "account": account.account,
    "trade": trade.trade,
    "finance": finance.finance,
    "supervise": supervise.supervise,
    "chain": chain.chain,
}


def call_stage(name: str, parameters: dict[str, Any]) -> None:
    """Run a stage (or ``chain``) as a Prefect flow in this process.

    Heartbeats tell a server that a flow of another process is alive. Here both are one process, and
    stopping each flow's heartbeat takes a second, so they are left out.
    """
    with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        FLOWS[name](**parameters)
