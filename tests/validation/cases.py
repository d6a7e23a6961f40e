"""Every estimator of the product, each drawing its own samples from the population and knowing the truth.

A case is a function of a generator and the sampler; it yields outcomes. What is gated and what is only
published stands in `ROWS` of `tests/validation/report.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geodata.simulation.sample import DEFAULT_PARCELS, plot_number
from mrv.area import estimate_area
from mrv.estimate import Estimate
from mrv.population import Population
from mrv.regression import estimate_greg, estimate_two_phase
from mrv.sampling import estimate_independent_change, estimate_ratio_to_size
from mrv.small_area import estimate_area_level, estimate_unit_level, with_pooled_variance
from mrv.stehman import estimate_area_stratified
from mrv.strata import EstimationUnit, SinglePlot
from tests.validation.world import COMPONENTS, Floats, World

Rows = NDArray[np.intp]


class Outcome(NamedTuple):
    """What one sample gave."""

    label: str
    estimate: Estimate
    truth: float
    interval: tuple[float, float] | None = None
    """An interval that is not the estimate's own."""


Result = Iterator[Outcome]
FOREST = ("杉木", "松类", "阔叶", "杨树", "毛竹")
TEN = dict.fromkeys(FOREST, 10)
USUAL = {name: plot_number(name, 40_960) for name in FOREST}
"""Plots of a county of usual size: 196 in strata of 28 to 48."""
DEMO = {name: plot_number(name, DEFAULT_PARCELS) for name in FOREST}
"""Plots of the bundled county: 98 in strata of 14 to 24."""
FIVE = dict.fromkeys(FOREST, 5)
THREE = dict.fromkeys(FOREST, 3)
CLEARED = "皆伐火烧"
SINGLE = {**DEMO, "毛竹": 1}
SIMPLE = 60
CLASSES = ("stable_forest", "forest_loss", "forest_gain", "stable_nonforest")
ALLOCATION = {"stable_forest": 165, "forest_loss": 75, "forest_gain": 75, "stable_nonforest": 325}
"""Points of the example of Olofsson and others (2014), table 8."""
TWENTY = dict.fromkeys(CLASSES, 20)
IDS = np.array([f"{i:04d}" for i in range(2000)])


@dataclass(frozen=True, slots=True)
class Sampler:
    """The population and where its strata, townships and map classes are."""

    world: World
    area_ha: Mapping[str, float]
    strata: Mapping[str, Rows]
    townships: Mapping[str, Rows]
    mapped: Mapping[str, Rows]
    blocks: Mapping[str, Rows]
    north: Floats
    """1 in the northern townships."""
    groups: NDArray[np.str_]
    """Strata for post-stratification: three forest types, other forest, open land."""
    phases: NDArray[np.str_]
    """Strata that a first phase of points can tell."""
    cleared: Mapping[str, Rows]
    """Strata of forest with the cleared parcels as one of their own."""
    right: NDArray[np.bool_]
    """Cells whose class on the map is the true one."""

    @classmethod
    def of(cls, world: World) -> Sampler:
        """Index a population."""
        forest = np.isin(world.stratum, FOREST)
        other = np.where(world.forest > 0, "少", "无")
        return cls(
            world,
            world.stratum_area_ha,
            _rows(world.stratum),
            {name: rows[forest[rows]] for name, rows in _rows(world.township).items()},
            _rows(world.map_class),
            _rows(world.block),
            np.isin(world.township, ("103", "104", "106", "110", "113")).astype(np.float64),
            np.where(np.isin(world.stratum, FOREST[:3]), world.stratum, other),
            np.where(world.stratum == "杉木", "杉木", np.where(world.forest > 0, "林", "无")),
            {
                name: rows[forest[rows]]
                for name, rows in _rows(np.where(world.cleared, CLEARED, world.stratum)).items()
                if forest[rows].any()
            },
            world.map_class == world.true_class,
        )

    def stratified(
        self, rng: np.random.Generator, n: Mapping[str, int], single_plot: SinglePlot = "refuse"
    ) -> tuple[Rows, Population]:
        """Draw plots within strata of forest."""
        rows = draw(rng, self.strata, n)
        area = {name: self.area_ha[name] for name in n}
        names = np.repeat(list(n), list(n.values()))
        return rows, Population.stratified(IDS[: rows.size], names, area, single_plot=single_plot)

    def simple(self, rng: np.random.Generator, n: int) -> tuple[Rows, Population]:
        """Draw plots over the whole county, forest or not."""
        rows = rng.integers(0, self.world.stratum.size, n)
        return rows, Population.simple(IDS[:n], self.world.area_ha)

    def forest_total(self, values: NDArray[Any]) -> float:
        """Return the true total over the strata of forest."""
        return float(sum(self.area_ha[name] * values[self.strata[name]].mean() for name in FOREST))


