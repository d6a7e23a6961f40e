"""What every pool formula refuses: quantities that cannot be, named as the caller named them."""

from __future__ import annotations

import math

from mrv.errors import EstimationError


def not_negative(**values: float) -> None:
    """Refuse a value that is negative or no finite number; the keyword is its name."""
    for name, value in values.items():
        if not (math.isfinite(value) and value >= 0):
            raise EstimationError("pool-value-negative", name=name, value=value)


def share(**values: float) -> None:
    """Refuse a value that is no share from 0 to 1 [1]; the keyword is its name."""
    for name, value in values.items():
        if not 0 <= value <= 1:
            raise EstimationError("pool-share-invalid", name=name, value=value)
