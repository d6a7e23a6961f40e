"""Attributes of parcels against their scheme: what must be there, what must agree (specification 6.4).

Codes are held against their tables where the layer is read, since they prove its encoding. The rules are data
of the scheme; here is only how a rule of each kind is looked at, for all parcels at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from geodata.findings import Finding
from geodata.parcel_schema import AgeLimit, Check, ParcelSchema

Columns = Mapping[str, NDArray[Any]]
Mask = NDArray[np.bool_]
Params = dict[str, str | int | float]
AREA_SHARE: Final = 0.01
"""Recorded and computed area may differ by this share [1], or by `AREA_HA`, whichever is more."""
AREA_HA: Final = 0.01
"""See `AREA_SHARE` [ha]."""
MAX_LISTED: Final = 200
"""More findings of one kind in one field are counted, not listed."""


def check_attributes(
    source: str,
    columns: Columns,
    rows: NDArray[np.int64],
    schema: ParcelSchema,
    *,
    area_ha: NDArray[np.float64] | None = None,
) -> list[Finding]:
    """Return what is wrong with the attributes of a layer.

    Parameters
    ----------
    source
        File name, for the findings.
    columns
        Field -> values, text or float64, shape (n,); fields that are missing are not looked at.
    rows
        Row of each parcel in the person's file, shape (n,).
    schema
        The rules.
    area_ha
        Area of each parcel's shape [ha], to be held against the recorded one.

    Returns
    -------
    list[Finding]
        An age outside its group, a volume that stems and sizes do not give, and a recorded area that differs
        are warnings, the rest errors.
    """
    found: list[Finding] = []
    for check in schema.checks:
        found += _check_rule(source, columns, rows, check)
    for limit in schema.age_limits:
        found += _check_age(source, columns, rows, limit)
    field = schema.area_field
    if area_ha is not None and field is not None and field in columns:
        found += _check_area(source, columns[field], rows, field, area_ha)
    return limit_findings(found, source)


def limit_findings(found: list[Finding], source: str) -> list[Finding]:
    """Return the first findings of each rule and field, and one that counts the others."""
    seen: dict[tuple[str, str | None], int] = {}
    listed = []
    for finding in found:
        key = finding.rule, finding.field
        seen[key] = seen.get(key, 0) + 1
        if seen[key] <= MAX_LISTED:
            listed.append(finding)
    for (rule, field), count in seen.items():
        if count > MAX_LISTED:
            params: Params = {"kind": rule, "count": count, "shown": MAX_LISTED}
            listed.append(Finding("findings-more", "warning", source, field=field, params=params))
    return listed


def _check_rule(source: str, columns: Columns, rows: NDArray[np.int64], check: Check) -> list[Finding]:
    if not {*check.fields, *check.when} <= set(columns):
        return []
    holds = _holds(columns, check.when, rows.size)
    if check.kind == "present":
        return [
            Finding(
                "parcel-field-empty", "error", source, int(rows[i]), name, "", _condition(columns, check, i)
            )
            for name in check.fields
            for i in np.flatnonzero(holds & _is_empty(columns[name]))
        ]
    if check.kind == "stand_volume":
        return _check_stand_volume(source, columns, rows, check, holds)
    values = columns[check.fields[0]].astype(np.float64)
    if check.kind == "positive_from":
        other = columns[check.fields[1]].astype(np.float64)
        broken = holds & (other >= check.limit) & ~(values > 0)
        return [
            Finding(
                "parcel-volume-missing",
                "error",
                source,
                int(rows[i]),
                check.fields[0],
                _text(values[i]),
                {"other": check.fields[1], "other_value": _text(other[i]), "limit": check.limit},
            )
            for i in np.flatnonzero(broken)
        ]
    return _check_limit(source, rows, check, values, holds, columns)


def _check_stand_volume(
    source: str, columns: Columns, rows: NDArray[np.int64], check: Check, holds: Mask
) -> list[Finding]:
    """Return where stems, diameter and height do not give the recorded volume.

    Volume of a mean tree by its experimental form factor f, v = g (h + 3) f with g = pi d^2 / 40 000 [m2].
    """
    recorded, dbh_cm, height_m, stems_per_ha = (columns[name].astype(np.float64) for name in check.fields)
    expected = np.pi / 40_000 * dbh_cm**2 * (height_m + 3) * check.factor * stems_per_ha
    looked_at = holds & (recorded > 0) & (dbh_cm >= 5) & (stems_per_ha > 0) & np.isfinite(expected)
    return [
        Finding(
            "parcel-stand-volume",
            "warning",
            source,
            int(rows[i]),
            check.fields[0],
            _text(recorded[i]),
            {
                "expected": round(float(expected[i]), 1),
                "dbh_cm": _text(dbh_cm[i]),
                "height_m": _text(height_m[i]),
                "stems_per_ha": _text(stems_per_ha[i]),
                "limit": check.limit,
            },
        )
        for i in np.flatnonzero(looked_at & (np.abs(expected - recorded) > check.limit * recorded))
    ]


def _check_limit(
    source: str,
    rows: NDArray[np.int64],
    check: Check,
    values: NDArray[np.float64],
    holds: Mask,
    columns: Columns,
) -> list[Finding]:
    is_low = check.kind == "at_least"
    broken = holds & ((values < check.limit) if is_low else (values > check.limit))
    found = []
    for i in np.flatnonzero(broken):
        place = (source, int(rows[i]), check.fields[0], _text(values[i]))
        params: Params = {"limit": check.limit, **_condition(columns, check, i)}
        found.append(
            Finding("parcel-value-below", "error", *place, params)
            if is_low
            else Finding("parcel-value-above", "error", *place, params)
        )
    return found


def _check_age(source: str, columns: Columns, rows: NDArray[np.int64], limit: AgeLimit) -> list[Finding]:
    if not {"YOU_SHI_SZ", "QI_YUAN", "PINGJUN_NL", "LING_ZU"} <= set(columns):
        return []
    age = columns["PINGJUN_NL"].astype(np.float64)
    group = np.array(
        [int(code) if str(code) in {"1", "2", "3", "4", "5"} else 0 for code in columns["LING_ZU"]]
    )
    concerned = (
        np.isin(columns["YOU_SHI_SZ"].astype(str), sorted(limit.species))
        & np.char.startswith(columns["QI_YUAN"].astype(str), limit.origin)
        & np.isfinite(age)
        & (group > 0)
    )
    expected = np.searchsorted(np.array(limit.upper_year), age, side="left") + 1
    return [
        Finding(
            "parcel-age-group",
            "warning",
            source,
            int(rows[i]),
            "LING_ZU",
            str(group[i]),
            {
                "age": _text(age[i]),
                "species": str(columns["YOU_SHI_SZ"][i]),
                "origin": str(columns["QI_YUAN"][i]),
                "expected": int(expected[i]),
            },
        )
        for i in np.flatnonzero(concerned & (expected != group))
    ]


def _check_area(
    source: str,
    recorded: NDArray[Any],
    rows: NDArray[np.int64],
    field: str,
    area_ha: NDArray[np.float64],
) -> list[Finding]:
    values = recorded.astype(np.float64)
    allowed = np.maximum(AREA_SHARE * area_ha, AREA_HA)
    missing = ~(values > 0)
    # the edge of the tolerance belongs to it, whatever the last digit of four decimals does
    differs = ~missing & (np.abs(values - area_ha) > allowed + 1e-4)
    found = []
    for i in np.flatnonzero(missing | differs):
        params: Params = {"area_ha": round(float(area_ha[i]), 4), "unit": _likely_unit(values[i], area_ha[i])}
        found.append(Finding("parcel-area", "warning", source, int(rows[i]), field, _text(values[i]), params))
    return found


def _likely_unit(recorded: float, area_ha: float) -> Literal["ha", "mu", "m2"]:
    """Return the unit in which a recorded area would be right; many data sets use mu.

    >>> _likely_unit(30.0, 2.0), _likely_unit(20_000.0, 2.0), _likely_unit(3.0, 2.0)
    ('mu', 'm2', 'ha')
    """
    units: tuple[tuple[Literal["mu", "m2"], float], ...] = (("mu", 15.0), ("m2", 10_000.0))
    for unit, per_ha in units:
        if area_ha > 0 and abs(recorded / per_ha / area_ha - 1.0) <= AREA_SHARE:
            return unit
    return "ha"


def _holds(columns: Columns, when: Mapping[str, frozenset[str]], size: int) -> Mask:
    holds = np.ones(size, dtype=bool)
    for name, codes in when.items():
        holds &= np.isin(columns[name].astype(str), sorted(codes))
    return holds


def _is_empty(values: NDArray[Any]) -> Mask:
    if values.dtype.kind == "f":
        missing: Mask = np.isnan(values)
        return missing
    return np.array([not str(value).strip() for value in values], dtype=bool)


def _condition(columns: Columns, check: Check, i: np.intp) -> dict[str, str]:
    return {"condition": ", ".join(f"{name}={columns[name][i]}" for name in check.when) or "-"}


def _text(value: float) -> str:
    return "" if np.isnan(value) else f"{value:g}"
