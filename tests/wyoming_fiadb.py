"""Makes a FIADB of the Wyoming tables: the POP tables are built from assignment, strata and unit areas.

Independent of the product: plain `csv` and `sqlite3`. The adjustment factors are plots over the sum of
sampled proportions of each stratum, as the Forest Service computes them.
"""

from __future__ import annotations

import csv
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

EVALID = 561301
Row = dict[str, Any]
TYPES = {"CN": "TEXT", "PLT_CN": "TEXT", "EVAL_CN": "TEXT", "STRATUM_CN": "TEXT", "ESTN_UNIT_CN": "TEXT"}


def wyoming_tables(
    data: Path, *, factors: bool = True, evaluations: Iterable[int] = (EVALID,)
) -> dict[str, list[Row]]:
    """Return the tables as rows.

    Parameters
    ----------
    data
        Folder of the real data sets.
    factors
        Whether POP_STRATUM has the columns of adjustment.
    evaluations
        Numbers of the evaluations; all have the same plots.
    """
    folder = data / "fiesta_wyoming" / "tables"
    plots, conditions, trees = (_read(folder / f"WY{name}.csv") for name in ("plt", "cond", "tree"))
    strata, units, assigned = (
        _read(folder / f"WY{name}.csv") for name in ("stratalut", "unitarea", "pltassgn")
    )
    tables: dict[str, list[Row]] = {
        "PLOT": [{**row, "MACRO_BREAKPOINT_DIA": None} for row in plots],
        "COND": [{"CN": f"C{n}", "PROP_BASIS": "SUBP", **row} for n, row in enumerate(conditions, start=1)],
        "TREE": [{"CN": f"T{n}", **row} for n, row in enumerate(trees, start=1)],
    }
    adjust = _adjustment(assigned, conditions)
    for number in evaluations:
        _add_evaluation(tables, number, strata, units, assigned)
    if factors:
        for row in tables["POP_STRATUM"]:
            row.update(adjust[row["ESTN_UNIT"], row["STRATUMCD"]])
    return tables


def repeated(tables: Mapping[str, list[Row]], times: int) -> dict[str, list[Row]]:
    """Return an evaluation of several Wyomings side by side, for timings: each copy has units of its own."""
    found: dict[str, list[Row]] = {}
    for name, rows in tables.items():
        if name in {"POP_EVAL", "POP_EVAL_TYP"}:
            found[name] = rows
            continue
        found[name] = [_copied(row, copy) for copy in range(times) for row in rows]
    return found


def _copied(row: Row, copy: int) -> Row:
    other = dict(row)
    for name in TYPES.keys() & row.keys() - {"EVAL_CN"}:
        text = str(row[name])
        other[name] = str(int(text) + 10**14 * (copy + 1)) if text.isdigit() else f"{text}-{copy}"
    if "ESTN_UNIT" in row:
        other["ESTN_UNIT"] = row["ESTN_UNIT"] + 100 * copy
    return other


def write_folder(
    tables: Mapping[str, list[Row]], folder: Path, *, prefix: str = "WY_", lower: bool = False
) -> Path:
    """Write each table as a CSV file."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        stem = f"{prefix}{name}"
        path = folder / f"{stem.lower() if lower else stem}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    return folder


def write_database(tables: Mapping[str, list[Row]], path: Path) -> Path:
    """Write all tables into an SQLite file, indexed as the Forest Service's."""
    with closing(sqlite3.connect(path)) as database, database:
        for name, rows in tables.items():
            columns = list(rows[0])
            fields = ", ".join(f'"{column}" {_type(rows, column)}' for column in columns)
            marks = ", ".join("?" for _ in columns)
            database.execute(f'CREATE TABLE "{name}" ({fields})')
            insert = f'INSERT INTO "{name}" VALUES ({marks})'  # noqa: S608 - names of ours
            database.executemany(insert, [tuple(row.values()) for row in rows])
        database.execute("CREATE INDEX tree_plot ON TREE (PLT_CN)")
        database.execute("CREATE INDEX cond_plot ON COND (PLT_CN)")
        database.execute("CREATE INDEX plot_cn ON PLOT (CN)")
        database.execute("CREATE INDEX assigned ON POP_PLOT_STRATUM_ASSGN (EVALID)")
    return path


