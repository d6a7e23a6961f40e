"""The columns of a layer of parcels as their scheme describes them.

Codes are text. Spreadsheet programs strip their leading zeros and turn them into numbers: both are undone and
reported once for each field. What cannot be a code or a number is a finding with its row and stays as it is.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geodata.errors import VectorError
from geodata.findings import Finding
from geodata.parcel_schema import Field, ParcelSchema

MAX_LISTED: Final = 50
"""More findings of one kind in one field are counted, not listed."""
Columns = dict[str, NDArray[Any]]


def read_columns(
    source: str, values: Mapping[str, NDArray[Any]], rows: NDArray[np.int64], schema: ParcelSchema
) -> tuple[Columns, list[Finding]]:
    """Return typed columns, and what was seen in them.

    Parameters
    ----------
    source
        File name.
    values
        Field of the file -> its values, as they were read.
    rows
        Row of each value in the person's own table.
    schema
        Says what each field is; a field it does not know is kept as text.

    Raises
    ------
    VectorError
        A field that the scheme requires is missing.
    """
    by_name = {name.upper(): name for name in values}
    columns: Columns = {}
    findings: list[Finding] = []
    for name, field in schema.fields.items():
        found = by_name.pop(name.upper(), None)
        if found is None and not field.optional:
            raise VectorError("layer-field-missing", file=source, field=name, fields=", ".join(values))
        if found is not None:
            columns[name] = _read_column(source, values[found], rows, field, schema, findings)
    for name in by_name.values():
        columns[name] = np.array([_to_text(value) for value in values[name]], dtype=object)
    findings += _check_identifier(source, columns, rows, schema)
    return columns, findings


def _read_column(
    source: str,
    values: NDArray[Any],
    rows: NDArray[np.int64],
    field: Field,
    schema: ParcelSchema,
    findings: list[Finding],
) -> NDArray[Any]:
    if field.type == "float":
        return _read_numbers(source, values, rows, field, findings)
    texts = [_to_text(value) for value in values]
    if field.type == "code" and field.widths:
        texts = _read_codes(source, texts, rows, field, schema, findings)
    return np.array(texts, dtype=object)


def _read_numbers(
    source: str, values: NDArray[Any], rows: NDArray[np.int64], field: Field, findings: list[Finding]
) -> NDArray[np.float64]:
    if values.dtype.kind in "iuf":
        return values.astype(np.float64)
    numbers = np.full(values.size, math.nan)
    bad: list[Finding] = []
    for i, value in enumerate(values):
        text = _to_text(value)
        if not text:
            continue
        try:
            numbers[i] = float(text)
        except ValueError:
            bad.append(Finding("number-unreadable", "error", source, int(rows[i]), field.name, text))
    findings += _limited(bad, source, field.name)
    return numbers


def _read_codes(
    source: str,
    texts: list[str],
    rows: NDArray[np.int64],
    field: Field,
    schema: ParcelSchema,
    findings: list[Finding],
) -> list[str]:
    known = schema.codes[field.codes] if field.codes else {}
    padded = [pad_code(text, field.widths, known) for text in texts]
    count = sum(before != after for before, after in zip(texts, padded, strict=True))
    if count:
        first = next(i for i, text in enumerate(texts) if text != padded[i])
        params = {"count": count, "width": field.widths[0]}
        findings.append(
            Finding("code-padded", "info", source, int(rows[first]), field.name, texts[first], params)
        )
    bad = [
        Finding("code-malformed", "error", source, int(rows[i]), field.name, text, {"width": field.widths[0]})
        for i, text in enumerate(padded)
        if text and (not text.isalnum() or not text.isascii() or len(text) > max(field.widths))
    ]
    findings += _limited(bad, source, field.name)
    if known:
        unknown = [
            Finding("code-unknown", "warning", source, int(rows[i]), field.name, text, {"table": schema.id})
            for i, text in enumerate(padded)
            if text and text not in known
        ]
        findings += _limited(unknown, source, field.name)
    return padded


def pad_code(text: str, widths: tuple[int, ...], known: Mapping[str, object]) -> str:
    """Return a code with the zeros that were stripped from its left.

    Where a code may have several lengths, the one that gives a known code is taken, else the usual one; a
    code that is known as it stands is left alone.

    Examples
    --------
    >>> pad_code("12", (4,), {}), pad_code("30100", (6, 4), {"030100": 1})
    ('0012', '030100')
    >>> pad_code("301", (6, 4), {"0301": 1})
    '0301'
    """
    if not text.isdigit() or text in known or len(text) >= max(widths):
        return text
    for width in widths:
        if text.zfill(width) in known:
            return text.zfill(width)
    return text.zfill(widths[0])


def _check_identifier(
    source: str, columns: Columns, rows: NDArray[np.int64], schema: ParcelSchema
) -> list[Finding]:
    found: list[Finding] = []
    for name in schema.parcel_id:
        empty = [i for i, value in enumerate(columns[name]) if not value]
        bad = [Finding("parcel-id-incomplete", "error", source, int(rows[i]), name, "") for i in empty]
        found += _limited(bad, source, name)
    return found


def _limited(found: list[Finding], source: str, field: str) -> list[Finding]:
    if len(found) <= MAX_LISTED:
        return found
    params = {"count": len(found), "shown": MAX_LISTED}
    return [*found[:MAX_LISTED], Finding("cells-more", found[0].severity, source, field=field, params=params)]


def _to_text(value: Any) -> str:
    """Return a value as text; a whole number loses its point, an empty one is empty.

    >>> _to_text(310.0), _to_text(" a "), _to_text(None), _to_text(float("nan"))
    ('310', 'a', '', '')
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
