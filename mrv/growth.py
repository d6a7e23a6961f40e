"""Growth for what lies ahead of a campaign: curves, and their parameters from two campaigns.

One address for `mrv.growth_curves` and `mrv.growth_fit`. A curve serves a forecast (`mrv.forecast`) and the
update of a stock between campaigns; it is a model in either case, and what it gives is never issued.

Examples
--------
>>> round(float(Richards(A=220.0, k=0.09, c=2.1).increment(5.0, 10.0)), 6)
47.435464
"""

from __future__ import annotations

from mrv.growth_curves import Chapman, GrowthCurve, Richards, Schumacher
from mrv.growth_fit import (
    MAX_RELATIVE_SE,
    Form,
    GrowthFit,
    Method,
    Prediction,
    fit_growth,
    stated_curve,
)

__all__ = [
    "MAX_RELATIVE_SE",
    "Chapman",
    "Form",
    "GrowthCurve",
    "GrowthFit",
    "Method",
    "Prediction",
    "Richards",
    "Schumacher",
    "fit_growth",
    "stated_curve",
]
