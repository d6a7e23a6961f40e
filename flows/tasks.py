"""The steps of the chain as Prefect tasks: what each does stands in :mod:`flows.steps`.

A task is one step that a person would name, never one parcel or one plot. Nothing is cached by Prefect: the
registry's idempotency keys and the content-addressed datasets already make a second run a no-op. Only steps
that read files or the database are retried.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import wraps
from typing import Any, TypeVar

import structlog
from prefect import task
from prefect.cache_policies import NO_CACHE

from flows import artifacts
from flows.progress import listen, report, someone_listens
from flows.steps import account_project as project_steps
from flows.steps import account_stock as stock_steps
from flows.steps import financing, measuring, supervising, trading
from flows.steps.reporting import write_report as write_report_step

R = TypeVar("R")


def as_task(stage: str, step: str, function: Callable[..., tuple[R, str]]) -> Callable[..., R]:
    """Make a step a Prefect task that reports its progress.

    Parameters
    ----------
    stage, step
        Names in the catalogue of messages: ``stage-<stage>``, ``step-<step>``.
    function
        Does the work; returns its result and a short note for the person who watches.
    """

    @wraps(function)
    def body(*arguments: Any, **options: Any) -> R:
        with ExitStack() as stack:
            if not someone_listens() and artifacts.in_a_flow():
                stack.enter_context(listen(artifacts.ProgressArtifacts()))
            current = stack.enter_context(report(stage, step))
            log = structlog.get_logger().bind(stage=stage, step=step)
            began = time.monotonic()
            try:
                result, current.note = function(*arguments, **options)
            except Exception as error:
                log.error("step failed", rule=getattr(error, "rule", type(error).__name__))
                raise
            log.info("step done", seconds=round(time.monotonic() - began, 3), note=current.note)
        return result

    as_prefect = task(name=step, tags=[stage], cache_policy=NO_CACHE, persist_result=False)
    return as_prefect(body)


read_inputs = as_task("monitor", "read-inputs", measuring.read_inputs)
measure_areas = as_task("monitor", "measure-areas", measuring.measure_areas)
detect_change = as_task("monitor", "detect-change", measuring.detect_change)
record_monitoring = as_task("monitor", "record-monitoring", measuring.record_monitoring)
account_stock = as_task("account", "account-stock", stock_steps.account_stock)
account_project = as_task("account", "account-project", project_steps.account_project)
submit_statements = as_task("account", "submit-statements", stock_steps.submit_statements)
register_rights = as_task("trade", "register-rights", trading.register_rights)
register_project = as_task("trade", "register-project", trading.register_project)
verify_statement = as_task("trade", "verify-statement", trading.verify_statement)
issue_units = as_task("trade", "issue-units", trading.issue_units)
trade_units = as_task("trade", "trade-units", trading.trade_units)
value = as_task("finance", "value", financing.value)
pledge = as_task("finance", "pledge", financing.pledge)
check_registry = as_task("supervise", "check-registry", supervising.check_registry)
record_supervision = as_task("supervise", "record-supervision", supervising.record_supervision)
write_report = as_task("supervise", "write-report", write_report_step)
publish_results = as_task("supervise", "publish-results", artifacts.publish_results)

__all__ = [
    "account_project",
    "account_stock",
    "check_registry",
    "detect_change",
    "issue_units",
    "measure_areas",
    "pledge",
    "publish_results",
    "read_inputs",
    "record_monitoring",
    "record_supervision",
    "register_project",
    "register_rights",
    "submit_statements",
    "trade_units",
    "value",
    "verify_statement",
    "write_report",
]
