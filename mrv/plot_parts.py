"""Plots that a border splits: what part of each belongs to the population, and which trees stand there.

A plot that overlaps several stands or land classes is recorded in parts, each with its fraction of the plot
and whether it belongs to the population that is estimated. The plot then counts with the fraction of its
parts that do (`mrv.expansion`), and a tree in another part counts 0 times; nothing is moved inward and no
plot is dropped, so that borders keep their chance (mapped conditions: Bechtold and Patterson 2005, SRS-80,
chapter 4).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np

from mrv.expansion import visits_of
from mrv.findings import Finding
from mrv.inventory import ColumnTable, Inventory
from mrv.record_findings import positions, tree_finding

PART_COLUMNS: Final = ("plot_id", "campaign_year", "part_id", "part_frac", "in_population")
"""Columns of a table of parts."""
YES: Final = frozenset({"1", "是", "yes", "y", "true"})
NO: Final = frozenset({"0", "否", "no", "n", "false"})
SLACK: Final = 0.01
"""Fractions are read to hundredths, so the parts of a plot may add up to 1 by this much more or less [1]."""


def apply_parts(inventory: Inventory, parts: ColumnTable) -> tuple[Inventory, list[Finding]]:
    """Return the inventory with plots cut to their parts inside the population, and what is wrong with them.

    Parameters
    ----------
    inventory
        Plots and trees; trees say in which part they stand (``part_id``), those that do not stand in the
        population.
    parts
        Columns `PART_COLUMNS`, a row for each part of each split plot; plots without a row are whole.

    Returns
    -------
    Inventory, list of Finding
        An ``error`` where fractions cannot be, a word is neither yes nor no, or a tree or part has no plot.
    """
    visits = _visit_positions(inventory)
    findings: list[Finding] = []
    total: dict[int, float] = {}
    inside: dict[int, float] = {}
    member: dict[tuple[int, str], bool] = {}
    for k in range(len(parts.rows)):
        plot, year, part, frac, word = (parts.columns[name][k] for name in PART_COLUMNS)
        visit = visits.get((str(plot), int(year)))
        belongs = str(word).strip().lower()
        if visit is None:
            findings.append(_finding(parts, k, "part-without-plot", "plot_id"))
        elif not 0 <= float(frac) <= 1:
            findings.append(_finding(parts, k, "part-fraction-range", "part_frac"))
        elif belongs not in YES | NO:
            findings.append(_finding(parts, k, "part-word-unknown", "in_population"))
        else:
            total[visit] = total.get(visit, 0.0) + float(frac)
            inside[visit] = inside.get(visit, 0.0) + float(frac) * (belongs in YES)
            member[visit, str(part)] = belongs in YES
            if total[visit] > 1 + SLACK:
                findings.append(_finding(parts, k, "part-fractions-over", "part_frac"))
    changed, more = _cut(inventory, inside, member)
    return changed, [*findings, *more]


def _visit_positions(inventory: Inventory) -> dict[tuple[str, int], int]:
    plots = inventory.plots
    pairs = zip(plots.plot_id.tolist(), plots.campaign_year.tolist(), strict=True)
    return {(str(plot), int(year)): k for k, (plot, year) in enumerate(pairs)}


def _finding(parts: ColumnTable, k: int, rule: str, field: str) -> Finding:
    params: dict[str, str | int | float] = {
        "plot": str(parts.columns["plot_id"][k]),
        "part": str(parts.columns["part_id"][k]),
    }
    return Finding(
        rule, "error", parts.source, int(parts.rows[k]), field, str(parts.columns[field][k]), params
    )


def _cut(
    inventory: Inventory, inside: dict[int, float], member: dict[tuple[int, str], bool]
) -> tuple[Inventory, list[Finding]]:
    plots, trees = inventory.plots, inventory.trees
    fraction, count = plots.sampled_frac.copy(), trees.tally_count.copy()
    for visit, frac in inside.items():
        fraction[visit] = min(frac, 1.0)
    split = np.isin(visits_of(plots, trees), list(inside))
    at = visits_of(plots, trees)
    findings = []
    for i in positions(split & (trees.part_id != "")):
        belongs = member.get((int(at[i]), str(trees.part_id[i])))
        if belongs is None:
            findings.append(tree_finding(trees, i, "tree-part-unknown", "error", "part_id"))
        elif not belongs:
            count[i] = 0.0
    cut: dict[str, Any] = {"sampled_frac": fraction}
    return replace(inventory, plots=replace(plots, **cut), trees=replace(trees, tally_count=count)), findings
