"""B1: the stratified estimate of a million trees, and the kernel of moments at the size of a county.

Trees carry a species code as text, DBH and height, and are sorted by plot; each species has its equation
a D^b H^c. Pandas merges the coefficients, groups by plot, joins the strata (plots without trees are zeros)
and groups again. Ours looks the coefficients up, adds by plot and asks a `Population`. Total and standard
error are held against each other before anything is timed. B1b runs the product's own equation library on
the same trees; B1c is the kernel: 3,000 plots, 10 variables, 20 domains.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from harness import ROOT, Row, alternate, timed
from numpy.typing import NDArray

sys.path.insert(0, str(ROOT))

from mrv.allometry import tree_volume_m3
from mrv.coefficients import volume_equation_of
from mrv.equations.selection import factorise
from mrv.population import Population

TREES = 1_000_000
PLOTS = 25_000
PLOT_HA = 0.0667
CODES = ("220", "310", "350", "410", "490")
AREAS = {f"h{i}": 1_000.0 * (i + 1) for i in range(8)}
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Data:
    """Trees and plots as both sides get them."""

    trees: pd.DataFrame
    plots: pd.DataFrame
    coefficients: pd.DataFrame
    limit: Callable[[], Floats]
    """The least work: looking up and one exponential."""


def make() -> Data:
    rng = np.random.default_rng(11)
    species = rng.integers(0, len(CODES), TREES)
    dbh = 5 + rng.gamma(3.0, 4.0, TREES)
    height = 2 + 0.8 * dbh ** rng.normal(0.95, 0.02, TREES)
    # every hundredth plot has no tree
    plot = np.sort(rng.choice(np.flatnonzero(np.arange(PLOTS) % 100 > 0), TREES))
    equations = [volume_equation_of(code) for code in CODES]
    rows = [(code, e.a, e.b1, e.c1) for code, e in zip(CODES, equations, strict=True)]
    if any(e.b2 or e.c2 for e in equations):
        raise AssertionError("an equation is not of the form a D^b H^c")
    table = pd.DataFrame(rows, columns=["species", "a", "b", "c"])
    trees = pd.DataFrame({"plot": plot, "species": np.array(CODES)[species], "dbh": dbh, "height": height})
    plots = pd.DataFrame({"plot": np.arange(PLOTS), "stratum": [f"h{i % 8}" for i in rng.permutation(PLOTS)]})
    logs, constant = np.log(dbh), np.log(table["a"].to_numpy())
    return Data(trees, plots, table, lambda: np.exp(constant[species] + logs))


def of_pandas(data: Data) -> tuple[float, float]:
    joined = data.trees.merge(data.coefficients, on="species")
    volume = joined["a"] * joined["dbh"] ** joined["b"] * joined["height"] ** joined["c"]
    by_plot = volume.groupby(joined["plot"]).sum().rename("volume") / PLOT_HA
    full = data.plots.join(by_plot, on="plot").fillna({"volume": 0.0})
    stats = full.groupby("stratum")["volume"].agg(["mean", "var", "size"])
    area = pd.Series(AREAS)
    total = (area * stats["mean"]).sum()
    return float(total), float((area**2 * stats["var"] / stats["size"]).sum() ** 0.5)


def estimated(
    by_tree: Floats, plot: NDArray[np.intp], ids: NDArray[np.str_], strata: NDArray[np.str_]
) -> tuple[float, float]:
    per_ha = np.bincount(plot, by_tree, minlength=PLOTS) / PLOT_HA
    estimate = Population.stratified(ids, strata, AREAS).totals(per_ha).estimate(0, "all", "m3")
    return estimate.value, estimate.standard_error


def near(ours: tuple[float, float], peer: tuple[float, float]) -> None:
    if not np.allclose(ours, peer, rtol=1e-10):
        raise AssertionError(f"ours {ours}, pandas {peer}")


def kernel() -> Row:
    rng = np.random.default_rng(1)
    n, k, d = 3_000, 10, 20
    values, owner = rng.gamma(2.0, 20.0, (n, k)), rng.integers(0, d, n)
    ids = [f"{i:05d}" for i in range(n)]
    population = Population.stratified(
        ids, [f"h{i % 6}" for i in range(n)], {f"h{i}": 100.0 for i in range(6)}
    )
    masks = {f"d{i}": owner == i for i in range(d)}
    spread = np.concatenate([values * mask[:, None] for mask in masks.values()], axis=1)
    strata = np.arange(n) % 6

    def plain() -> Floats:
        parts = [np.cov(spread[strata == h], rowvar=False) / (strata == h).sum() for h in range(6)]
        return np.asarray(100.0**2 * np.sum(parts, axis=0))

    ours, expected = population.totals(values, masks).covariance, plain()
    if not np.allclose(ours, expected, rtol=1e-9, atol=1e-12 * expected.max()):
        raise AssertionError("the covariances differ")
    times = alternate(lambda: population.totals(values, masks), plain, 15)
    return Row(
        "B1c",
        times.ours.median,
        times.peer.median,
        None,
        times.ratio,
        "3,000 plots x 10 variables x 20 domains <= 5 ms",
        times.ours.median <= 0.005,
        f"peer: numpy covariance of 200 columns by stratum; equal first; {times.note}",
    )


def run() -> list[Row]:
    data = make()
    trees, plots = data.trees, data.plots
    codes, plot = trees["species"].to_numpy(dtype=np.str_), trees["plot"].to_numpy()
    dbh, height = trees["dbh"].to_numpy(), trees["height"].to_numpy()
    ids, strata = plots["plot"].map("{:06d}".format).to_numpy(np.str_), plots["stratum"].to_numpy(np.str_)
    known = data.coefficients.set_index("species")

    def ours() -> tuple[float, float]:
        names, index = factorise(codes)
        a, b, c = (known.loc[list(names), column].to_numpy() for column in ("a", "b", "c"))
        by_tree = np.exp(np.log(a)[index] + b[index] * np.log(dbh) + c[index] * np.log(height))
        return estimated(by_tree, plot, ids, strata)

    def library() -> tuple[float, float]:
        return estimated(tree_volume_m3(codes, dbh, height), plot, ids, strata)

    expected = of_pandas(data)
    near(ours(), expected)
    near(library(), expected)
    limit = timed(data.limit).median
    rows = []
    for name, work, what in (
        ("B1", ours, "coefficients looked up, sums by plot, population prepared in each run"),
        ("B1b", library, "the same trees through mrv.allometry.tree_volume_m3"),
    ):
        times = alternate(work, lambda: of_pandas(data))
        rows.append(
            Row(
                name,
                times.ours.median,
                times.peer.median,
                limit,
                times.ratio,
                ">= 2x pandas",
                times.ratio >= 2,
                f"1e6 trees, 25,000 plots, 8 strata; {what}; equal first; {times.note}",
            )
        )
    return [*rows, kernel()]
