"""Units: exact conversion factors, and the closed list of quantities that leave this package.

Metric units inside; a foreign unit is converted where it enters, with a factor of this module.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from mrv.errors import StatementError

CO2_PER_C: Final = 44.0 / 12.0
"""t CO2e per t C, by molar mass (IPCC 2006, volume 4)."""
M_PER_US_SURVEY_FOOT: Final = 1200.0 / 3937.0
"""m per US survey foot, exact by definition (US Coast and Geodetic Survey, 1893)."""
HA_PER_US_SURVEY_ACRE: Final = 43560.0 * M_PER_US_SURVEY_FOOT**2 / 10_000.0
"""ha per US survey acre; FIA acres are these, 4 046.872 609 9 m2."""
M3_PER_FT3: Final = 0.3048**3
"""m3 per cubic foot (international foot, exact)."""
KG_PER_LB: Final = 0.45359237
"""kg per avoirdupois pound, exact."""
CM_PER_INCH: Final = 2.54
"""cm per inch, exact."""
HA_PER_MU: Final = 1.0 / 15.0
"""ha per mu (亩)."""
M2_PER_HA: Final = 10_000.0
"""m2 per ha."""
KG_PER_T: Final = 1000.0
"""kg per t."""

UNIT_DECIMALS: Final[Mapping[str, int]] = MappingProxyType(
    {
        "ha": 4,
        "m3": 3,
        "t": 3,
        "t C": 3,
        "t CO2e": 3,
        "m3/ha": 6,
        "t/ha": 6,
        "t C/ha": 6,
        "t CO2e/a": 3,
        "t CO2e/ha/a": 6,
        "kg/ha": 6,
        "1/ha": 3,
        "a": 6,
        "1": 9,
    }
)
"""Decimals with which a number of each unit is written into a statement."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """One kind of result, as every table, file and page names it."""

    id: str
    """Identifier, the ``quantity`` of ``summary.json``."""
    unit: str
    """SI unit (or the tonne and hectare that go with it)."""
    zh: str
    """Name in Chinese."""
    en: str
    """Name in English."""

    @property
    def decimals(self) -> int:
        """Decimals with which the quantity is written [1]."""
        return UNIT_DECIMALS[self.unit]


def _closed_list(*quantities: Quantity) -> Mapping[str, Quantity]:
    return MappingProxyType({quantity.id: quantity for quantity in quantities})


QUANTITIES: Final[Mapping[str, Quantity]] = _closed_list(
    Quantity("forest_area", "ha", "森林面积", "forest area"),
    Quantity("class_area", "ha", "地类面积", "area of a land-cover class"),
    Quantity("growing_stock", "m3", "活立木蓄积量", "growing stock"),
    Quantity("growing_stock_per_ha", "m3/ha", "单位面积蓄积量", "growing stock per hectare"),
    Quantity("biomass_ag", "t", "地上生物量（干物质）", "above-ground biomass (dry matter)"),
    Quantity("biomass_ag_per_ha", "t/ha", "单位面积地上生物量", "above-ground biomass per hectare"),
    Quantity("carbon_stock_ag", "t C", "地上碳储量", "above-ground carbon stock"),
    Quantity("carbon_stock_bg", "t C", "地下碳储量", "below-ground carbon stock"),
    Quantity("carbon_stock", "t C", "林木碳储量", "carbon stock of living trees"),
    Quantity(
        "carbon_stock_ag_per_ha", "t C/ha", "单位面积地上碳储量", "above-ground carbon stock per hectare"
    ),
    Quantity("carbon_stock_per_ha", "t C/ha", "单位面积林木碳储量", "carbon stock per hectare"),
    Quantity("net_change", "t CO2e", "净变化量", "net change"),
    Quantity(
        "net_change_per_ha_year", "t CO2e/ha/a", "单位面积年净变化量", "net change per hectare and year"
    ),
    Quantity("survivor_growth", "t CO2e", "保留木生长量", "growth of surviving trees"),
    Quantity("ingrowth", "t CO2e", "进界生长量", "ingrowth"),
    Quantity("mortality", "t CO2e", "枯损量", "mortality"),
    Quantity("felling", "t CO2e", "采伐消耗量", "felling"),
)
"""Every quantity an estimate may have; an estimate of any other is refused."""


def quantity(quantity_id: str) -> Quantity:
    """Return a quantity of the closed list.

    Examples
    --------
    >>> quantity("carbon_stock").unit
    't C'
    """
    try:
        return QUANTITIES[quantity_id]
    except KeyError:
        raise StatementError("quantity-unknown", quantity=quantity_id) from None
