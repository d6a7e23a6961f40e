"""Where a plan takes mean and spread of its strata from: plots measured before, a file, a number."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from flows.county import County, NfiInventory
from flows.errors import PlanError
from geodata.tables import read_table
from mrv.inventory import build_tree_inventory
from mrv.plot_stocks import plot_stocks, tree_stocks
from mrv.profile import load as load_profile
from mrv.survey_prior import SurveyPrior, prior_from_cv, prior_from_figures, prior_from_plots

DEFAULT_CV = 0.6
"""Coefficient of variation assumed where nothing is known and nothing stated; the plan says so [1]."""


def known_beforehand(
    stated: str | None, strata: Sequence[str], county: County | None, folder: Path
) -> SurveyPrior:
    """Return what is known of the strata.

    Parameters
    ----------
    stated
        A file, a coefficient of variation, or nothing: the county's last campaign, else an assumption.
    strata
        Strata of the plan.
    county, folder
        County file, if there is one, and the folder of its files.

    Raises
    ------
    PlanError
        What was stated cannot be read.
    """
    if stated is None:
        measured = _measured_before(county, folder)
        if measured is not None:
            return measured
        return prior_from_cv(strata, DEFAULT_CV, f"CV {DEFAULT_CV} (tanhui)")
    try:
        cv = float(stated)
    except ValueError:
        return _prior_file(Path(stated))
    return prior_from_cv(strata, cv, f"CV {cv:g} (--prior)")


def _prior_file(path: Path) -> SurveyPrior:
    table, findings = read_table(path, "nfi_workbook_prior")
    if any(finding.severity == "error" for finding in findings):
        raise PlanError("plan-prior-unreadable", file=path.name, count=len(findings))
    unit = str(table["unit"][0]) if "unit" in table.columns and len(table) else "m3/ha"
    source = "; ".join(sorted({str(s) for s in table.columns.get("source", ()) if s}))
    shown = f"{table.source}: {source}" if source else table.source
    stratum, mean, sd = (table[name].tolist() for name in ("stratum", "mean", "sd"))
    return prior_from_figures(stratum, mean, sd, unit, shown)


def _measured_before(county: County | None, folder: Path) -> SurveyPrior | None:
    """Return mean and spread of the plots of the last campaign, if the county has one."""
    inventory = None if county is None else county.inventory
    if county is None or not isinstance(inventory, NfiInventory):
        return None
    if not (folder / inventory.path).is_file():
        return None
    plots, _ = read_table(folder / inventory.path, inventory.mapping, table="plots")
    trees, _ = read_table(folder / inventory.tree_path, inventory.mapping, table="trees")
    checked, _ = build_tree_inventory(plots, trees, inventory.plot_design.design)
    stocks = tree_stocks(checked.trees, load_profile(county.account.profile))
    year = checked.campaigns[-1]
    return prior_from_plots(plot_stocks(checked, stocks, year), f"{inventory.path.name}, {year}")
