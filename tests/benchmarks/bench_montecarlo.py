"""B2 and B3: Monte Carlo of a million trees, exact and collapsed, beside full matrices.

The work: ten species, M = exp(a + b ln D + c ln H), shared deviations of b, c and of a multiplier for
each species, a lognormal error of each tree. The matrix method draws and holds trees x draws in float64,
as the R package BIOMASS does.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from harness import Row, Timing, alternate, seconds_of

from mrv.montecarlo import (
    SharedDraws,
    TreeGroup,
    expected_total,
    one_campaign,
    propagate_trees,
    summarise,
)

N_TREES, N_SPECIES = 1_000_000, 10
TREE_SD, SHIFT_SD, FACTOR_SD = 0.3, (0.05, 0.03), 0.10
EXACT_DRAWS, DRAWS = 50, 10_000
MATRIX_TREES, MATRIX_DRAWS = 100_000, 50
SEED = 20240101


@dataclass(frozen=True)
class Forest:
    """Trees sorted by species."""

    species: np.ndarray
    log_dbh: np.ndarray
    log_height: np.ndarray


def forest(n: int = N_TREES) -> Forest:
    rng = np.random.default_rng(SEED)
    log_dbh = rng.normal(2.8, 0.4, n)
    return Forest(np.sort(rng.integers(0, N_SPECIES, n)), log_dbh, 0.6 * log_dbh + rng.normal(0.8, 0.15, n))


def groups(trees: Forest) -> dict[str, TreeGroup]:
    """Return the trees as our engine takes them; this is part of what is timed."""
    made = {}
    edges = np.searchsorted(trees.species, np.arange(N_SPECIES + 1))
    for code in range(N_SPECIES):
        rows = slice(int(edges[code]), int(edges[code + 1]))
        log_d, log_h = trees.log_dbh[rows], trees.log_height[rows]
        x = np.stack([log_d - log_d.mean(), log_h - log_h.mean()], axis=1)
        made[str(code)] = one_campaign(np.exp(-3 + 2 * log_d + 0.5 * log_h), x, TREE_SD)
    return made


def shared(n_draws: int, seed: int) -> dict[str, SharedDraws]:
    rng = np.random.default_rng(seed)
    return {
        str(code): SharedDraws(
            rng.normal(0, SHIFT_SD, (n_draws, 2)), 1 + FACTOR_SD * rng.standard_normal((n_draws, 1))
        )
        for code in range(N_SPECIES)
    }


def ours(trees: Forest, draws: Mapping[str, SharedDraws], path: str, seed: int = 1) -> np.ndarray:
    return propagate_trees({"d": groups(trees)}, draws, seed=seed, path=path).draws["d"][:, 0]  # type: ignore[arg-type]


def matrices(trees: Forest, n_draws: int, seed: int = 3) -> np.ndarray:
    """Return totals by the matrix method: every tree of every draw at once, in float64."""
    rng = np.random.default_rng(seed)
    mean_d = np.bincount(trees.species, trees.log_dbh) / np.bincount(trees.species)
    mean_h = np.bincount(trees.species, trees.log_height) / np.bincount(trees.species)
    db, dc = (rng.normal(0, sd, (N_SPECIES, n_draws)) for sd in SHIFT_SD)
    factor = 1 + FACTOR_SD * rng.standard_normal((N_SPECIES, n_draws))
    own = rng.normal(0, TREE_SD, (trees.species.size, n_draws)) - TREE_SD**2 / 2
    log_mass = (-3 + 2 * trees.log_dbh + 0.5 * trees.log_height)[:, None] + own
    log_mass += db[trees.species] * (trees.log_dbh - mean_d[trees.species])[:, None]
    log_mass += dc[trees.species] * (trees.log_height - mean_h[trees.species])[:, None]
    total: np.ndarray = (np.exp(log_mass) * factor[trees.species]).sum(axis=0)
    return total


def run() -> list[Row]:
    """Assert that all three agree, then time them."""
    trees, small = forest(), forest(MATRIX_TREES)
    agreement = _agreement(small, trees)
    return [_exact(trees, small), _collapsed(trees, small), agreement]


def _agreement(small: Forest, trees: Forest) -> Row:
    """Compare means with the closed form and quantiles with brute force, in Monte Carlo errors."""
    brute = summarise(ours(small, shared(DRAWS, 11), "exact", seed=2))
    drawn = summarise(ours(small, shared(DRAWS, 12), "collapsed", seed=3))
    matrix = summarise(np.concatenate([matrices(small, MATRIX_DRAWS, seed) for seed in range(20)]))
    closed = _closed(small)
    whole = summarise(ours(trees, shared(DRAWS, 13), "collapsed", seed=4))
    off_mean = [
        abs(found.mean.value - exact) / found.mean.mc_error
        for found, exact in ((brute, closed), (drawn, closed), (matrix, closed), (whole, _closed(trees)))
    ]
    off_quantiles = [
        abs(one.value - two.value) / math.hypot(one.mc_error, two.mc_error)
        for one, two in zip(drawn.percentiles, brute.percentiles, strict=True)
    ]
    worst = max(*off_mean, *off_quantiles)
    assert worst < 4, f"the paths do not agree: {off_mean} {off_quantiles}"
    note = (
        f"largest distance in Monte Carlo standard errors; means of exact, collapsed, matrix and the whole "
        f"against the closed form {', '.join(f'{x:.2f}' for x in off_mean)}; 2.5, 5, 50, 95, 97.5 % of "
        f"{MATRIX_TREES:,} trees x {DRAWS:,} draws, collapsed against exact, "
        f"{', '.join(f'{x:.2f}' for x in off_quantiles)}"
    )
    aim = "mean within 3 standard errors of the closed form, quantiles within 3 of brute force"
    return Row("B3b", worst, None, None, None, aim, worst <= 3, note, "standard errors")


def _closed(trees: Forest) -> float:
    return float(sum(expected_total(group, SHIFT_SD)[0] for group in groups(trees).values()))


def _exact(trees: Forest, small: Forest) -> Row:
    """Time in seconds of a core, not of the clock: on a shared machine others use the core too."""
    draws = shared(EXACT_DRAWS, 5)
    made = groups(trees)
    mine = _core_seconds(lambda: propagate_trees({"d": made}, draws, seed=1, path="exact"))
    peer = _core_seconds(lambda: matrices(small, MATRIX_DRAWS))
    rate = N_TREES * EXACT_DRAWS / mine.median / 1e6
    peer_rate = MATRIX_TREES * MATRIX_DRAWS / peer.median / 1e6
    note = (
        f"one thread, seconds of processor time; {N_TREES:,} trees x {EXACT_DRAWS} draws in "
        f"{mine.range_text}; peer: full matrices of {MATRIX_TREES:,} x {MATRIX_DRAWS} in "
        f"{peer.range_text}; limit: the generator alone"
    )
    aim = ">= 70 M tree-draws a second a core"
    unit = "M tree-draws/s"
    return Row("B2", rate, peer_rate, _generator_rate(), rate / peer_rate, aim, rate >= 70, note, unit)


def _core_seconds(work: Callable[[], object], repeats: int = 5) -> Timing:
    """Return the processor time of several runs after one that warms up [s]."""
    work()
    found = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return Timing(tuple(found))


def _generator_rate() -> float:
    z = np.empty(32_768, np.float32)
    rng = np.random.Generator(np.random.SFC64(1))
    count = 500
    found = _core_seconds(lambda: [rng.standard_normal(out=z, dtype=np.float32) for _ in range(count)])
    return count * z.size / found.median / 1e6


def _collapsed(trees: Forest, small: Forest) -> Row:
    draws = shared(DRAWS, 6)
    pair = alternate(lambda: ours(trees, draws, "collapsed"), lambda: matrices(small, MATRIX_DRAWS), 5)
    work = N_TREES * DRAWS / (MATRIX_TREES * MATRIX_DRAWS)
    peer = pair.peer.median * work
    least = min(seconds_of(lambda: np.exp(trees.log_dbh)) for _ in range(3))
    gib = N_TREES * DRAWS * 8 / 2**30
    note = (
        f"{N_TREES:,} trees x {DRAWS:,} draws, from logs to draws, {pair.ours.range_text}; peer: the matrix "
        f"method measured on {MATRIX_TREES:,} x {MATRIX_DRAWS} ({pair.peer.range_text}) and multiplied by "
        f"{work:,.0f}, for its matrices of all of it would need {gib:,.0f} GiB each; limit: one exp a tree"
    )
    ratio = pair.ratio * work
    met = pair.ours.median <= 0.5 and ratio >= 1000
    aim = "<= 0.5 s and >= 1,000x the matrix method"
    return Row("B3", pair.ours.median, peer, least, ratio, aim, met, note)
