"""Read models for flows, reports, auditors and the desk. Nothing here writes."""

from __future__ import annotations

from registry.queries.content import content_hash, row_counts
from registry.queries.log import (
    CountyOverview,
    JournalState,
    command,
    county_overview,
    journal,
    journal_entries,
    leaf_proof,
    row_leaf,
)
from registry.queries.records import (
    accounts,
    confirmations,
    datasets,
    duties,
    listings,
    negative_rest,
    notices,
    parcel_geometries,
    parcels,
    parties,
    prices,
    projects,
    rights,
    rights_counts,
    statement,
    statements,
    supervision_runs,
    trades,
    valuations,
)
from registry.queries.units import (
    LotState,
    UnitStates,
    encumbrances,
    holdings,
    issuances,
    retirements,
    units_by_state,
)

__all__ = [
    "CountyOverview", "JournalState", "LotState", "UnitStates", "accounts", "command", "confirmations",
    "content_hash", "county_overview", "datasets", "duties", "encumbrances", "holdings", "issuances",
    "journal", "journal_entries", "leaf_proof", "listings", "negative_rest", "notices", "parcel_geometries",
    "parcels", "parties", "prices", "projects",
    "retirements", "rights", "rights_counts", "row_counts", "row_leaf", "statement", "statements",
    "supervision_runs", "trades", "units_by_state", "valuations",
]  # fmt: skip
