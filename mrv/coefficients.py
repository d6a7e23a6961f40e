"""The packaged coefficient tables (`mrv/tables/*.csv`): each row with its source and status.

A value that is not known is an empty field, and asking for it is refused with the name of the
table and the row; nothing is ever put in its place.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

from mrv.errors import ParameterMissing


@dataclass(frozen=True, slots=True)
class VolumeEquation:
    """Over-bark volume of one tree, V = a D^(b1+b2(D+H)) H^(c1+c2(D+H)) [m3]."""

    id: str
    """Identifier."""
    a: float
    """Scale [m3]."""
    b1: float
    """Exponent of DBH [1]."""
    b2: float
    """Its change with D + H; 0 for the common form."""
    c1: float
    """Exponent of height [1]."""
    c2: float
    """Its change with D + H; 0 for the common form."""
    dbh_range_cm: tuple[float, float]
    """DBH over which the equation was tested [cm]."""
    height_range_m: tuple[float, float]
    """Height over which the equation was tested [m]."""
    source: str
    """Where it stands."""
    status: str
    """verified, unverified or placeholder."""


@dataclass(frozen=True, slots=True)
class BiomassFactors:
    """Factors from volume to carbon; NaN where a value is not known."""

    species_code: str
    """Three-digit species code."""
    svd: float
    """Basic wood density [t/m3]."""
    bef: float
    """Biomass expansion factor [1]."""
    rsr: float
    """Root:shoot ratio [1]."""
    cf: float
    """Carbon fraction [t C per t dry matter]."""
    source: str
    """Where they stand."""
    status: str
    """verified, unverified or placeholder."""


@dataclass(frozen=True, slots=True)
class Species:
    """A species (group) and the equations it uses."""

    code: str
    """Three-digit code of the national forest inventory."""
    zh: str
    """Name in Chinese."""
    en: str
    """Name in English."""
    scientific: str
    """Scientific name, of the genus where the code stands for one; empty for a mixed group."""
    group: str
    """Group of species whose equations may stand in for its own."""
    volume_equation: str
    """Identifier of its volume equation; empty for bamboo, which has no growing stock."""
    biomass_method: str
    """``vbef`` or ``bamboo_culm``."""
    stand_equation: str
    """Identifier of its stand-level equation; empty where there is none."""
    dbh_range_cm: tuple[float, float]
    """Plausible DBH [cm]."""
    height_range_m: tuple[float, float]
    """Plausible height [m]."""


@dataclass(frozen=True, slots=True)
class StandEquation:
    """Stand biomass B = a V + b [t/ha]."""

    id: str
    """Identifier."""
    a: float
    """Slope [t/m3]."""
    b: float
    """Intercept [t/ha]."""
    status: str
    """verified, unverified or placeholder."""


def read_rows(table: str) -> tuple[dict[str, str], ...]:
    """Return the rows of a packaged table; lines that begin with ``#`` are remarks."""
    text = resources.files("mrv").joinpath("tables", f"{table}.csv").read_text("utf-8")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return tuple(csv.DictReader(lines, strict=True))


def _number(text: str) -> float:
    return float(text) if text else math.nan


def _range(row: Mapping[str, str], low: str, high: str) -> tuple[float, float]:
    return float(row[low]), float(row[high])


@cache
def volume_equations() -> Mapping[str, VolumeEquation]:
    """Return all volume equations by identifier."""
    return MappingProxyType(
        {
            row["id"]: VolumeEquation(
                row["id"],
                a=float(row["a"]),
                b1=float(row["b1"]),
                b2=float(row["b2"]),
                c1=float(row["c1"]),
                c2=float(row["c2"]),
                dbh_range_cm=_range(row, "dbh_min_cm", "dbh_max_cm"),
                height_range_m=_range(row, "height_min_m", "height_max_m"),
                source=row["source"],
                status=row["status"],
            )
            for row in read_rows("volume_equations")
        }
    )


@cache
def species_table() -> Mapping[str, Species]:
    """Return all species by their three-digit code."""
    return MappingProxyType(
        {
            row["species_code"]: Species(
                row["species_code"],
                row["zh"],
                row["en"],
                row["scientific"],
                row["group"],
                row["volume_equation"],
                row["biomass_method"],
                row["stand_equation"],
                _range(row, "dbh_min_cm", "dbh_max_cm"),
                _range(row, "height_min_m", "height_max_m"),
            )
            for row in read_rows("species")
        }
    )


@cache
def _factors_table() -> Mapping[str, BiomassFactors]:
    return MappingProxyType(
        {
            row["species_code"]: BiomassFactors(
                row["species_code"],
                svd=_number(row["svd"]),
                bef=_number(row["bef"]),
                rsr=_number(row["rsr"]),
                cf=_number(row["cf"]),
                source=row["source"],
                status=row["status"],
            )
            for row in read_rows("biomass_factors")
        }
    )


def species(code: str) -> Species:
    """Return a species by its code; an unknown code is refused.

    Examples
    --------
    >>> species("310").en
    'Chinese fir'
    """
    try:
        return species_table()[code]
    except KeyError:
        raise ParameterMissing("species-not-in-table", species=code, table="species.csv") from None


def biomass_factors(code: str) -> BiomassFactors:
    """Return the biomass factors of a species; a species without a row is refused."""
    try:
        return _factors_table()[code]
    except KeyError:
        raise ParameterMissing("species-not-in-table", species=code, table="biomass_factors.csv") from None


def known(value: float, code: str, name: str) -> float:
    """Return a coefficient, or refuse the one that is not known."""
    if math.isnan(value):
        raise ParameterMissing("coefficient-missing", species=code, name=name, table="biomass_factors.csv")
    return value


def volume_equation_of(code: str) -> VolumeEquation:
    """Return the volume equation of a species; bamboo has none and is refused."""
    name = species(code).volume_equation
    if not name:
        raise ParameterMissing(
            "coefficient-missing", species=code, name="volume_equation", table="species.csv"
        )
    return volume_equations()[name]


def stand_equation_of(code: str) -> StandEquation:
    """Return the stand-level equation of a species; one without is refused."""
    name = species(code).stand_equation
    for row in read_rows("stand_equations"):
        if name and row["id"] == name:
            return StandEquation(name, float(row["a"]), float(row["b"]), row["status"])
    raise ParameterMissing("coefficient-missing", species=code, name="stand_equation", table="species.csv")


def province_of(county_code: str) -> str:
    """Return the province of a county by its code; empty where the code is not of six digits.

    Examples
    --------
    >>> province_of("430624"), province_of("56017")
    ('Hunan', '')
    """
    names = {row["code"]: row["en"] for row in read_rows("provinces")}
    return names.get(county_code[:2], "") if len(county_code) == 6 and county_code.isdigit() else ""


def unverified_rows(codes: frozenset[str]) -> tuple[str, ...]:
    """Return which table rows used by these species nobody has confirmed, sorted."""
    used: set[str] = set()
    for code in sorted(codes):
        item = species(code)
        if item.volume_equation and volume_equations()[item.volume_equation].status != "verified":
            used.add(f"volume_equations.csv:{item.volume_equation}")
        if biomass_factors(code).status != "verified":
            used.add(f"biomass_factors.csv:{code}")
        if item.biomass_method == "bamboo_culm":
            used.add(f"bamboo_culm.csv:{code}")
    return tuple(sorted(used))