def _rows(labels: NDArray[np.str_]) -> dict[str, Rows]:
    return {str(name): np.flatnonzero(labels == name) for name in np.unique(labels)}


def draw(rng: np.random.Generator, groups: Mapping[str, Rows], n: Mapping[str, int]) -> Rows:
    """Draw n members of each group, each time from all of them."""
    return np.concatenate([groups[name][rng.integers(0, groups[name].size, k)] for name, k in n.items()])


# ---- plots
def simple(rng: np.random.Generator, s: Sampler) -> Result:
    rows, population = s.simple(rng, SIMPLE)
    carbon = s.world.carbon[:, 1]
    yield Outcome("simple", population.totals(carbon[rows]).estimate(0, "all", "t C"), s.world.total(carbon))


def _stratified(n: Mapping[str, int], label: str) -> Case:
    def case(rng: np.random.Generator, s: Sampler) -> Result:
        rows, population = s.stratified(rng, n)
        carbon = s.world.carbon[:, 1]
        totals = population.totals(carbon[rows])
        truth = s.forest_total(carbon)
        yield Outcome(label, totals.estimate(0, "all", "t C"), truth)
        plots = population.totals(carbon[rows], df="plots")
        yield Outcome(f"{label}/df_plots", plots.estimate(0, "all", "t C"), truth)

    return case


def domains(rng: np.random.Generator, s: Sampler) -> Result:
    rows, population = s.stratified(rng, USUAL)
    w, north = s.world, s.north
    totals = population.totals(
        np.column_stack([w.carbon[rows, 1], w.volume[rows]]),
        {"north": north[rows] > 0, "south": north[rows] == 0},
    )
    for name, mask in (("north", north), ("south", 1 - north)):
        truth = s.forest_total(w.carbon[:, 1] * mask)
        yield Outcome(f"domain_{name}", totals.estimate(0, name, "t C"), truth)
    share = s.forest_total(w.carbon[:, 1] * north) / s.forest_total(w.volume * north)
    yield Outcome("ratio_domain", totals.ratio(0, 1, "north", "t C/m3"), share)


def post_stratified(rng: np.random.Generator, s: Sampler) -> Result:
    rows, _ = s.simple(rng, 160)
    w, groups = s.world, s.groups
    names, counts = np.unique(groups, return_counts=True)
    unit = EstimationUnit("u", w.area_ha, dict(zip(names.tolist(), counts.tolist(), strict=True)))
    population = Population.post_stratified(
        IDS[: rows.size], ["u"] * rows.size, groups[rows], [unit], single_plot="collapse"
    )
    totals = population.totals(np.column_stack([w.carbon[rows, 1], w.forest[rows]]))
    yield Outcome("post_stratified", totals.estimate(0, "all", "t C"), w.total(w.carbon[:, 1]))
    truth = w.carbon[:, 1].mean() / w.forest.mean()
    yield Outcome("ratio_of_means", totals.ratio(0, 1, "all", "t C/ha"), float(truth))


def double_sampled(rng: np.random.Generator, s: Sampler) -> Result:
    w = s.world
    points, groups = rng.integers(0, w.stratum.size, 1000), s.phases
    found = {name: points[groups[points] == name] for name in ("杉木", "林", "无")}
    rows = np.concatenate([found[name][:k] for name, k in (("杉木", 40), ("林", 60), ("无", 10))])
    unit = EstimationUnit("u", w.area_ha, {name: float(len(p)) for name, p in found.items()})
    population = Population.double_sampled(IDS[: rows.size], ["u"] * rows.size, groups[rows], [unit])
    totals = population.totals(w.carbon[rows, 1])
    yield Outcome("double_sampled", totals.estimate(0, "all", "t C"), w.total(w.carbon[:, 1]))


