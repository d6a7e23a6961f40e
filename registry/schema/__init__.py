"""The relational model: tables by area, and the rules between them.

Quantities are whole numbers of a small unit (units of 1 t CO2e, fen, m2); decimals are
text; days and times are ISO 8601 text. The names follow the registry specification.
"""

from __future__ import annotations

from registry.schema import log, market, statements, tenure, units
from registry.schema.columns import METADATA
from registry.schema.constraints import CROSS_RULES, MUTABLE, CrossRule
from registry.schema.triggers import MARK, Trigger, triggers_for

HEAD = "0002"
"""Revision of the newest migration."""
JOURNAL_TABLES = frozenset({"log_entry", "leaf_row", "checkpoint"})
"""Tables that hold the journal itself: no leaf can cover them, hashes and signatures do."""
VOLATILE_COLUMNS = frozenset({"recorded_at", "salt"})
"""Columns that depend on the clock or on chance; left out of the content hash."""

__all__ = [
    "CROSS_RULES", "HEAD", "JOURNAL_TABLES", "MARK", "METADATA", "MUTABLE", "VOLATILE_COLUMNS", "CrossRule",
    "Trigger", "log", "market", "statements", "tenure", "triggers_for", "units",
]  # fmt: skip
