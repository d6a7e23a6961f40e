"""Column makers shared by the tables: whole numbers, text, bytes; never floats or NUMERIC.

A day is text ``YYYY-MM-DD`` and a time is ISO 8601 text, so that both back ends keep and
compare the same characters. A decimal is text too.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Integer, LargeBinary, MetaData, Text

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
WHOLE = BigInteger().with_variant(Integer(), "sqlite")


def text(name: str, *, key: bool = False, null: bool = False, default: str | None = None) -> Column[Any]:
    """Return a text column."""
    return Column(name, Text(), primary_key=key, nullable=null, default=default)


def whole(name: str, *, key: bool = False, null: bool = False, default: int | None = None) -> Column[Any]:
    """Return a column of whole numbers (64 bits)."""
    return Column(name, WHOLE, primary_key=key, nullable=null, default=default, autoincrement=False)


def blob(name: str, *, null: bool = False) -> Column[Any]:
    """Return a column of bytes."""
    return Column(name, LargeBinary(), nullable=null)


def ref(name: str, target: str, *, key: bool = False, null: bool = False, late: bool = False) -> Column[Any]:
    """Return a text column that points to another table; `late` is checked at commit."""
    link = ForeignKey(target, deferrable=late or None, initially="DEFERRED" if late else None)
    return Column(name, Text(), link, primary_key=key, nullable=null)


def one_of(column: str, *values: str) -> CheckConstraint:
    """Return a check that a column holds one of `values`."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


def check(name: str, condition: str) -> CheckConstraint:
    """Return a named check of one row."""
    return CheckConstraint(condition, name=name)
