"""Bartlett Experimental Forest, 437 plots measured in 1991 and 2002: paired net change.

Expected values: recomputed independently from the published table (CRAN spBayes, BEF.dat), simple sampling.
"""

from __future__ import annotations

import csv
import statistics
from datetime import date
from pathlib import Path

import pytest

from mrv.profile import load
from mrv.removals import ProjectChange, build_removals_statement, change_from_biomass
from mrv.sampling import estimate_simple
from mrv.statement import StatementHeader

pytestmark = pytest.mark.realdata
AREA_HA = 1_138.0
PROFILE = load("demo").with_values(
    {
        "carbon_fraction": (0.5, "stated by the run"),
        "pool_below_ground": ("excluded", "the data are above ground"),
        "baseline_share": (0.0, "stated by the run"),
    }
)


@pytest.fixture(scope="module")
def plots(real_data: Path) -> list[tuple[str, float, float]]:
    with (real_data / "bartlett_bef" / "BEF.dat.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return [
        (f"{i:04d}", float(row["ALLBIO91_KGH"]), float(row["ALLBIO02_KGH"])) for i, row in enumerate(rows)
    ]


@pytest.fixture(scope="module")
def change(plots: list[tuple[str, float, float]]) -> ProjectChange:
    ids, first, second = zip(*plots, strict=True)
    return change_from_biomass(ids, first, second, area_ha=AREA_HA, years=(1991, 2002), profile=PROFILE)


def test_mean_change_and_its_error(plots: list[tuple[str, float, float]]) -> None:
    found = estimate_simple([p[0] for p in plots], [p[2] - p[1] for p in plots], unit="kg/ha")
    assert found.value == pytest.approx(23_733.851, abs=5e-4)
    assert found.standard_error == pytest.approx(1_951.593, abs=5e-4)
    assert found.n_plots == 437


def test_the_zero_plots_count(plots: list[tuple[str, float, float]], change: ProjectChange) -> None:
    kept = [p for p in plots if p[1] or p[2]]
    assert len(plots) - len(kept) == 22
    assert statistics.fmean(p[2] - p[1] for p in kept) == pytest.approx(24_992.031, abs=5e-4)
    assert change.change.n_plots == 437


def test_change_in_tonnes(change: ProjectChange) -> None:
    assert change.change.value == pytest.approx(23.733_851 * AREA_HA * 0.5 * 44 / 12, rel=1e-7)
    states = {(e.quantity, e.year): e.estimate for e in change.estimates}
    assert states["biomass_ag_per_ha", 1991].value == pytest.approx(206.309, abs=5e-4)
    assert states["biomass_ag_per_ha", 2002].value == pytest.approx(230.043, abs=5e-4)


def test_pairing_takes_the_covariance(change: ProjectChange) -> None:
    states = {(e.quantity, e.year): e.estimate for e in change.estimates}
    first, second = (states["carbon_stock_ag", year].variance for year in (1991, 2002))
    assert change.change.variance < (first + second) * (44 / 12) ** 2


def test_claim_and_vintages(change: ProjectChange) -> None:
    header = StatementHeader(
        county_code="BARTLETT",
        project_code="P",
        period_start=date(1991, 1, 1),
        period_end=date(2001, 12, 31),
        as_of=date(2026, 6, 30),
        manifest_sha256="a" * 64,
        dataset_sha256="b" * 64,
        code_version="0",
        seed=None,
        purpose="demo",
        simulated=False,
    )
    statement = build_removals_statement(header, PROFILE, change)
    # U = 1.648345 x 1,951.593 / 23,733.851 = 13.55 %: a quarter of the half-width; then 10 % for reversal
    u = 1.648_345 * 1_951.593 / 23_733.851
    assert statement.claim_tco2e == int(change.change.value * (1 - 0.25 * u) * 0.9)
    assert len(statement.vintages) == 11
    assert sum(v.quantity_tco2e for v in statement.vintages) == statement.claim_tco2e
