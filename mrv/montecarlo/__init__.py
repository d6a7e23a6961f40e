"""Monte Carlo propagation of errors: exact draws and the collapsed form, drawn by identity.

`propagate_function` takes any function of uncertain inputs; `propagate_trees` sums trees of many
domains, collapsed where that holds and exact elsewhere; `summarise` gives the figures with their
Monte Carlo error and says when there were too few draws.
"""

from mrv.montecarlo.engine import N_DRAWS, Propagation, path_of, propagate_trees
from mrv.montecarlo.functions import propagate_function
from mrv.montecarlo.summary import PERCENTILES, DrawSummary, Figure, summarise
from mrv.montecarlo.terms import ErrorTerm, packaged_terms, with_measured
from mrv.montecarlo.trees import SharedDraws, TreeGroup, expected_total, one_campaign

__all__ = [
    "N_DRAWS",
    "PERCENTILES",
    "DrawSummary",
    "ErrorTerm",
    "Figure",
    "Propagation",
    "SharedDraws",
    "TreeGroup",
    "expected_total",
    "one_campaign",
    "packaged_terms",
    "path_of",
    "propagate_function",
    "propagate_trees",
    "summarise",
    "with_measured",
]