def _type(rows: list[Row], column: str) -> str:
    if column in TYPES:
        return TYPES[column]
    found = {type(row[column]) for row in rows} - {type(None)}
    return "TEXT" if str in found else ("REAL" if float in found else "INTEGER")


def _read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return [{name: _value(name, cell) for name, cell in row.items()} for row in csv.DictReader(file)]


def _value(name: str, cell: str) -> Any:
    if name in TYPES:
        return cell
    if cell == "":
        return None
    try:
        number = float(cell)
    except ValueError:
        return cell
    return int(number) if number.is_integer() and "." not in cell.rstrip("0").rstrip(".") else number


def _adjustment(assigned: list[Row], conditions: list[Row]) -> dict[tuple[int, int], Row]:
    stratum_of = {row["CN"]: (row["ESTN_UNIT"], row["STRATUMCD"]) for row in assigned}
    plots: dict[tuple[int, int], int] = defaultdict(int)
    for key in stratum_of.values():
        plots[key] += 1
    sampled: dict[tuple[tuple[int, int], str], float] = defaultdict(float)
    for row in conditions:
        if row["COND_STATUS_CD"] != 5:
            for part in ("SUBP", "MICR"):
                sampled[stratum_of[row["PLT_CN"]], part] += row[f"{part}PROP_UNADJ"] or 0.0
    return {
        key: {
            "ADJ_FACTOR_MACR": 0.0,
            "ADJ_FACTOR_SUBP": count / sampled[key, "SUBP"],
            "ADJ_FACTOR_MICR": count / sampled[key, "MICR"],
        }
        for key, count in plots.items()
    }


def _add_evaluation(
    tables: dict[str, list[Row]], number: int, strata: list[Row], units: list[Row], assigned: list[Row]
) -> None:
    cn = f"E{number}"
    tables.setdefault("POP_EVAL", []).append(
        {
            "CN": cn,
            "EVALID": number,
            "EVAL_DESCR": "WYOMING 2011-2013",
            "STATECD": 56,
            "LOCATION_NM": "Wyoming",
            "START_INVYR": 2011,
            "END_INVYR": 2013,
            "REPORT_YEAR_NM": "2011;2012;2013",
        }
    )
    tables.setdefault("POP_EVAL_TYP", []).extend(
        {"CN": f"{cn}{kind}", "EVAL_CN": cn, "EVAL_TYP": kind} for kind in ("EXPALL", "EXPCURR", "EXPVOL")
    )
    pixels: dict[int, int] = defaultdict(int)
    for row in strata:
        pixels[row["ESTN_UNIT"]] += row["P1POINTCNT"]
    area = {row["ESTN_UNIT"]: float(row["ACRES"]) for row in units}
    tables.setdefault("POP_ESTN_UNIT", []).extend(
        {
            "CN": f"U{number}-{unit}",
            "EVAL_CN": cn,
            "EVALID": number,
            "STATECD": 56,
            "ESTN_UNIT": unit,
            "AREA_USED": area[unit],
            "P1PNTCNT_EU": pixels[unit],
        }
        for unit in sorted(area)
    )
    tables.setdefault("POP_STRATUM", []).extend(
        {
            "CN": f"S{number}-{row['ESTN_UNIT']}-{row['STRATUMCD']}",
            "ESTN_UNIT_CN": f"U{number}-{row['ESTN_UNIT']}",
            "EVALID": number,
            "STATECD": 56,
            "ESTN_UNIT": row["ESTN_UNIT"],
            "STRATUMCD": row["STRATUMCD"],
            "STRATUM_DESCR": row["STRATUM_DESCR"],
            "P1POINTCNT": row["P1POINTCNT"],
            "P2POINTCNT": row["P2POINTCNT"],
            "EXPNS": area[row["ESTN_UNIT"]]
            * row["P1POINTCNT"]
            / pixels[row["ESTN_UNIT"]]
            / row["P2POINTCNT"],
        }
        for row in strata
    )
    tables.setdefault("POP_PLOT_STRATUM_ASSGN", []).extend(
        {
            "CN": f"A{number}-{row['CN']}",
            "STRATUM_CN": f"S{number}-{row['ESTN_UNIT']}-{row['STRATUMCD']}",
            "PLT_CN": row["CN"],
            "STATECD": 56,
            "INVYR": row["INVYR"],
            "EVALID": number,
            "ESTN_UNIT": row["ESTN_UNIT"],
            "STRATUMCD": row["STRATUMCD"],
        }
        for row in assigned
    )
