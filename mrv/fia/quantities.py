"""What can be asked of a FIADB: its column, its factor to SI, and the unit US users know.

Columns and units: FIADB User Guide (phase 2), TREE table: VOLCFNET [ft3], DRYBIO_AG, CARBON_AG and CARBON_BG
[lb], DIA [in]. Basal area is pi/4 DIA^2. An acre is a US survey acre; a short ton is 2,000 lb.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np

from mrv.errors import EstimationError, InventoryError
from mrv.fia.tables import Positions, Table, names_of, reals_of
from mrv.moments import Floats
from mrv.units import CM_PER_INCH, HA_PER_US_SURVEY_ACRE, KG_PER_LB, KG_PER_T, M3_PER_FT3

LB_PER_SHORT_TON: Final = 2_000.0
"""lb per short ton, exact."""
_T_PER_LB: Final = KG_PER_LB / KG_PER_T
_T_PER_SHORT_TON: Final = LB_PER_SHORT_TON * _T_PER_LB
_M2_PER_IN2: Final = (CM_PER_INCH / 100.0) ** 2
_M2_PER_FT2: Final = 0.3048**2


@dataclass(frozen=True, slots=True)
class FiaQuantity:
    """A value of each tree that is expanded to the population, or the area itself."""

    id: str
    """Name on the command line."""
    columns: tuple[str, ...]
    """Columns of TREE that are added up; none for a count and for the area."""
    si_per_unit: float
    """Factor from the column's unit to `unit`."""
    unit: str
    """SI unit (or the tonne and hectare that go with it) of the total."""
    us_unit: str
    """US customary unit of the total."""
    si_per_us_unit: float
    """Factor from `us_unit` to `unit`."""
    null_is_zero: bool = False
    """Whether a null is 0 (and counted); else a null of a tree in the domain is refused."""
    squared: bool = False
    """Whether the column is a diameter of which the basal area is taken."""

    @property
    def of_trees(self) -> bool:
        """Whether it is a value of trees."""
        return self.id != "area"

    def unit_in(self, units: str, *, per_area: bool) -> str:
        """Return the unit in a system (``si`` or ``us``)."""
        whole = self.unit if units == "si" else self.us_unit
        return f"{whole}/{'ha' if units == 'si' else 'acre'}" if per_area else whole

    def us_per_si(self, *, per_area: bool) -> float:
        """Return the factor from SI to US customary units [1]."""
        return (HA_PER_US_SURVEY_ACRE if per_area else 1.0) / self.si_per_us_unit


def _closed_list(*quantities: FiaQuantity) -> Mapping[str, FiaQuantity]:
    return MappingProxyType({quantity.id: quantity for quantity in quantities})


QUANTITIES: Final[Mapping[str, FiaQuantity]] = _closed_list(
    FiaQuantity("area", (), HA_PER_US_SURVEY_ACRE, "ha", "acre", HA_PER_US_SURVEY_ACRE),
    FiaQuantity("volume", ("volcfnet",), M3_PER_FT3, "m3", "ft3", M3_PER_FT3, null_is_zero=True),
    FiaQuantity("biomass", ("drybio_ag",), _T_PER_LB, "t", "short ton", _T_PER_SHORT_TON),
    FiaQuantity("carbon_ag", ("carbon_ag",), _T_PER_LB, "t C", "short ton C", _T_PER_SHORT_TON),
    FiaQuantity(
        "carbon_total", ("carbon_ag", "carbon_bg"), _T_PER_LB, "t C", "short ton C", _T_PER_SHORT_TON
    ),
    FiaQuantity("tpa", (), 1.0, "1", "1", 1.0),
    FiaQuantity("baa", ("dia",), math.pi / 4 * _M2_PER_IN2, "m2", "ft2", _M2_PER_FT2, squared=True),
)
"""Area, net cubic-foot volume, above-ground dry biomass, carbon above ground, carbon above and below ground,
number of trees, basal area."""


def fia_quantity(quantity_id: str) -> FiaQuantity:
    """Return a quantity by its name.

    Examples
    --------
    >>> fia_quantity("volume").unit_in("us", per_area=True)
    'ft3/acre'
    """
    if quantity_id not in QUANTITIES:
        raise EstimationError("estimate-quantity-unknown", quantity=quantity_id, known=", ".join(QUANTITIES))
    return QUANTITIES[quantity_id]


def tree_values(trees: Table, rows: Positions, quantity: FiaQuantity) -> tuple[Floats, int]:
    """Return the value of each tree in SI units, and how many nulls were taken as 0.

    Raises
    ------
    InventoryError
        Rule ``fia-column-missing``: the table has no such column; ``fia-value-missing``: a null where the
        quantity does not say what a null means.
    """
    if not quantity.columns:
        return np.ones(rows.size), 0
    total, nulls = np.zeros(rows.size), np.zeros(rows.size, dtype=bool)
    for name in quantity.columns:
        if name not in trees:
            raise InventoryError("fia-column-missing", table="TREE", field=name.upper(), quantity=quantity.id)
        values = reals_of(trees[name])[rows]
        null = np.isnan(values)
        if null.any() and not quantity.null_is_zero:
            plot = str(names_of(trees["plt_cn"])[rows[null][0]])
            raise InventoryError("fia-value-missing", field=name, plot=plot, count=int(null.sum()))
        nulls |= null
        total += np.nan_to_num(values) ** (2 if quantity.squared else 1)
    return total * quantity.si_per_unit, int(nulls.sum())
