"""Regional values that a self-audit holds a statement's figures against; they enter no account."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from mrv.units import CO2_PER_C

DEFAULT_CARBON_FRACTION: Final = 0.47
"""t C per t dry matter where a reference speaks of dry matter (CDM AR-TOOL14 v04.2; unverified)."""


@dataclass(frozen=True, slots=True)
class RegionalReference:
    """A value of a region to hold a figure against; it enters no account."""

    id: str
    """Identifier."""
    quantity: str
    """Quantity that it is held against."""
    value: float
    """Value, in `unit`."""
    unit: str
    """Unit."""
    source: str
    """Where it stands."""
    status: str
    """verified or unverified."""

    @property
    def tco2e(self) -> float:
        """The value, given as dry matter, as t CO2e."""
        return self.value * DEFAULT_CARBON_FRACTION * CO2_PER_C


@cache
def regional_references() -> dict[str, RegionalReference]:
    """Return the packaged references (``mrv/tables/regional_references.csv``) by identifier."""
    text = resources.files("mrv").joinpath("tables/regional_references.csv").read_text("utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {
        row["id"]: RegionalReference(
            row["id"], row["quantity"], float(row["value"]), row["unit"], row["source"], row["status"]
        )
        for row in rows
    }
