"""What the tests of `mrv` share: a small two-campaign inventory and the header of a statement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from mrv.inventory import Columns
from mrv.statement import StatementHeader

PLOT_NAMES = ("plot_id", "campaign_year", "x_m", "y_m", "area_m2", "parcel_id", "stratum")
TREE_NAMES = (
    "plot_id",
    "campaign_year",
    "tree_id",
    "species_code",
    "dbh_cm",
    "height_m",
    "du",
    "status",
)
NAN = float("nan")
AREA = 2_000.0 / 3.0


def _table(source: str, names: tuple[str, ...], records: list[tuple[Any, ...]]) -> Columns:
    columns = {name: np.array([r[i] for r in records], dtype=object) for i, name in enumerate(names)}
    return Columns(source, columns, np.arange(2, len(records) + 2))


@pytest.fixture
def plot_table() -> Callable[[list[tuple[Any, ...]]], Columns]:
    """Return a maker of plot tables from records in the order of the columns."""
    return lambda records: _table("plots.xlsx[样地]", PLOT_NAMES, records)


@pytest.fixture
def tree_table() -> Callable[[list[tuple[Any, ...]]], Columns]:
    """Return a maker of tree tables from records in the order of the columns."""
    return lambda records: _table("plots.xlsx[样木]", TREE_NAMES, records)


@pytest.fixture
def plot_records() -> list[tuple[Any, ...]]:
    """Return five plots of two strata in two campaigns; plot P3 has no trees in the first."""
    strata = {"P1": "杉木", "P2": "杉木", "P3": "杉木", "P4": "毛竹", "P5": "毛竹"}
    return [
        (name, year, 1.0, 2.0, AREA, "4306240010010001", stratum)
        for year in (2020, 2025)
        for name, stratum in strata.items()
    ]


@pytest.fixture
def tree_records() -> list[tuple[Any, ...]]:
    """Return trees: growth, one ingrowth, one death, one felling, one under 5 cm, and bamboo."""
    return [
        ("P1", 2020, "1", "310", 18.0, 14.0, NAN, "活立木"),
        ("P1", 2020, "2", "310", 12.0, 9.0, NAN, "活立木"),
        ("P1", 2020, "3", "310", 4.5, 4.0, NAN, "活立木"),
        ("P2", 2020, "1", "220", 16.0, 12.0, NAN, "活立木"),
        ("P2", 2020, "2", "220", 14.0, 11.0, NAN, "活立木"),
        ("P4", 2020, "1", "660", 10.0, NAN, 2.0, "活立木"),
        ("P5", 2020, "1", "660", 9.0, NAN, 1.0, "活立木"),
        ("P1", 2025, "1", "310", 20.0, 15.0, NAN, "活立木"),
        ("P1", 2025, "2", "310", 12.0, NAN, NAN, "枯死"),
        ("P1", 2025, "3", "310", 6.0, 5.0, NAN, "进界"),
        ("P2", 2025, "1", "220", 18.0, 13.0, NAN, "活立木"),
        ("P2", 2025, "2", "220", 14.0, NAN, NAN, "采伐"),
        ("P3", 2025, "1", "310", 7.0, 6.0, NAN, "进界"),
        ("P4", 2025, "1", "660", 10.0, NAN, 4.0, "活立木"),
        ("P5", 2025, "1", "660", 9.0, NAN, 3.0, "活立木"),
    ]


@pytest.fixture
def header() -> StatementHeader:
    """Return the header of a demonstration statement."""
    return StatementHeader(
        county_code="430624",
        project_code="P-1",
        period_start=date(2021, 3, 1),
        period_end=date(2026, 2, 28),
        as_of=date(2026, 6, 30),
        manifest_sha256="a" * 64,
        dataset_sha256="b" * 64,
        code_version="0.1.0",
        seed=7,
        purpose="demo",
        simulated=True,
    )


@pytest.fixture
def county_header(header: StatementHeader) -> StatementHeader:
    """Return the header of a county stock."""
    return replace(header, project_code=None, purpose="inventory")
