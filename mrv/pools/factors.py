"""Default factors of the pool methods, each with the table row it stands in, its source and its status.

A value taken by `Factor` names its row, so that whatever rests on it can say what was unverified; a class
that no row covers is refused, never replaced by a neighbour.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from mrv.coefficients import read_rows
from mrv.errors import ParameterMissing


@dataclass(frozen=True, slots=True)
class Factor:
    """One number with where it comes from."""

    ref: str
    """Table and row, e.g. ``harvested_wood.csv:paper``; or ``stated:...``."""
    value: float
    """The number, in `unit`."""
    unit: str
    """Unit."""
    source: str
    """Document."""
    status: str
    """verified, unverified, placeholder or stated."""


def stated(name: str, value: float, unit: str, source: str) -> Factor:
    """Return a factor that the project states itself, with its source."""
    return Factor(f"stated:{name}", value, unit, source, "stated")


def unverified_refs(factors: Iterable[Factor]) -> tuple[str, ...]:
    """Return the rows among the factors that nobody has confirmed, sorted."""
    return tuple(sorted({item.ref for item in factors if item.status != "verified"}))


def dead_organic_factors(climate: str, elevation_m: float, rain_mm: float) -> tuple[Factor, Factor]:
    """Return dead wood and litter as shares of the trees' carbon [1] (AR-TOOL12, default-factor method).

    Parameters
    ----------
    climate
        tropical, subtropical, temperate or boreal.
    elevation_m
        Elevation [m].
    rain_mm
        Mean annual precipitation [mm].

    Examples
    --------
    >>> [item.value for item in dead_organic_factors("subtropical", 100.0, 1400.0)]
    [0.01, 0.01]
    """
    for row in read_rows("dead_wood_litter"):
        inside = _between(elevation_m, row, "elevation", "m") and _between(rain_mm, row, "rain", "mm")
        if row["climate"] == climate and inside:
            ref = f"dead_wood_litter.csv:{row['id']}"
            made = (
                Factor(f"{ref}", float(row[name]), "1", row["source"], row["status"])
                for name in ("df_dw", "df_li")
            )
            dead_wood, litter = made
            return dead_wood, litter
    raise ParameterMissing(
        "pool-factor-missing",
        name=f"{climate}/{elevation_m:g} m/{rain_mm:g} mm",
        table="dead_wood_litter.csv",
    )


def _between(value: float, row: Mapping[str, str], name: str, unit: str) -> bool:
    low, high = row[f"{name}_min_{unit}"], row[f"{name}_max_{unit}"]
    return (not low or value > float(low)) and (not high or value <= float(high))


def soil_reference(climate: str, soil: str) -> Factor:
    """Return the reference soil organic carbon, 0 to 30 cm [t C/ha] (IPCC 2006, volume 4, table 2.3).

    Examples
    --------
    >>> soil_reference("warm-temperate-moist", "lac").value
    63.0
    """
    for row in read_rows("soil_reference"):
        if (row["climate"], row["soil"]) == (climate, soil):
            ref = f"soil_reference.csv:{row['id']}"
            return Factor(ref, float(row["reference_tc_per_ha"]), "t C/ha", row["source"], row["status"])
    raise ParameterMissing("pool-factor-missing", name=f"{climate}/{soil}", table="soil_reference.csv")


def fire_factor(kind: str, name: str) -> Factor:
    """Return an emission factor [g/kg], a combustion share [1] or a warming potential [t CO2e/t].

    Examples
    --------
    >>> fire_factor("combustion", "temperate").value
    0.45
    """
    for row in read_rows("fire_factors"):
        if (row["kind"], row["id"]) == (kind, name):
            ref = f"fire_factors.csv:{name}"
            return Factor(ref, float(row["value"]), row["unit"], row["source"], row["status"])
    raise ParameterMissing("pool-factor-missing", name=f"{kind}/{name}", table="fire_factors.csv")


_AGE_CLASSES: Final = ((3, 5), (6, 10), (11, 17))


def combustion_by_age(age_year: float) -> Factor:
    """Return the share of above-ground biomass that burns, by the age of the stand [1] (AR-CM-001-V01).

    Ages between two classes belong to the younger; below 3 years there is no row, and it is refused.

    Examples
    --------
    >>> [combustion_by_age(age).value for age in (4, 8, 17.5, 30)]
    [0.46, 0.67, 0.5, 0.32]
    """
    for first, last in _AGE_CLASSES:
        if first <= age_year < last + 1:
            return fire_factor("combustion", f"age-{first}-{last}")
    if age_year >= _AGE_CLASSES[-1][1] + 1:
        return fire_factor("combustion", "age-18-up")
    raise ParameterMissing("pool-factor-missing", name=f"age {age_year:g}", table="fire_factors.csv")


def half_life(product: str) -> Factor:
    """Return the half-life of a kind of harvested wood [a].

    Examples
    --------
    >>> half_life("panels").value
    25.0
    """
    for row in read_rows("harvested_wood"):
        if row["id"] == product:
            ref = f"harvested_wood.csv:{product}"
            return Factor(ref, float(row["half_life_year"]), "a", row["source"], row["status"])
    raise ParameterMissing("pool-factor-missing", name=product, table="harvested_wood.csv")