def ratio_to_size(rng: np.random.Generator, s: Sampler) -> Result:
    w = s.world
    forest = np.flatnonzero(w.forest > 0)
    rows = forest[rng.integers(0, forest.size, SIMPLE)]
    amount = w.carbon[:, 1] * w.size_ha
    estimate = estimate_ratio_to_size(IDS[:SIMPLE], amount[rows], w.size_ha[rows], unit="t C/ha")
    yield Outcome("ratio_to_size", estimate, float(amount[forest].sum() / w.size_ha[forest].sum()))


def greg(rng: np.random.Generator, s: Sampler) -> Result:
    w = s.world
    rows, population = s.simple(rng, SIMPLE)
    found = estimate_greg(
        population, w.carbon[rows, 1], w.map_volume[rows], [w.map_volume.mean()], unit="t C"
    )
    yield Outcome("greg", found.estimate, w.total(w.carbon[:, 1]))
    rows, population = s.stratified(rng, USUAL)
    mean = s.forest_total(w.map_volume) / population.area_ha
    found = estimate_greg(population, w.carbon[rows, 1], w.map_volume[rows], [mean], unit="t C")
    yield Outcome("greg_stratified", found.estimate, s.forest_total(w.carbon[:, 1]))


def two_phase(rng: np.random.Generator, s: Sampler) -> Result:
    w = s.world
    points = rng.integers(0, w.stratum.size, 400)
    rows = points[:SIMPLE]
    population = Population.simple(IDS[:SIMPLE], w.area_ha)
    first = [w.map_volume[points].mean()]
    found = estimate_two_phase(
        population, w.carbon[rows, 1], w.map_volume[rows], first, points.size, unit="t C"
    )
    yield Outcome("two_phase", found.estimate, w.total(w.carbon[:, 1]))


# ---- change
def _change(n: Mapping[str, int], label: str) -> Case:
    def case(rng: np.random.Generator, s: Sampler) -> Result:
        w = s.world
        rows, population = s.stratified(rng, n)
        truth = s.forest_total(w.carbon[:, 1] - w.carbon[:, 0])
        totals = population.totals(np.column_stack([w.carbon[rows], w.components[rows]]))
        difference = {(0, "all"): -1.0, (1, "all"): 1.0}
        yield Outcome(f"paired_change{label}", totals.combination(difference, "t C"), truth)
        for i, name in enumerate(COMPONENTS):
            true = s.forest_total(w.components[:, i])
            yield Outcome(f"{name}{label}", totals.estimate(2 + i, "all", "t C"), true)
        plots = population.totals(w.carbon[rows], df="plots").combination(difference, "t C")
        yield Outcome(f"paired_change{label}/df_plots", plots, truth)
        again, other = s.stratified(rng, n)
        second = other.totals(w.carbon[again, 1]).estimate(0, "all", "t C")
        change = estimate_independent_change(totals.estimate(0, "all", "t C"), second)
        yield Outcome(f"independent_change{label}", change, truth)

    return case


def cleared_stratum(rng: np.random.Generator, s: Sampler) -> Result:
    w = s.world
    n = dict.fromkeys(s.cleared, 10)
    rows = draw(rng, s.cleared, n)
    area = {name: w.area_ha * group.size / w.stratum.size for name, group in s.cleared.items()}
    population = Population.stratified(IDS[: rows.size], np.repeat(list(n), list(n.values())), area)
    totals = population.totals(np.column_stack([w.carbon[rows], w.components[rows]]))
    truth = s.forest_total(w.carbon[:, 1] - w.carbon[:, 0])
    difference = {(0, "all"): -1.0, (1, "all"): 1.0}
    yield Outcome("paired_change_cleared", totals.combination(difference, "t C"), truth)
    for i, name in enumerate(COMPONENTS):
        true = s.forest_total(w.components[:, i])
        yield Outcome(f"{name}_cleared", totals.estimate(2 + i, "all", "t C"), true)


def collapsed(rng: np.random.Generator, s: Sampler) -> Result:
    rows, population = s.stratified(rng, SINGLE, "collapse")
    w = s.world
    estimate = population.totals(w.carbon[rows, 1]).estimate(0, "all", "t C")
    yield Outcome("collapsed_stratum", estimate, s.forest_total(w.carbon[:, 1]))


