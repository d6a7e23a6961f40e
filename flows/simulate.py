"""Make the simulated county: the land, its stands and plots, its papers, and the truth behind them.

Everything written says "simulated data / 模拟数据"; the same seed and size give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from geodata.simulation import documents
from geodata.simulation.faults import check_faults
from geodata.simulation.folder import check_request, county_folder
from geodata.simulation.history import StandHistory
from geodata.simulation.landscape import Landscape, build_landscape
from geodata.simulation.outputs import write_land_cover
from geodata.simulation.parcel_table import parcel_fields, write_parcels
from geodata.simulation.rights import draw_rights
from geodata.simulation.sample import PlotPoints, draw_points
from mrv.simulation import species
from mrv.simulation.account import parcel_truth, totals
from mrv.simulation.stands import Stands, draw_stands
from mrv.simulation.survey import Tally, survey_stands, tally_trees
from mrv.simulation.trees import draw_sample
from mrv.simulation.truth import ExpectedStock, expected_stock

Progress = Callable[[str, int, int], None]
"""Called with the name of a step, its number and the number of steps."""
STEPS = ("land", "stands", "parcels", "plots", "landcover", "papers", "truth")
"""Steps in order."""


@dataclass(frozen=True, slots=True)
class SimulationSummary:
    """What was written."""

    folder: Path
    """Where the county is."""
    parcels: int
    """Number of parcels."""
    forest_parcels: int
    """Parcels that carry a stand, the project's among them."""
    area_ha: float
    """Area of all parcels [ha]."""
    plots: int
    """Number of plots, each measured twice."""
    tree_rows: int
    """Rows of the tree sheet."""
    files: tuple[str, ...]
    """Files written, relative to the folder, sorted."""


def simulate_county(
    out: Path,
    *,
    seed: int,
    parcels: int,
    faults: frozenset[str] = frozenset(),
    progress: Progress | None = None,
) -> SimulationSummary:
    """Write a simulated county.

    Parameters
    ----------
    out
        Folder to write; it must not exist or be empty.
    seed
        Seed of the generator.
    parcels
        Number of sub-compartments, 100 to 500 000.
    faults
        Names of faults to plant (`geodata.simulation.faults.FAULTS`), for tests of bad input.
    progress
        Told of each step as it begins.
    """
    check_request(out, seed, parcels)
    planted = check_faults(faults)
    step = _stepper(progress)
    with county_folder(out) as folder:
        step("land")
        land = build_landscape(seed, parcels)
        step("stands")
        stands = draw_stands(seed, *land.site)
        stock = expected_stock(stands)
        step("parcels")
        survey = asdict(survey_stands(seed, stands, stock))
        write_parcels(folder / "parcels/xiaoban_2025.shp", land, parcel_fields(seed, land, survey), planted)
        step("plots")
        points = draw_points(seed, land, stands.stratum, species.STRATA)
        tally = tally_trees(seed, draw_sample(seed, stands, points.stand))
        _write_plots(folder, land, points, stands, tally, planted)
        step("landcover")
        history = StandHistory(stands.age_year, stands.cleared_year)
        change = write_land_cover(folder / "landcover", seed, land, history, planted)
        step("papers")
        _write_papers(folder, seed, land)
        step("truth")
        _write_truth(folder, land, stands, stock, seed=seed, change=change)
        documents.write_notice(folder / "README.txt", seed=seed, parcels=parcels, faults=planted)
    return _summary(out, land, points, tally)


def _stepper(progress: Progress | None) -> Callable[[str], None]:
    def step(name: str) -> None:
        if progress is not None:
            progress(name, STEPS.index(name), len(STEPS))

    return step


def _write_plots(
    folder: Path, land: Landscape, points: PlotPoints, stands: Stands, tally: Tally, faults: frozenset[str]
) -> None:
    documents.write_plots(
        folder / "plots/plots_2020_2025.xlsx",
        land,
        points,
        species.STRATA,
        stands.dominant[points.stand],
        asdict(tally),
        faults,
    )


def _write_papers(folder: Path, seed: int, land: Landscape) -> None:
    documents.write_rights(folder / "rights/rights.xlsx", draw_rights(seed, land))
    strata = (species.STRATA[-2], species.STRATA[-1])
    documents.write_project(folder / "project/project.xlsx", land, strata, species.PROJECT_CODE)
    documents.write_prices(folder / "prices/price_series.csv", seed)


def _write_truth(
    folder: Path,
    land: Landscape,
    stands: Stands,
    stock: ExpectedStock,
    *,
    seed: int,
    change: dict[str, object],
) -> None:
    area_ha = land.area_ha[land.forest]
    columns = parcel_truth(stands, stock, area_ha)
    known = {"seed": seed, **totals(columns, area_ha), "change_classes": change}
    documents.write_truth(folder / "truth", land, known, columns)


def _summary(out: Path, land: Landscape, points: PlotPoints, tally: Tally) -> SimulationSummary:
    files = sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file())
    return SimulationSummary(
        folder=out,
        parcels=len(land.geometry),
        forest_parcels=int(land.forest.sum()),
        area_ha=float(land.area_ha.sum()),
        plots=len(points.stand),
        tree_rows=len(tally.plot),
        files=tuple(files),
    )
