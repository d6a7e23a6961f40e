"""Pure checks and arithmetic of the registry: no database, no clock.

Serial arithmetic is on half-open ranges [lo, hi); what is printed is inclusive.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from registry.errors import RuleViolation
from registry.model import ProjectRecord, RightApplication, RightShare

NON_TRADING_KINDS = frozenset({"verifier", "bureau", "exchange", "supervisor"})
"""Bodies that may not hold or trade units (Measures, article 37)."""


@dataclass(frozen=True, slots=True, order=True)
class SerialBlock:
    """A half-open range of serial numbers of one series."""

    series_id: str
    lo: int
    hi: int

    def __post_init__(self) -> None:
        if not 1 <= self.lo < self.hi:
            raise RuleViolation("serial-range-invalid", lo=self.lo, hi=self.hi)

    @property
    def quantity(self) -> int:
        """Number of units [t CO2e]."""
        return self.hi - self.lo

    @property
    def label(self) -> str:
        """Printed form, both ends included.

        Examples
        --------
        >>> SerialBlock("CN-430624-XY01-2025", 1, 101).label
        'CN-430624-XY01-2025-1-100'
        """
        return f"{self.series_id}-{self.lo}-{self.hi - 1}"

    def split(self, quantity: int) -> tuple[SerialBlock, SerialBlock]:
        """Return the first `quantity` units and the rest; neither is empty.

        Examples
        --------
        >>> first, rest = SerialBlock("S", 1, 11).split(4)
        >>> (first.lo, first.hi, rest.lo, rest.hi)
        (1, 5, 5, 11)
        """
        if not 0 < quantity < self.quantity:
            raise RuleViolation("split-quantity-invalid", quantity=quantity, width=self.quantity)
        cut = self.lo + quantity
        return SerialBlock(self.series_id, self.lo, cut), SerialBlock(self.series_id, cut, self.hi)


def serial_prefix(county_code: str, project_code: str) -> str:
    """Return ``CN-<adm6>-<project>``, the prefix of a project's serials.

    A code that is not a Chinese county code of six digits gets the prefix ``ZZ``
    (user-assigned in ISO 3166) and never ``CN``.

    Examples
    --------
    >>> serial_prefix("430624", "XY-AR-01")
    'CN-430624-XYAR01'
    >>> serial_prefix("us33003", "bef-1")
    'ZZ-US33003-BEF1'
    """
    county = re.sub(r"[^0-9A-Za-z]", "", county_code).upper()
    project = re.sub(r"[^0-9A-Za-z]", "", project_code).upper()
    if not county or not project:
        raise RuleViolation("code-invalid", county_code=county_code, project_code=project_code)
    country = "CN" if re.fullmatch(r"\d{6}", county) else "ZZ"
    return f"{country}-{county}-{project}"


def require_positive(name: str, value: int) -> None:
    """Refuse a number that is not a positive integer."""
    if isinstance(value, bool) or not isinstance(value, int) or value <= 0:
        raise RuleViolation("not-a-positive-integer", name=name, value=value)


def require_sha256(name: str, value: str) -> None:
    """Refuse a text that is not a SHA-256 in lower-case hexadecimal digits."""
    if not re.fullmatch(r"[0-9a-f]{64}", value):
        raise RuleViolation("not-a-sha256", name=name, value=value)


def common_denominator(application: RightApplication) -> tuple[RightShare, ...]:
    """Return the shares over one denominator; they must add up to exactly 1.

    Examples
    --------
    >>> a = RightApplication("C1", "P1", "k", (RightShare("a", 1, 2), RightShare("b", 1, 3),
    ...     RightShare("c", 1, 6)), date(2020, 1, 1), date(2050, 1, 1), "0" * 64)
    >>> [(s.party_code, s.numerator, s.denominator) for s in common_denominator(a)]
    [('a', 3, 6), ('b', 2, 6), ('c', 1, 6)]
    """
    for share in application.shares:
        require_positive("numerator", share.numerator)
        require_positive("denominator", share.denominator)
    total = sum((Fraction(s.numerator, s.denominator) for s in application.shares), Fraction(0))
    if total != 1:
        raise RuleViolation("shares-not-one", certificate_no=application.certificate_no, total=str(total))
    parties = [share.party_code for share in application.shares]
    if len(set(parties)) != len(parties):
        raise RuleViolation("holder-repeated", certificate_no=application.certificate_no)
    denominator = math.lcm(*(share.denominator for share in application.shares))
    return tuple(
        RightShare(s.party_code, s.numerator * (denominator // s.denominator), denominator)
        for s in application.shares
    )


def check_application(application: RightApplication) -> None:
    """Refuse an application whose period or evidence is not sound."""
    require_sha256("evidence_sha256", application.evidence_sha256)
    if application.valid_from >= application.valid_to:
        raise RuleViolation(
            "period-empty",
            what=application.certificate_no,
            start=application.valid_from,
            end=application.valid_to,
        )


def check_project(project: ProjectRecord, started_after: date | None, removals_after: date | None) -> None:
    """Refuse a project whose dates break the rules of its programme.

    `started_after` and `removals_after` are the programme's dates (for CCER those of the
    Measures, articles 10 and 17), both exclusive; None sets no limit.
    """
    if started_after and project.start_date <= started_after:
        raise RuleViolation("project-too-early", start_date=project.start_date, earliest=started_after)
    if removals_after and project.crediting_start <= removals_after:
        raise RuleViolation(
            "crediting-too-early", crediting_start=project.crediting_start, earliest=removals_after
        )
    if project.crediting_start >= project.crediting_end:
        raise RuleViolation(
            "period-empty",
            what=project.project_code,
            start=project.crediting_start,
            end=project.crediting_end,
        )
    if not project.parcel_ids:
        raise RuleViolation("project-without-parcels", project_code=project.project_code)


def share_out(total: int, weights: Mapping[int, int]) -> dict[int, int]:
    """Share `total` units over vintages in proportion to `weights`, by largest remainder.

    The parts are integers and add up to `total`; of equal remainders the earlier
    vintage comes first.

    Examples
    --------
    >>> share_out(10, {2024: 1, 2025: 2})
    {2024: 3, 2025: 7}
    """
    whole = sum(weights.values())
    if whole <= 0:
        return dict.fromkeys(weights, 0)
    parts = {year: total * weight // whole for year, weight in weights.items()}
    remainders = sorted(weights, key=lambda year: (-(total * weights[year] % whole), year))
    for year in remainders[: total - sum(parts.values())]:
        parts[year] += 1
    return parts


def take_units(blocks: Sequence[SerialBlock], quantity: int) -> tuple[list[SerialBlock], SerialBlock | None]:
    """Return whole blocks from the lowest serial on, and the block to split, if any.

    The last block of the first list is the part of the split block that is taken.

    Examples
    --------
    >>> taken, cut = take_units([SerialBlock("S", 1, 5), SerialBlock("S", 5, 11)], 6)
    >>> [(b.lo, b.hi) for b in taken], (cut.lo, cut.hi)
    ([(1, 5), (5, 7)], (5, 11))
    """
    require_positive("quantity", quantity)
    taken: list[SerialBlock] = []
    missing = quantity
    for block in sorted(blocks):
        if block.quantity > missing:
            taken.append(block.split(missing)[0])
            return taken, block
        taken.append(block)
        missing -= block.quantity
        if missing == 0:
            return taken, None
    raise RuleViolation("units-not-free", wanted=quantity, free=quantity - missing)


def overlapping(start: date, end: date, other_start: date, other_end: date) -> bool:
    """Return whether two half-open periods share a day.

    Examples
    --------
    >>> overlapping(date(2020, 1, 1), date(2021, 1, 1), date(2021, 1, 1), date(2022, 1, 1))
    False
    """
    return start < other_end and other_start < end


def repeated(values: Iterable[str]) -> str | None:
    """Return the first value that stands twice, or None.

    Examples
    --------
    >>> repeated(["a", "b", "a"])
    'a'
    """
    seen: set[str] = set()
    for value in values:
        if value in seen:
            return value
        seen.add(value)
    return None


def negative_rest(rows: Iterable[Mapping[str, Any]], before: str) -> dict[str, Any] | None:
    """Return the negative rest that a project's period has to make good, or None.

    It is that of the last period before, whose own account has made good what came before it.

    Parameters
    ----------
    rows
        Statements of removals of one project, with their canonical text.
    before
        First day of the new period, ISO 8601.

    Returns
    -------
    dict or None
        ``statement_id``, ``period_start``, ``period_end`` and ``carried_tco2e`` (below 0).
    """
    earlier = [row for row in rows if row["status"] != "rejected" and row["period_end"] < before]
    if not earlier:
        return None
    last = max(earlier, key=lambda row: (row["period_end"], row["submitted_on"], row["statement_id"]))
    lines = {line["term"]: float(line["value"]) for line in json.loads(last["canonical"])["lines"]}
    net = lines.get("net_removals", 0.0)
    if net >= 0:
        return None
    copied = {name: last[name] for name in ("statement_id", "period_start", "period_end")}
    return {**copied, "carried_tco2e": net}
