"""Equations as flat records of text, the same for packaged tables and for libraries people keep.

A record has one field for each column of `COLUMNS`; an empty field is a value that is not known. The
order of fields and the shortest exact form of each number make equal libraries equal texts.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, get_args

from mrv.equations.expressions import parse_expression
from mrv.equations.forms import FORMS
from mrv.equations.model import RESPONSE_UNITS, Equation, ErrorKind, ResidualError, Status
from mrv.errors import EquationError

COLUMNS: Final = (
    "id",
    "response",
    "form",
    "coefficients",
    "expression",
    "species",
    "groups",
    "region",
    "dbh_min_cm",
    "dbh_max_cm",
    "height_min_m",
    "height_max_m",
    "unit",
    "dbh_factor",
    "output_factor",
    "error_kind",
    "error_sd",
    "coefficient_sd",
    "correction",
    "source",
    "status",
)
"""Columns of a library."""
_DEFAULTS: Final[Mapping[str, str]] = MappingProxyType(
    dict.fromkeys(COLUMNS, "") | {"dbh_factor": "1", "output_factor": "1", "correction": "1"}
)


def equation_of_record(record: Mapping[str, str], origin: str = "") -> Equation:
    """Return the equation a record describes, or refuse the record with the field that is wrong.

    Parameters
    ----------
    record
        Column -> text; columns that are missing are empty.
    origin
        Table and row it stands in.

    Raises
    ------
    EquationError
        Rule ``equation-record`` with the field, or a rule of the formula.
    """
    for name in sorted(set(record) - set(COLUMNS)):
        raise EquationError("equation-record", equation=record.get("id", ""), field=name, value="unknown")
    fields = {**_DEFAULTS, **{name: text.strip() for name, text in record.items()}}
    _check_words(fields)
    ranges = {name: _number(fields, name, math.nan) for name in fields if name.startswith(("dbh_m", "hei"))}
    return Equation(
        id=fields["id"],
        response=fields["response"],  # type: ignore[arg-type]  # checked above
        form=fields["form"],
        coefficients=MappingProxyType(_coefficients(fields)),
        species=_words(fields["species"], ";"),
        region=fields["region"],
        dbh_range_cm=(ranges["dbh_min_cm"], ranges["dbh_max_cm"]),
        height_range_m=(ranges["height_min_m"], ranges["height_max_m"]),
        unit=fields["unit"],
        residual_error=_error(fields),
        correction=_number(fields, "correction", 1.0),
        source=fields["source"],
        status=fields["status"],  # type: ignore[arg-type]  # checked above
        groups=tuple(fields["groups"].split()),
        expression=fields["expression"],
        dbh_factor=_number(fields, "dbh_factor", 1.0),
        output_factor=_number(fields, "output_factor", 1.0),
        coefficient_sd=MappingProxyType(_pairs(fields, "coefficient_sd")),
        origin=origin,
    )


def record_of_equation(equation: Equation) -> dict[str, str]:
    """Return an equation as a record; `equation_of_record` gives the same equation back."""
    error = equation.residual_error
    return {
        "id": equation.id,
        "response": equation.response,
        "form": equation.form,
        "coefficients": _text_of_pairs(equation.coefficients),
        "expression": equation.expression,
        "species": "; ".join(equation.species),
        "groups": " ".join(equation.groups),
        "region": equation.region,
        "dbh_min_cm": _text(equation.dbh_range_cm[0]),
        "dbh_max_cm": _text(equation.dbh_range_cm[1]),
        "height_min_m": _text(equation.height_range_m[0]),
        "height_max_m": _text(equation.height_range_m[1]),
        "unit": equation.unit,
        "dbh_factor": _text(equation.dbh_factor),
        "output_factor": _text(equation.output_factor),
        "error_kind": error.kind if error else "",
        "error_sd": _text(error.sd) if error else "",
        "coefficient_sd": _text_of_pairs(equation.coefficient_sd),
        "correction": _text(equation.correction),
        "source": equation.source,
        "status": equation.status,
    }


def _check_words(fields: Mapping[str, str]) -> None:
    """Refuse what is not one of the words a field may hold."""
    response, form = fields["response"], fields["form"]
    good = {
        "id": bool(fields["id"]),
        "response": response in RESPONSE_UNITS,
        "form": form in FORMS or form == "expression",
        "unit": fields["unit"] in {unit for units in RESPONSE_UNITS.values() for unit in units},
        "source": bool(fields["source"]),
        "status": fields["status"] in get_args(Status),
        "error_kind": fields["error_kind"] in {"", *get_args(ErrorKind)},
    }
    for name, is_good in good.items():
        if not is_good:
            raise EquationError("equation-record", equation=fields["id"], field=name, value=fields[name])


def _coefficients(fields: Mapping[str, str]) -> dict[str, float]:
    """Return the coefficients in the order of the form; none missing, none too many."""
    pairs = _pairs(fields, "coefficients")
    if fields["form"] == "expression":
        parse_expression(fields["expression"])
        wanted: tuple[str, ...] = ()
    else:
        wanted = FORMS[fields["form"]].coefficients
    if set(pairs) != set(wanted):
        raise EquationError(
            "equation-record", equation=fields["id"], field="coefficients", value=fields["coefficients"]
        )
    return {name: pairs[name] for name in wanted}


def _error(fields: Mapping[str, str]) -> ResidualError | None:
    if not fields["error_kind"]:
        return None
    sd = _number(fields, "error_sd", math.nan)
    if not sd >= 0:
        raise EquationError(
            "equation-record", equation=fields["id"], field="error_sd", value=fields["error_sd"]
        )
    return ResidualError(fields["error_kind"], sd)  # type: ignore[arg-type]  # checked above


def _pairs(fields: Mapping[str, str], column: str) -> dict[str, float]:
    """Return ``name=value;name=value`` as numbers."""
    found: dict[str, float] = {}
    for item in _words(fields[column], ";"):
        name, _, text = item.partition("=")
        found[name.strip()] = _number({"id": fields["id"], column: text}, column, math.nan)
    return found


def _number(fields: Mapping[str, str], name: str, empty: float) -> float:
    text = fields[name].strip()
    if not text:
        return empty
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise EquationError("equation-record", equation=fields["id"], field=name, value=text)
    return value


def _words(text: str, separator: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(separator) if word.strip())


def _text(value: float) -> str:
    return "" if math.isnan(value) else repr(int(value) if value == int(value) else value)


def _text_of_pairs(pairs: Mapping[str, float]) -> str:
    return ";".join(f"{name}={_text(value)}" for name, value in pairs.items())
