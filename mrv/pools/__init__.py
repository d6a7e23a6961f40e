"""Carbon pools beside the living trees of the plots, and what is taken off for baseline, fire and leakage.

One module for each pool: formulas take plain numbers with their units in their names and cite their clause;
default factors are rows of packaged tables, each with source and status (`mrv.pools.factors`). The way from a
project's inputs to the terms of its account is `mrv.pools.project_terms`.
"""
