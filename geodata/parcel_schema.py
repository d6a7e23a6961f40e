"""Which fields a layer of parcels has, which codes they hold, and what must agree: schemes as data.

A scheme is a TOML file, packaged in ``geodata/schemes/parcels`` or the bureau's own. Code tables differ from
province to province, so none stands in the program.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal, get_args

from geodata.errors import VectorError

FieldType = Literal["code", "text", "float"]
CheckKind = Literal["present", "at_least", "at_most", "positive_from", "stand_volume"]
_KEYS: Final = {"id", "name_zh", "name_en", "script", "parcel_id", "area_field"} | {
    "fields",
    "codes",
    "checks",
    "age_limits",
}
_FIELD_KEYS: Final = {"zh", "en", "type", "width", "codes", "unit", "optional"}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a layer."""

    name: str
    """Name in the file."""
    zh: str
    """What it is, in Chinese."""
    en: str
    """What it is, in English."""
    type: FieldType
    """``code`` is text of digits, padded with zeros on the left."""
    widths: tuple[int, ...]
    """Lengths a code may have, the usual one first."""
    codes: str | None
    """Code table its values must be in."""
    unit: str
    """Unit of a number, empty where there is none."""
    optional: bool
    """Whether the layer may lack it."""


@dataclass(frozen=True, slots=True)
class Check:
    """One rule between fields of a parcel."""

    kind: CheckKind
    """``present``: none of `fields` is empty. ``at_least``/``at_most``: the first field against `limit`.
    ``positive_from``: the first field is positive where the second is at least `limit`.
    ``stand_volume``: volume per hectare, mean diameter, mean height and stems per hectare agree to within the
    share `limit`, with `factor` as the form factor."""
    when: Mapping[str, frozenset[str]]
    """Field -> codes for which the rule holds; empty for all parcels."""
    fields: tuple[str, ...]
    """The fields it looks at."""
    limit: float
    """Limit, in the unit of the field it is compared with."""
    factor: float
    """Factor of the rule [1]; see `kind`."""


@dataclass(frozen=True, slots=True)
class AgeLimit:
    """Upper ages of the age groups of some species."""

    species: frozenset[str]
    """Codes of the dominant species."""
    origin: str
    """First digit of the origin: 1 natural, 2 planted."""
    upper_year: tuple[float, ...]
    """Upper age of groups 1 to 4 [year]."""


@dataclass(frozen=True, slots=True)
class ParcelSchema:
    """The scheme of a layer of parcels."""

    id: str
    """Key of the scheme."""
    name_zh: str
    """Name in Chinese."""
    name_en: str
    """Name in English."""
    script: Literal["han", "any"]
    """``han``: text beyond ASCII must be Chinese, which unmasks a wrong encoding."""
    parcel_id: tuple[str, ...]
    """Fields that joined are the identifier of a parcel."""
    area_field: str | None
    """Field with the recorded area [ha]."""
    fields: Mapping[str, Field]
    """Name -> field."""
    codes: Mapping[str, Mapping[str, tuple[str, str]]]
    """Code table -> code -> (Chinese, English)."""
    checks: tuple[Check, ...]
    """Rules between fields."""
    age_limits: tuple[AgeLimit, ...]
    """Ages that age groups must agree with."""

    def aliases(self, lang: str = "zh") -> dict[str, str]:
        """Return field name -> what it is, for the columns of a written layer."""
        return {name: field.en if lang == "en" else field.zh for name, field in self.fields.items()}


def load_parcel_schema(schema: str | Path) -> ParcelSchema:
    """Return a scheme by the key of a packaged one or by the path of a TOML file.

    Raises
    ------
    VectorError
        There is none, or it says something unknown.
    """
    path = Path(schema)
    if path.suffix == ".toml":
        text = path.read_text("utf-8") if path.is_file() else None
    else:
        packaged = resources.files("geodata") / "schemes" / "parcels" / f"{schema}.toml"
        text = packaged.read_text("utf-8") if packaged.is_file() else None
    if text is None:
        raise VectorError("parcel-scheme-missing", scheme=str(schema))
    try:
        return _schema(str(schema), tomllib.loads(text))
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise VectorError(
            "parcel-scheme-invalid", scheme=str(schema), field="-", reason=str(error)
        ) from error


def _schema(name: str, content: Mapping[str, Any]) -> ParcelSchema:
    _refuse_unknown(name, "-", content, _KEYS)
    fields = {key: _field(name, key, body) for key, body in content["fields"].items()}
    codes = {
        table: MappingProxyType({code: (texts["zh"], texts["en"]) for code, texts in body.items()})
        for table, body in content.get("codes", {}).items()
    }
    named = {*content["parcel_id"], *([content["area_field"]] if "area_field" in content else [])}
    if not named <= set(fields):
        raise VectorError(
            "parcel-scheme-invalid", scheme=name, field=min(named - set(fields)), reason="no such field"
        )
    for field in fields.values():
        if field.codes is not None and field.codes not in codes:
            raise VectorError(
                "parcel-scheme-invalid", scheme=name, field=field.name, reason=f"no table {field.codes}"
            )
    return ParcelSchema(
        id=content["id"],
        name_zh=content["name_zh"],
        name_en=content["name_en"],
        script=content["script"],
        parcel_id=tuple(content["parcel_id"]),
        area_field=content.get("area_field"),
        fields=MappingProxyType(fields),
        codes=MappingProxyType(codes),
        checks=tuple(_check(name, body) for body in content.get("checks", ())),
        age_limits=tuple(
            AgeLimit(frozenset(body["species"]), body["origin"], tuple(body["upper_year"]))
            for body in content.get("age_limits", ())
        ),
    )


def _field(scheme: str, name: str, body: Mapping[str, Any]) -> Field:
    _refuse_unknown(scheme, name, body, _FIELD_KEYS)
    if body["type"] not in get_args(FieldType):
        raise VectorError("parcel-scheme-invalid", scheme=scheme, field=name, reason=str(body["type"]))
    return Field(
        name,
        body["zh"],
        body["en"],
        body["type"],
        tuple(body.get("width", ())),
        body.get("codes"),
        body.get("unit", ""),
        bool(body.get("optional", False)),
    )


def _check(scheme: str, body: Mapping[str, Any]) -> Check:
    _refuse_unknown(scheme, "checks", body, {"kind", "when", "fields", "limit", "factor"})
    if body["kind"] not in get_args(CheckKind):
        raise VectorError("parcel-scheme-invalid", scheme=scheme, field="checks", reason=str(body["kind"]))
    when = MappingProxyType({field: frozenset(codes) for field, codes in body["when"].items()})
    limit, factor = float(body.get("limit", 0.0)), float(body.get("factor", 1.0))
    return Check(body["kind"], when, tuple(body["fields"]), limit, factor)


def _refuse_unknown(scheme: str, field: str, body: Mapping[str, Any], known: set[str]) -> None:
    unknown = sorted(set(body) - known)
    if unknown:
        raise VectorError(
            "parcel-scheme-invalid", scheme=scheme, field=field, reason=f"unknown: {unknown[0]}"
        )
