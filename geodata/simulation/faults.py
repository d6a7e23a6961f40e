"""Named faults that a simulated county can be asked to contain, one at a time, for tests of bad input."""

from __future__ import annotations

from collections.abc import Iterable

from geodata.simulation.errors import SimulationError

FAULTS: dict[str, str] = {
    "duplicate_plot": "the first plot row of the second campaign stands twice",
    "duplicate_tree": "the second tree of a plot bears the number of the first",
    "negative_dbh": "one DBH is -12.3 cm",
    "absurd_dbh": "one DBH is 412.0 cm",
    "unknown_species": "one tree has species code 999",
    "missing_column": "the tree sheet has no column 胸径(cm)",
    "no_prj": "the shapefile has no .prj",
    "wrong_crs": "the .prj names the central meridian 117 E (EPSG:4548)",
    "raster_not_covering": "the raster of 2025 ends in the middle of the county",
    "nodata_unset": "the raster of 2025 declares no nodata value",
    "mojibake": "a township name was spoiled by a wrong conversion",
    "invalid_polygon": "the first parcel crosses itself",
    "overlapping_polygons": "the second parcel reaches 15 m into its neighbours",
    "campaign_before": "the second campaign is dated 2015, before the first",
}
"""Name -> what is planted."""


def check_faults(faults: Iterable[str]) -> frozenset[str]:
    """Return the faults as a set; refuse a name that is not in `FAULTS`."""
    chosen = frozenset(faults)
    unknown = sorted(chosen - FAULTS.keys())
    if unknown:
        raise SimulationError("simulation-fault-unknown", fault=unknown[0], known=", ".join(FAULTS))
    return chosen
