"""The truth of the simulated county in tonnes: per parcel, per stratum and in all."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mrv.simulation.species import COUNTY_STRATA, STRATA
from mrv.simulation.stands import Event, FloatArray, Stands
from mrv.simulation.truth import ExpectedStock
from mrv.units import CO2_PER_C

STOCKS = {
    "volume_m3": "volume_m3_per_ha",
    "biomass_ag_t": "biomass_ag_t_per_ha",
    "biomass_bg_t": "biomass_bg_t_per_ha",
    "carbon_ag_tc": "carbon_ag_tc_per_ha",
    "carbon_tc": "carbon_tc_per_ha",
}
"""Quantity of a parcel -> field of `ExpectedStock`."""
DEFINITION = (
    "area of each parcel times the expected value per hectare of the generating model, given the parcel's "
    "stand (species, age, site, density) and what happened to it; the plots are random draws of that model "
    "at random points, so the stratified estimate is unbiased for these totals; trees of at least 5 cm; "
    "project parcels are not in the county strata"
)
"""What the truth is, in one sentence, as it stands in ``truth.json``."""


def parcel_truth(stands: Stands, stock: ExpectedStock, area_ha: FloatArray) -> dict[str, NDArray[Any]]:
    """Return the columns of the true stock of each forest parcel and its change.

    Parameters
    ----------
    stands, stock
        The stands and their expected stock.
    area_ha
        Area of each parcel [ha].
    """
    columns: dict[str, NDArray[Any]] = {
        "stratum": np.asarray(STRATA)[stands.stratum],
        "event": np.asarray([event.name.lower() for event in Event])[stands.event],
        "event_year": stands.event_year,
    }
    for name, field in STOCKS.items():
        total = getattr(stock, field) * area_ha[:, None]
        columns[f"{name}_2020"], columns[f"{name}_2025"] = total[:, 0], total[:, 1]
    columns["change_tc"] = columns["carbon_tc_2025"] - columns["carbon_tc_2020"]
    columns["change_tco2e"] = columns["change_tc"] * CO2_PER_C
    return columns


def totals(columns: dict[str, NDArray[Any]], area_ha: FloatArray) -> dict[str, Any]:
    """Return the truth of each stratum, of the county's strata, of the project and of all forest.

    Parameters
    ----------
    columns
        What `parcel_truth` gave.
    area_ha
        Area of each parcel [ha].
    """
    county = np.isin(columns["stratum"], STRATA[:COUNTY_STRATA])
    return {
        "definition": DEFINITION,
        "strata": {name: _sums(columns, area_ha, columns["stratum"] == name) for name in STRATA},
        "county": _sums(columns, area_ha, county),
        "project": _sums(columns, area_ha, ~county),
        "all": _sums(columns, area_ha, np.ones_like(county)),
    }


def _sums(
    columns: dict[str, NDArray[Any]], area_ha: FloatArray, members: NDArray[np.bool_]
) -> dict[str, float]:
    numbers = [name for name in columns if name not in ("stratum", "event", "event_year")]
    sums = {name: round(float(columns[name][members].sum()), 3) for name in numbers}
    return {"parcels": int(members.sum()), "area_ha": round(float(area_ha[members].sum()), 4), **sums}
