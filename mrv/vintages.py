"""Whole tonnes by calendar year: a claim is split by days, with the largest remainders."""

from __future__ import annotations

from datetime import date, timedelta

from mrv.errors import EstimationError
from mrv.statement_items import VintageQuantity


def split_vintages(claim_tco2e: int, period_start: date, period_end: date) -> tuple[VintageQuantity, ...]:
    """Return the claim by calendar year [t CO2e], in proportion to the days of the period.

    Each year gets the whole part of its share; the tonnes left go to the largest remainders, the
    earlier year first where they are equal. (A choice of this project, from no rule.)

    Parameters
    ----------
    claim_tco2e
        Whole tonnes, not negative.
    period_start, period_end
        First and last day of the period, both included.

    Examples
    --------
    >>> split = split_vintages(20_654, date(2021, 3, 1), date(2026, 2, 28))
    >>> {vintage.year: vintage.quantity_tco2e for vintage in split}
    {2021: 3461, 2022: 4129, 2023: 4129, 2024: 4140, 2025: 4128, 2026: 667}
    """
    if claim_tco2e < 0 or period_end < period_start:
        raise EstimationError(
            "vintage-period-invalid", claim_tco2e=claim_tco2e, start=period_start, end=period_end
        )
    days = {
        year: _days(max(period_start, date(year, 1, 1)), min(period_end, date(year, 12, 31)))
        for year in range(period_start.year, period_end.year + 1)
    }
    whole = sum(days.values())
    tonnes = {year: claim_tco2e * count // whole for year, count in days.items()}
    remainder = {year: claim_tco2e * count % whole for year, count in days.items()}
    left = claim_tco2e - sum(tonnes.values())
    for year in sorted(days, key=lambda year: (-remainder[year], year))[:left]:
        tonnes[year] += 1
    return tuple(VintageQuantity(year, tonnes[year]) for year in sorted(tonnes))


def _days(start: date, end: date) -> int:
    return (end - start + timedelta(days=1)).days
