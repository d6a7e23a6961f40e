"""Conditions in words over columns: our own grammar and three-valued logic; nothing is run as code."""

from mrv.where.evaluation import Mask, is_null, is_text, matches
from mrv.where.grammar import parse_condition
from mrv.where.nodes import Node, column_names, conjuncts

__all__ = ["Mask", "Node", "column_names", "conjuncts", "is_null", "is_text", "matches", "parse_condition"]
