"""Dead wood: by default factor from the carbon of trees, or from lying pieces on a line (AR-TOOL12)."""

from __future__ import annotations

import math
from collections.abc import Sequence

from mrv.pools.checks import not_negative, share
from mrv.units import CO2_PER_C


def dead_wood_tco2e(tree_tco2e: float, share_frac: float) -> float:
    """Return dead wood from the trees' stock or its change [t CO2e], C_DW = C_TREE DF_DW (AR-TOOL12).

    Parameters
    ----------
    tree_tco2e
        Living trees, above and below ground, a stock or a change [t CO2e].
    share_frac
        DF_DW [1] (`mrv.pools.factors.dead_organic_factors`).

    Examples
    --------
    >>> dead_wood_tco2e(10_000.0, 0.08)
    800.0
    """
    share(share_frac=share_frac)
    return tree_tco2e * share_frac


def lying_volume_m3_per_ha(diameter_cm: Sequence[float], line_m: float) -> float:
    """Return the volume of lying dead wood that a line crosses [m3/ha], V = pi^2 sum(d^2) / (8 L).

    Van Wagner (1968), Forest Science 14: 20-26; also the field method of AR-TOOL12.

    Parameters
    ----------
    diameter_cm
        Diameter of each piece where the line crosses it [cm]; none gives 0.
    line_m
        Horizontal length of the line [m].

    Examples
    --------
    >>> round(lying_volume_m3_per_ha([10.0, 20.0], 100.0), 6)
    6.168503
    """
    not_negative(line_m=line_m, **{f"diameter_cm[{i}]": d for i, d in enumerate(diameter_cm)})
    if line_m == 0:
        not_negative(line_m=math.nan)
    return math.pi**2 * math.fsum(d * d for d in diameter_cm) / (8 * line_m)


def lying_wood_tco2e_per_ha(volume_m3_per_ha: float, density_t_per_m3: float, carbon_frac: float) -> float:
    """Return the carbon of lying dead wood [t CO2e/ha], 44/12 V D CF, D [t/m3] of its decay class.

    Examples
    --------
    >>> round(lying_wood_tco2e_per_ha(6.0, 0.25, 0.5), 6)
    2.75
    """
    not_negative(volume_m3_per_ha=volume_m3_per_ha, density_t_per_m3=density_t_per_m3)
    share(carbon_frac=carbon_frac)
    return volume_m3_per_ha * density_t_per_m3 * carbon_frac * CO2_PER_C
