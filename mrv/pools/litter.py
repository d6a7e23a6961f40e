"""Litter: by default factor from the carbon of trees, or from frames collected and dried (AR-TOOL12)."""

from __future__ import annotations

import math
from collections.abc import Sequence

from mrv.errors import EstimationError
from mrv.pools.checks import not_negative, share
from mrv.units import CO2_PER_C, KG_PER_T, M2_PER_HA


def litter_tco2e(tree_tco2e: float, share_frac: float) -> float:
    """Return litter from the trees' stock or its change [t CO2e], C_LI = C_TREE DF_LI (AR-TOOL12).

    Parameters
    ----------
    tree_tco2e
        Living trees, above and below ground, a stock or a change [t CO2e].
    share_frac
        DF_LI [1] (`mrv.pools.factors.dead_organic_factors`).

    Examples
    --------
    >>> litter_tco2e(10_000.0, 0.04)
    400.0
    """
    share(share_frac=share_frac)
    return tree_tco2e * share_frac


def collected_litter_tco2e_per_ha(dry_kg: Sequence[float], frame_m2: float, carbon_frac: float) -> float:
    """Return litter from frames [t CO2e/ha], 44/12 CF mean(dry mass) / frame area (AR-TOOL12, sampled).

    Parameters
    ----------
    dry_kg
        Dry mass in each frame [kg]; an empty frame is a zero and stays in.
    frame_m2
        Area of a frame [m2].
    carbon_frac
        Carbon fraction of litter [t C/t].

    Examples
    --------
    >>> round(collected_litter_tco2e_per_ha([0.1, 0.2, 0.0], 0.25, 0.37), 6)
    5.426667
    """
    if not dry_kg:
        raise EstimationError("sample-empty")
    not_negative(**{f"dry_kg[{i}]": mass for i, mass in enumerate(dry_kg)})
    if not frame_m2 > 0:
        raise EstimationError("pool-value-negative", name="frame_m2", value=frame_m2)
    share(carbon_frac=carbon_frac)
    mean_t_per_ha = math.fsum(dry_kg) / len(dry_kg) / frame_m2 * M2_PER_HA / KG_PER_T
    return mean_t_per_ha * carbon_frac * CO2_PER_C
