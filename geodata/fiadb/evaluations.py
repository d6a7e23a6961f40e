"""Which evaluation is meant: one by its number, or the only one there is; never a guess."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geodata.errors import TableError
from geodata.fiadb.reading import read_population
from geodata.fiadb.source import Fiadb


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A set of plots with the strata and areas that make a sample of them."""

    evalid: int
    """Its number, EVALID."""
    description: str
    """EVAL_DESCR, empty where there is none."""
    first_year: int | None
    """START_INVYR."""
    last_year: int | None
    """END_INVYR."""
    types: tuple[str, ...]
    """EVAL_TYP: EXPCURR for areas, EXPVOL for trees, ...; empty where POP_EVAL_TYP does not say."""

    @property
    def label(self) -> str:
        """Number, description and types in a few words."""
        words = [str(self.evalid), self.description, "+".join(self.types)]
        return " ".join(word for word in words if word)


def read_evaluations(fiadb: Fiadb) -> tuple[Evaluation, ...]:
    """Return the evaluations of a FIADB, by number; one that stands twice is there twice.

    They are those of POP_EVAL, or of POP_STRATUM where there is no POP_EVAL.
    """
    if "POP_EVAL" not in fiadb.tables:
        numbers = np.unique(read_population(fiadb, "POP_STRATUM", None)["evalid"])
        return tuple(Evaluation(int(number), "", None, None, ()) for number in numbers)
    rows = read_population(fiadb, "POP_EVAL", None)
    types = _types(fiadb)
    size = rows["evalid"].size
    names = rows.get("cn", np.full(size, ""))
    texts = rows.get("eval_descr", np.full(size, ""))
    years = [rows.get(name, np.full(size, np.nan)) for name in ("start_invyr", "end_invyr")]
    found = [
        Evaluation(
            int(rows["evalid"][row]),
            str(texts[row]),
            _year(years[0][row]),
            _year(years[1][row]),
            types.get(str(names[row]), ()),
        )
        for row in range(size)
    ]
    return tuple(sorted(found, key=lambda item: item.evalid))


def choose_evaluation(evaluations: Sequence[Evaluation], evalid: int | None) -> Evaluation:
    """Return the evaluation that is meant.

    Raises
    ------
    TableError
        Rule ``fiadb-evaluation-ambiguous``: several and none named; ``fiadb-evaluation-unknown``: none of
        that number; ``fiadb-evaluation-twice``: the number stands for two.
    """
    if not evaluations:
        raise TableError("fiadb-evaluation-none")
    listed = "; ".join(item.label for item in evaluations)
    if evalid is None:
        if len(evaluations) > 1:
            raise TableError("fiadb-evaluation-ambiguous", count=len(evaluations), evaluations=listed)
        return evaluations[0]
    chosen = [item for item in evaluations if item.evalid == evalid]
    if not chosen:
        raise TableError("fiadb-evaluation-unknown", evalid=evalid, evaluations=listed)
    if len(chosen) > 1:
        raise TableError("fiadb-evaluation-twice", evalid=evalid, count=len(chosen))
    return chosen[0]


def _types(fiadb: Fiadb) -> dict[str, tuple[str, ...]]:
    if not {"EVAL_CN", "EVAL_TYP"} <= set(fiadb.columns("POP_EVAL_TYP")):
        return {}
    rows = read_population(fiadb, "POP_EVAL_TYP", None)
    found: dict[str, set[str]] = {}
    for name, kind in zip(rows["eval_cn"].tolist(), rows["eval_typ"].tolist(), strict=True):
        found.setdefault(str(name), set()).add(str(kind))
    return {name: tuple(sorted(kinds)) for name, kinds in found.items()}


def _year(value: float) -> int | None:
    return None if np.isnan(value) else int(value)
