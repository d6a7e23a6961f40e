"""Prove that intervals are honest: ``make validate``.

Draws 2,000 samples of the simulated county for each estimator, counts how often its 90 % interval holds
the truth, and writes ``docs/validation.md`` with its plot. Exit code 1 if a gated row does not keep its gate.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

# one thread each: the work is split over processes, and small products only lose by threads
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from tests.validation import report  # noqa: E402
from tests.validation.cases import CASES, PUBLISHED, Sampler  # noqa: E402
from tests.validation.world import COUNTY_SEED, PARCELS, PLOTS, world  # noqa: E402

REPLICATES = 2_000
SEED = 20_261_123
CHUNK = 20
TEXT = Path(__file__).with_name("validation.md.in")
Sample = tuple[str, float, float, float, float]


def sample(seed: int, first: int, last: int, plots: int = PLOTS, *, published: bool = True) -> list[Sample]:
    """Return (label, truth, error, low, high) of some replicates of every case, or of the gated only."""
    sampler = Sampler.of(world(plots))
    found = []
    for number, case in enumerate((*CASES, *(PUBLISHED if published else ()))):
        for replicate in range(first, last):
            rng = np.random.default_rng([seed, number, replicate])
            for outcome in case(rng, sampler):
                low, high = outcome.interval or outcome.estimate.interval(report.LEVEL)
                error = outcome.estimate.value - outcome.truth
                found.append((outcome.label, outcome.truth, error, low, high))
    return found


def collect(parts: Iterator[list[Sample]], total: int, *, show: bool) -> list[report.Figure]:
    """Return the figures of all rows, telling how far it is."""
    hits: dict[str, list[tuple[float, float, float, float]]] = {}
    for done, part in enumerate(parts, 1):
        for label, *numbers in part:
            hits.setdefault(label, []).append((numbers[0], numbers[1], numbers[2], numbers[3]))
        if show:
            sys.stderr.write(f"\rvalidate 验证: {done}/{total} ({done / total:.0%}) ")
            sys.stderr.flush()
    if show:
        sys.stderr.write("\n")
    return report.figures(hits)


def parallel(seed: int, replicates: int, workers: int) -> list[report.Figure]:
    """Run all replicates over some processes; the result does not depend on how many."""
    world()  # made once, before the processes part
    starts = range(0, replicates, CHUNK)
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        ends = [min(start + CHUNK, replicates) for start in starts]
        return collect(pool.map(sample, [seed] * len(starts), starts, ends), len(starts), show=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, write, judge; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=REPLICATES)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument(
        "--date", help="date to stand in docs/validation.md, YYYY-MM-DD; without it nothing is written"
    )
    asked = parser.parse_args(arguments)
    found = parallel(asked.seed, asked.replicates, asked.workers)
    if asked.date:
        fields = {
            "date": asked.date,
            "seed": asked.seed,
            "replicates": asked.replicates,
            "county_seed": COUNTY_SEED,
            "parcels": PARCELS,
            "plots": PLOTS,
        }
        text = report.document(found, TEXT.read_text("utf-8"), fields)
        (ROOT / "docs" / "validation.md").write_text(text, "utf-8")
        report.plot(found, ROOT / "docs" / "validation.svg")
    sys.stdout.write(report.table(found, ("band", "least", "published")))
    failed = report.failures(found)
    for line in failed:
        sys.stdout.write(f"{line}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
