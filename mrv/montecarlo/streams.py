"""Random streams that do not depend on the number of threads.

The work is cut into fixed chunks; chunk i always takes the i-th child of the seed
(``SeedSequence.spawn``) and results are joined in the order of the chunks. Which thread ran a chunk,
or how many there were, changes no bit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np

Item = TypeVar("Item")
Result = TypeVar("Result")


def children(seed: int | np.random.SeedSequence, count: int) -> list[np.random.SeedSequence]:
    """Return the first `count` children of a seed; the same each time it is asked.

    Examples
    --------
    >>> [child.spawn_key for child in children(7, 2)]
    [(0,), (1,)]
    """
    parent = seed if isinstance(seed, np.random.SeedSequence) else np.random.SeedSequence(seed)
    # a fresh copy: spawn counts what it gave out, and asking twice must give the same children
    fresh = np.random.SeedSequence(entropy=parent.entropy, spawn_key=parent.spawn_key)
    return fresh.spawn(count)


def labelled(seed: int, *labels: str) -> np.random.SeedSequence:
    """Return the stream of an identity, e.g. a term and a species: the same whatever else is drawn.

    Examples
    --------
    >>> labelled(1, "bef", "310").spawn_key == labelled(1, "bef", "310").spawn_key
    True
    """
    digest = hashlib.sha256("\x1f".join(labels).encode("utf-8")).digest()
    key = tuple(int.from_bytes(digest[i : i + 4], "big") for i in (0, 4, 8))
    return np.random.SeedSequence(entropy=seed, spawn_key=key)


def generator(seed: int | np.random.SeedSequence) -> np.random.Generator:
    """Return the generator of a stream: SFC64, the fastest of numpy's for float32 normals."""
    return np.random.Generator(np.random.SFC64(seed))


def in_chunks(work: Callable[[Item], Result], chunks: Sequence[Item], threads: int = 1) -> list[Result]:
    """Return the result of each chunk in order, by one thread or several."""
    if threads <= 1 or len(chunks) <= 1:
        return [work(chunk) for chunk in chunks]
    with ThreadPoolExecutor(max_workers=threads) as pool:
        return list(pool.map(work, chunks))
