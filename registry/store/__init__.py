"""Transactions over the schema: the unit of work, the journal's seal, and the registry object."""

from __future__ import annotations

from registry.store.registry import SYSTEM_ACCOUNTS, Clock, Registry
from registry.store.unit_of_work import Row, UnitOfWork

__all__ = ["SYSTEM_ACCOUNTS", "Clock", "Registry", "Row", "UnitOfWork"]
