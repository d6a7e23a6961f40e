"""Exact draws: every tree, in every draw, has its own error.

Trees of a group are worked in chunks that stay in the processor's second-level cache, in float32,
several draws at once where the chunk is short. Where each tree is seen once its own error and the
reading's are merged into one normal of variance s^2 + v^2. Each chunk has a stream of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mrv.moments import Floats
from mrv.montecarlo.streams import children, generator, in_chunks
from mrv.montecarlo.trees import SharedDraws, TreeGroup

CHUNK: Final = 32_768
"""Numbers in one working array: 128 KiB in float32."""
Singles = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Trees of one chunk in float32, and the stream they draw from."""

    weighted: Singles
    covariates: Singles
    tree_sd: Singles
    visit_sd: Singles
    plot: NDArray[np.intp]
    seed: np.random.SeedSequence


def exact_totals(
    group: TreeGroup, shared: SharedDraws, seed: int | np.random.SeedSequence, threads: int = 1
) -> Floats:
    """Return the total of each output in each draw, shape (draws, q), in the unit of ``weighted``.

    Parameters
    ----------
    group
        Trees of one species in one domain.
    shared
        What they share in each draw; its length is the number of draws.
    seed
        Of this group; the result does not depend on `threads`.
    threads
        Threads to use; numpy releases the interpreter's lock while it works.
    """
    n_draws = shared.shifts.shape[0]
    starts = range(0, group.n_trees, CHUNK)
    seeds = children(seed, len(starts) + 1)
    plots = _plot_errors(group, n_draws, seeds[-1])
    chunks = [_cut(group, start, seeds[i]) for i, start in enumerate(starts)]
    shifts = shared.shifts.astype(np.float32)
    parts = in_chunks(lambda chunk: _chunk_totals(chunk, shifts, plots, group.outputs), chunks, threads)
    total = np.zeros((n_draws, group.outputs))
    for part in parts:
        total += part
    total *= shared.factors
    return total


def _cut(group: TreeGroup, start: int, seed: np.random.SeedSequence) -> _Chunk:
    trees = slice(start, start + CHUNK)
    tree_sd, visit_sd = group.tree_sd[trees], group.visit_sd[:, trees]
    if visit_sd.shape[0] == 1:
        tree_sd, visit_sd = np.hypot(tree_sd, visit_sd[0]), np.zeros_like(visit_sd)
    return _Chunk(
        group.weighted[:, trees].astype(np.float32),
        np.ascontiguousarray(np.moveaxis(group.covariates[:, trees], 2, 1), dtype=np.float32),
        tree_sd.astype(np.float32),
        visit_sd.astype(np.float32),
        group.plot[trees],
        seed,
    )


def _plot_errors(group: TreeGroup, n_draws: int, seed: np.random.SeedSequence) -> Singles | None:
    """Return the factor of each plot in each draw, shape (draws, plots); None without plot errors."""
    if group.plot_sd == 0 or group.n_trees == 0:
        return None
    z = generator(seed).standard_normal((n_draws, int(group.plot.max()) + 1), dtype=np.float32)
    s = np.float32(group.plot_sd)
    factors: Singles = np.exp(s * z - s * s / np.float32(2))
    return factors


def _chunk_totals(chunk: _Chunk, shifts: Singles, plots: Singles | None, outputs: int) -> Floats:
    n, n_draws = chunk.tree_sd.size, shifts.shape[0]
    rows = max(1, min(CHUNK // n, n_draws))
    worker = _Worker(chunk, rows, generator(chunk.seed))
    total = np.zeros((n_draws, outputs))
    for first in range(0, n_draws, rows):
        block = slice(first, min(first + rows, n_draws))
        plot_factor = None if plots is None else plots[block][:, chunk.plot]
        worker.add(shifts[block], plot_factor, total[block])
    return total


class _Worker:
    """Working arrays of one chunk, used again for each block of draws."""

    def __init__(self, chunk: _Chunk, rows: int, rng: np.random.Generator) -> None:
        n = chunk.tree_sd.size
        self.chunk, self.rng = chunk, rng
        self.own, self.log, self.part = (np.empty((rows, n), np.float32) for _ in range(3))
        self.campaigns = chunk.weighted.shape[0]
        self.has_own, self.has_visit = bool(chunk.tree_sd.any()), bool(chunk.visit_sd.any())
        half = np.float32(0.5)
        self.centre = -half * (chunk.tree_sd**2 + chunk.visit_sd**2)

    def add(self, shifts: Singles, plot_factor: Singles | None, total: Floats) -> None:
        """Add the totals of one block of draws, shape (rows, q)."""
        rows = shifts.shape[0]
        own, log, part = self.own[:rows], self.log[:rows], self.part[:rows]
        if self.has_own:
            self.rng.standard_normal(out=own, dtype=np.float32)
            np.multiply(own, self.chunk.tree_sd, out=own)
        else:
            own[:] = 0
        for c in range(self.campaigns):
            target = own if self.campaigns == 1 else log
            if self.has_visit:
                self.rng.standard_normal(out=part, dtype=np.float32)
                np.multiply(part, self.chunk.visit_sd[c], out=part)
                np.add(own, part, out=target)
                target += self.centre[c]
            else:
                np.add(own, self.centre[c], out=target)
            for d in range(shifts.shape[1]):
                np.multiply(shifts[:, d, None], self.chunk.covariates[c, d], out=part)
                target += part
            np.exp(target, out=target)
            if plot_factor is not None:
                target *= plot_factor
            total += target @ self.chunk.weighted[c]