# ---- maps
def _olofsson(n: Mapping[str, int], label: str) -> Case:
    def case(rng: np.random.Generator, s: Sampler) -> Result:
        w = s.world
        rows = draw(rng, s.mapped, n)
        whole = w.map_class.size
        mapped = [w.area_ha * s.mapped[name].size / whole for name in CLASSES]
        found = estimate_area(w.map_class[rows], w.true_class[rows], CLASSES, mapped)
        for i, name in enumerate(CLASSES):
            truth = w.area_ha * float((w.true_class == name).mean())
            yield Outcome(f"{label}/{name}", found.area[i], truth, found.area_interval(i))
            yield Outcome(f"{label}/{name}/normal", found.area[i], truth)
        whole = float(s.right.mean())
        yield Outcome(f"{label}/overall", found.overall_accuracy, whole, found.overall_interval())
        yield Outcome(f"{label}/overall/normal", found.overall_accuracy, whole)
        users = float(s.right[s.mapped["forest_loss"]].mean())
        yield Outcome(f"{label}/users_loss", found.users_accuracy[1], users, found.users_interval(1))
        producers = float(s.right[w.true_class == "forest_loss"].mean())
        interval = found.producers_interval(1)
        yield Outcome(f"{label}/producers_loss", found.producers_accuracy[1], producers, interval)

    return case


def stehman(rng: np.random.Generator, s: Sampler) -> Result:
    w = s.world
    rows = draw(rng, s.blocks, dict.fromkeys(s.blocks, 100))
    area = {name: w.area_ha * group.size / w.block.size for name, group in s.blocks.items()}
    found = estimate_area_stratified(
        IDS[: rows.size], w.block[rows], w.map_class[rows], w.true_class[rows], CLASSES, area
    )
    for i in (0, 2, 3):
        truth = w.area_ha * float((w.true_class == CLASSES[i]).mean())
        yield Outcome(f"stehman/{CLASSES[i]}", found.area[i], truth)
    yield Outcome("stehman/overall", found.overall_accuracy, float(s.right.mean()))


# ---- small areas
def unit_level(rng: np.random.Generator, s: Sampler) -> Result:
    w = s.world
    groups = s.townships
    rows = draw(rng, groups, dict.fromkeys(groups, 6))
    means = {name: [w.map_volume[group].mean()] for name, group in groups.items()}
    fit = estimate_unit_level(
        IDS[: rows.size], w.township[rows], w.carbon[rows, 1], w.map_volume[rows], means, unit="t C/ha"
    )
    for name, estimate in fit.estimates.items():
        yield Outcome("eblup_unit", estimate, float(w.carbon[groups[name], 1].mean()))


def area_level(rng: np.random.Generator, s: Sampler) -> Result:
    w = s.world
    groups = s.townships
    direct = {}
    for name, group in groups.items():
        rows = group[rng.integers(0, group.size, 12)]
        direct[name] = (
            Population.simple(IDS[:12]).totals(w.carbon[rows, 1], df="plots").estimate(0, "all", "t C/ha")
        )
    means = {name: [1.0, w.map_volume[group].mean()] for name, group in groups.items()}
    for label, given in (("eblup_area", with_pooled_variance(direct)), ("eblup_area/own", direct)):
        fit = estimate_area_level(given, means, unit="t C/ha")
        for name, estimate in fit.estimates.items():
            yield Outcome(label, estimate, float(w.carbon[groups[name], 1].mean()))


Case = Callable[[np.random.Generator, Sampler], Result]
CASES: tuple[Case, ...] = (
    simple,
    _stratified(USUAL, "stratified"),
    domains,
    post_stratified,
    double_sampled,
    ratio_to_size,
    greg,
    two_phase,
    _change(USUAL, ""),
    _olofsson(ALLOCATION, "olofsson"),
    _olofsson(TWENTY, "olofsson_20"),
    stehman,
)
"""Cases whose rows are gated, but for three below that are gated in the full run alone."""
PUBLISHED: tuple[Case, ...] = (
    _stratified(DEMO, "stratified_demo"),
    _stratified(TEN, "stratified_10"),
    _stratified(FIVE, "stratified_5"),
    _stratified(THREE, "stratified_3"),
    _change(DEMO, "_demo"),
    _change(TEN, "_10"),
    collapsed,
    unit_level,
    area_level,
    cleared_stratum,
)
"""The further cases of the full run."""
