"""Any function of uncertain inputs, drawn by identity: the general path, and the oracle of the fast ones.

Each input is a value for every row (a tree, a stratum, a period ...). A term bears the name of the
input that it disturbs, and says who shares a draw: rows with one label of its scope get the same
deviation in a draw. Nothing is cut off at 0, nothing rounded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mrv.errors import EstimationError
from mrv.moments import Floats
from mrv.montecarlo.streams import children, generator, in_chunks
from mrv.montecarlo.terms import ErrorTerm

DRAWS_A_CHUNK: Final = 64
"""Draws that one stream makes."""
Function = Callable[[Mapping[str, Floats]], Floats]
_NO_LABELS: Final[Mapping[str, ArrayLike]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class _Drawn:
    """One term with the means of its identities and the identity of each row."""

    term: ErrorTerm
    mean: Floats
    of_row: NDArray[np.intp]


def propagate_function(
    function: Function,
    inputs: Mapping[str, ArrayLike],
    terms: Sequence[ErrorTerm],
    *,
    n_draws: int,
    seed: int,
    identity: Mapping[str, ArrayLike] = _NO_LABELS,
    threads: int = 1,
) -> Floats:
    """Return what a function of the inputs gives in each draw, shape (draws, ...).

    Parameters
    ----------
    function
        Takes the inputs by name, each of shape (draws, rows), and returns shape (draws, ...), in
        its own unit; a sum over rows is its business.
    inputs
        Point value of each input, a number or shape (rows,), each in its own unit.
    terms
        Errors; a term's name is the name of its input, and one input may have several terms.
    n_draws
        Draws [1].
    seed
        Seed; the result does not depend on `threads`.
    identity
        Label of each row for the scopes ``species``, ``plot`` and ``tree``; without labels for
        ``tree`` each row is a tree. A term drawn at each visit is drawn for each row.
    threads
        Threads over chunks of draws.
    """
    if n_draws < 1:
        raise EstimationError("draws-unusable", count=n_draws)
    columns = {name: np.atleast_1d(np.asarray(value, dtype=np.float64)) for name, value in inputs.items()}
    rows = max((column.size for column in columns.values()), default=1)
    drawn = [_prepared(term, columns, identity, rows) for term in terms]
    starts = range(0, n_draws, DRAWS_A_CHUNK)
    seeds = children(seed, len(starts))

    def chunk(i: int) -> Floats:
        count = min(DRAWS_A_CHUNK, n_draws - i * DRAWS_A_CHUNK)
        rng = generator(seeds[i])
        values = {name: np.broadcast_to(column, (count, rows)) for name, column in columns.items()}
        for item in drawn:
            deviation = item.term.draw(rng, item.mean, (count, item.mean.size)) - item.mean
            values[item.term.name] = values[item.term.name] + deviation[:, item.of_row]
        return function(values)

    return np.concatenate(in_chunks(chunk, list(range(len(starts))), threads))


def _prepared(
    term: ErrorTerm, columns: Mapping[str, Floats], identity: Mapping[str, ArrayLike], rows: int
) -> _Drawn:
    if term.name not in columns:
        raise EstimationError("error-term-without-input", term=term.name, inputs=", ".join(sorted(columns)))
    values = np.broadcast_to(columns[term.name], (rows,))
    of_row = _identities(term, identity, rows)
    first = np.unique(of_row, return_index=True)[1]
    mean = values[first]
    if not np.array_equal(mean[of_row], values):
        raise EstimationError("error-term-identity", term=term.name, scope=term.scope)
    return _Drawn(term, mean, of_row)


def _identities(term: ErrorTerm, identity: Mapping[str, ArrayLike], rows: int) -> NDArray[np.intp]:
    """Return the index of the identity that each row draws with."""
    if term.scope == "global":
        return np.zeros(rows, dtype=np.intp)
    if term.each_visit or (term.scope == "tree" and "tree" not in identity):
        return np.arange(rows, dtype=np.intp)
    if term.scope not in identity:
        raise EstimationError("error-term-without-labels", term=term.name, scope=term.scope)
    labels = np.asarray(identity[term.scope], dtype=np.str_)
    return np.unique(labels, return_inverse=True)[1].astype(np.intp)
