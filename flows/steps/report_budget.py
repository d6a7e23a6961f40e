"""What the uncertainty budgets of the statements put into the report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flows.steps.report_measured import domain_label
from flows.workspace import Run
from geodata.dataset import MonitoringDataset
from mrv.statement import Statement
from mrv.statement_items import BudgetItem, DomainEstimate
from mrv.units import quantity
from registry.reports.budget import BudgetRow


def budget_rows(run: Run, dataset: MonitoringDataset, statements: Sequence[Statement]) -> Iterator[BudgetRow]:
    """Yield what each source adds to each estimate that has a budget."""
    for statement in statements:
        last = {(item.domain, item.quantity): item for item in statement.estimates}
        for item in statement.budget:
            estimate = last.get((item.domain, item.quantity))
            if estimate is not None:
                yield _row(run, dataset, statement.kind, item, estimate)


def _row(
    run: Run, dataset: MonitoringDataset, kind: str, item: BudgetItem, estimate: DomainEstimate
) -> BudgetRow:
    given = item.params
    return BudgetRow(
        kind=kind,
        domain=item.domain,
        label=domain_label(run, dataset, item.domain),
        is_whole=not item.domain.startswith("stratum:"),
        quantity=item.quantity,
        unit=quantity(item.quantity).unit,
        value=estimate.estimate.value,
        when=_when(estimate),
        source=item.source,
        standard_error=item.standard_error,
        share_frac=item.variance_share_frac,
        draws=int(given["draws"]) if "draws" in given else None,
        mc_error_frac=float(given["mc_error_frac"]) if "mc_error_frac" in given else None,
        settled=str(given.get("converged", "yes")),
        path=str(given.get("path", "")),
        status=str(given.get("status", "")),
    )


def _when(item: DomainEstimate) -> str:
    if item.period is not None:
        return f"{item.period[0]}–{item.period[1]}"
    return "" if item.year is None else str(item.year)
