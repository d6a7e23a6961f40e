"""What a single parcel holds, from its register entry alone: model-based, with no sampling error.

Growing stock per hectare times the factors of the dominant species (VBEF), or culms times the mean
culm for moso bamboo. `mrv.parcel_calibration` holds these values to the plots; the county's own figure is the
sample's (`mrv.county_stock`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from mrv.allometry import BAMBOO
from mrv.biomass import bamboo_culm_kg
from mrv.coefficients import biomass_factors, known, species_table, unverified_rows
from mrv.errors import EstimationError
from mrv.moments import Floats, Labels
from mrv.sampling import Estimate
from mrv.units import KG_PER_T

ASSUMED_DU: Final = 2.0
"""Age class of a culm where a register knows none [du]."""


@dataclass(frozen=True, slots=True)
class ParcelStock:
    """Carbon of parcels by a model."""

    carbon_tc: Floats
    """Carbon of living trees, roots included where their ratio is known [t C]; NaN where refused."""
    growing_stock_m3: Floats
    """Growing stock by the register [m3]."""
    refused_species: tuple[str, ...]
    """Species with growing stock but without factors; their parcels are NaN."""
    unverified: tuple[str, ...]
    """Table rows used that nobody has confirmed."""
    model_based: bool = True
    """Always: no parcel has a sample of its own."""


def parcel_stock(
    volume_m3_per_ha: ArrayLike,
    area_ha: ArrayLike,
    species_code: ArrayLike,
    stems_per_ha: ArrayLike,
    dbh_cm: ArrayLike,
) -> ParcelStock:
    """Return the carbon of parcels from their register entries [t C].

    C = V SVD BEF (1 + R) CF A (AR-TOOL14 A1.5); bamboo: culms per ha x culm mass (Zhou 2006) x CF A.

    Parameters
    ----------
    volume_m3_per_ha
        Growing stock [m3/ha]; NaN counts as none.
    area_ha
        Area [ha].
    species_code
        Dominant species, three-digit; empty where there is none.
    stems_per_ha, dbh_cm
        Stems [1/ha] and mean DBH [cm], used for bamboo only; NaN counts as none.

    Examples
    --------
    >>> parcel_stock([100.0], [2.0], ["310"], [1800.0], [14.0]).carbon_tc.round(4).tolist()
    [65.0043]
    """
    codes: Labels = np.asarray(species_code, dtype=np.str_)
    volume, area = _filled(volume_m3_per_ha), np.asarray(area_ha, dtype=np.float64)
    stems, dbh = _filled(stems_per_ha), _filled(dbh_cm)
    if (volume < 0).any() or not (area >= 0).all():
        raise EstimationError("parcel-value-negative", count=int(((volume < 0) | ~(area >= 0)).sum()))
    carbon = np.zeros(codes.shape)
    refused: list[str] = []
    for code in (str(item) for item in np.unique(codes)):
        rows = codes == code
        if code not in species_table():
            carbon[rows & (volume > 0)] = np.nan
            refused += [code] if (rows & (volume > 0)).any() else []
        elif code == BAMBOO:
            carbon[rows] = _bamboo_tc_per_ha(stems[rows], dbh[rows]) * area[rows]
        else:
            carbon[rows] = volume[rows] * _carbon_per_m3(code) * area[rows]
    known_codes = frozenset(str(code) for code in np.unique(codes)) & frozenset(species_table())
    return ParcelStock(carbon, volume * area, tuple(refused), unverified_rows(known_codes))


def _filled(values: ArrayLike) -> Floats:
    return np.nan_to_num(np.asarray(values, dtype=np.float64), nan=0.0)


def _carbon_per_m3(code: str) -> float:
    f = biomass_factors(code)
    svd, bef = known(f.svd, code, "svd"), known(f.bef, code, "bef")
    return svd * bef * (1 + known(f.rsr, code, "rsr")) * known(f.cf, code, "cf")


def _bamboo_tc_per_ha(stems_per_ha: Floats, dbh_cm: Floats) -> Floats:
    culm_kg = np.where(dbh_cm > 0, bamboo_culm_kg(dbh_cm, np.full(dbh_cm.shape, ASSUMED_DU)), 0.0)
    fraction = known(biomass_factors(BAMBOO).cf, BAMBOO, "cf")
    carbon: Floats = stems_per_ha * culm_kg * fraction / KG_PER_T
    return carbon


def stock_of_columns(columns: Mapping[str, ArrayLike], known_tc: Mapping[str, float]) -> ParcelStock:
    """Return the carbon of the parcels of a table, from its register columns where it has them.

    Parameters
    ----------
    columns
        parcel_id and area_ha; volume_m3_per_ha, species_code, stems_per_ha and dbh_cm where the register
        has them.
    known_tc
        Parcel -> carbon from its own plots [t C], which stands in place of the model's.

    Examples
    --------
    >>> stock_of_columns({"parcel_id": ["a", "b"], "area_ha": [2.0, 1.0]}, {"b": 7.0}).carbon_tc.tolist()
    [nan, 7.0]
    """
    names = np.asarray(columns["parcel_id"], dtype=np.str_)
    area = np.asarray(columns["area_ha"], dtype=np.float64)
    nothing = np.full(names.shape, np.nan)
    if "volume_m3_per_ha" in columns and "species_code" in columns:
        stock = parcel_stock(
            columns["volume_m3_per_ha"],
            area,
            columns["species_code"],
            columns.get("stems_per_ha", nothing),
            columns.get("dbh_cm", nothing),
        )
    else:
        stock = ParcelStock(nothing.copy(), nothing.copy(), (), ())
    carbon = [known_tc.get(str(name), value) for name, value in zip(names, stock.carbon_tc, strict=True)]
    return replace(stock, carbon_tc=np.array(carbon, dtype=np.float64))


@dataclass(frozen=True, slots=True)
class OwnPlotStock:
    """Parcels some of which have plots of their own, such as the districts of a forest."""

    stock: ParcelStock
    """Carbon of the parcels."""
    standard_error_tc: Floats
    """Standard error where plots stand behind it, shape (n,) [t C]; else NaN."""
    basis: Labels
    """``own_plots``, ``uncalibrated`` (register alone) or ``none``, shape (n,)."""


def stock_with_own_plots(columns: Mapping[str, ArrayLike], own: Mapping[str, Estimate]) -> OwnPlotStock:
    """Return the carbon of parcels from their own plots, or else from the register.

    Parameters
    ----------
    columns
        As for `stock_of_columns`.
    own
        Parcel -> estimate from its own plots [t C].

    Examples
    --------
    >>> plots = Estimate(7.0, 4.0, 9, "t C", 10, "post_stratified")
    >>> found = stock_with_own_plots({"parcel_id": ["a", "b"], "area_ha": [2.0, 1.0]}, {"b": plots})
    >>> found.standard_error_tc.tolist(), found.basis.tolist()
    ([nan, 2.0], ['none', 'own_plots'])
    """
    stock = stock_of_columns(columns, {name: estimate.value for name, estimate in own.items()})
    names = [str(name) for name in np.asarray(columns["parcel_id"], dtype=np.str_)]
    error = [own[name].standard_error if name in own else math.nan for name in names]
    known = np.isfinite(stock.carbon_tc)
    basis = np.where(known, "uncalibrated", "none")
    basis = np.where(np.isin(names, sorted(own)), "own_plots", basis)
    return OwnPlotStock(stock, np.array(error, dtype=np.float64), basis)
