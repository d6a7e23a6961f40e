"""B4: volume of live trees on forest land of a FIADB evaluation, total and variance, beside pyfia.

Two evaluations: Wyoming's own tables with POP tables built from them, and six Wyomings side by side, which
is the size of a large state. pyfia 1.7 opens DuckDB only, so the same rows are written once as DuckDB for it
and as Parquet, CSV and SQLite for ours. It runs in an environment of its own, where it answers one question
after another; both sides open the files, read and estimate in each run, unless the note says that all is
loaded. Totals and variances are held against each other before anything is timed.
"""

from __future__ import annotations

import json
import math
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
from harness import ROOT, Row, alternate, peer_python, timed
from pyarrow import parquet

sys.path.insert(0, str(ROOT))

from flows.estimating import FiadbQuestion, Presentation, estimate_fiadb
from geodata.fiadb import open_fiadb, read_population, read_rows
from mrv.fia.estimate import estimate_fia, prepare_fia
from mrv.fia.evaluation import population_of_pop_tables
from mrv.fia.request import make_request, needed_columns
from mrv.fia.tables import FiaTables
from tests.wyoming_fiadb import EVALID, repeated, write_database, write_folder, wyoming_tables

REQUIREMENTS = ("pyfia>=1.7,<1.8", "duckdb<2")
DATA = ROOT.parent / "shared" / "data"
FOLDER = ROOT / "var" / "bench-fiadb"
US = Presentation(units="us")
TIMES, REPEATS, FEW_REPEATS = 6, 15, 7
DIGITS = 1e-12
AIM = ">= 10x pyfia; total and variance to 12 digits"
PEER = """
import contextlib, glob, io, json, os, sys, time, warnings
warnings.simplefilter("ignore")
import duckdb
from pyfia import FIA, volume
source, path, evalid = sys.argv[1], sys.argv[2], int(sys.argv[3])
if not os.path.exists(path):
    con = duckdb.connect(path)
    for file in sorted(glob.glob(source + "/*.csv")):
        described = con.execute(f"describe select * from read_csv('{file}', header=true)").fetchall()
        names = [column[0] for column in described]
        types = {c: "VARCHAR" for c in names if c == "CN" or c.endswith("_CN")}
        table = os.path.basename(file)[3:-4]
        read = f"read_csv('{file}', header=true, types={types!r}, sample_size=-1)"
        con.execute(f"create table {table} as select * from {read}")
    con.close()
def ask(db):
    return volume(db, land_type="forest", tree_type="live", vol_type="net", totals=True, variance=True)
def cold():
    with FIA(path) as db:
        db.clip_by_evalid(evalid)
        return ask(db)
warm_db = None
for line in sys.stdin:
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        if line.strip() == "warm" and warm_db is None:
            warm_db = FIA(path)
            warm_db.clip_by_evalid(evalid)
            ask(warm_db)
        found = ask(warm_db) if line.strip() == "warm" else cold()
    row = found.to_dicts()[0]
    found = {"total": row["VOLCFNET_TOTAL"], "variance": row["VOLCFNET_TOTAL_VARIANCE"]}
    print(json.dumps(found), flush=True)
"""


@dataclass(frozen=True)
class Peer:
    """pyfia waiting in its own process."""

    process: subprocess.Popen[str]

    def ask(self, how: str) -> dict[str, float]:
        """Return total and variance; `how` is ``cold`` (from the file) or ``warm`` (already loaded)."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(how + "\n")
        self.process.stdin.flush()
        answer: dict[str, float] = json.loads(self.process.stdout.readline())
        return answer


@contextmanager
def pyfia(python: Path, folder: Path) -> Iterator[Peer]:
    """Start pyfia on the DuckDB form of a folder of CSV files."""
    database = folder.with_suffix(".duckdb")
    database.unlink(missing_ok=True)
    command = [str(python), "-c", PEER, str(folder), str(database), str(EVALID)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Peer(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()


def write_parquet(tables: dict[str, list[dict[str, Any]]], folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        parquet.write_table(pa.Table.from_pylist(rows), folder / f"WY_{name}.parquet")
    return folder


def from_file(path: Path) -> dict[str, float]:
    estimate = estimate_fiadb(path, FiadbQuestion("volume"), US).rows[0].estimate
    return {"total": estimate.value, "variance": estimate.variance}


def loaded(folder: Path) -> Callable[[], dict[str, float]]:
    """Return a question put to tables that are in memory, as pyfia's second question is."""
    fiadb = open_fiadb(folder)
    parts = ("PLOT_STRATUM_ASSGN", "STRATUM", "ESTN_UNIT")
    pop = [read_population(fiadb, f"POP_{name}", EVALID) for name in parts]
    population, given, _ = population_of_pop_tables(*pop, domain=str(EVALID))
    request = make_request("volume")
    known = {table: fiadb.columns(table) for table in ("PLOT", "COND", "TREE")}
    rows = {
        table: read_rows(fiadb, table, columns, evalid=EVALID, plots=pop[0]["plt_cn"])
        for table, columns in needed_columns(request, known).items()
    }
    prepared = prepare_fia(FiaTables(rows["PLOT"], rows["COND"], rows["TREE"]), population, given)
    us = request.quantity.us_per_si(per_area=False)

    def ask() -> dict[str, float]:
        estimate = estimate_fia(prepared, request).rows[0].estimate.scaled(us, "ft3")
        return {"total": estimate.value, "variance": estimate.variance}

    return ask


def assert_equal(ours: dict[str, float], peer: dict[str, float]) -> None:
    for name, value in ours.items():
        if not math.isclose(value, peer[name], rel_tol=DIGITS):
            raise AssertionError(f"{name}: ours {value!r}, pyfia {peer[name]!r}")


def run() -> list[Row]:
    if not DATA.is_dir():
        return [not_measured(None, f"the data set fiesta_wyoming is not at {DATA}")]
    shutil.rmtree(FOLDER, ignore_errors=True)
    tables = wyoming_tables(DATA)
    folder = write_folder(tables, FOLDER / "wyoming")
    columns = write_parquet(tables, FOLDER / "wyoming-parquet")
    database = write_database(tables, FOLDER / "wyoming.sqlite")
    python = peer_python("pyfia", REQUIREMENTS)
    if python is None:
        alone = timed(lambda: from_file(columns), REPEATS)
        return [not_measured(alone.median, "pyfia could not be installed (no package index?)")]
    rows = [large(python, repeated(tables, TIMES))]
    with pyfia(python, folder) as peer:
        ask, expected = loaded(columns), peer.ask("cold")
        for answer in (*map(from_file, (folder, columns, database)), ask(), peer.ask("warm")):
            assert_equal(answer, expected)
        of = "Wyoming, 3,047 plots and 18,574 trees"
        for name, path, form in (
            ("B4b", columns, "Parquet"),
            ("B4c", folder, "CSV"),
            ("B4d", database, "SQLite"),
        ):
            rows.append(
                row(name, partial(from_file, path), lambda: peer.ask("cold"), f"{of}; ours from {form}")
            )
        rows.append(row("B4e", ask, lambda: peer.ask("warm"), f"{of}; all loaded on both sides"))
    return rows


def large(python: Path, tables: dict[str, list[dict[str, Any]]]) -> Row:
    """Time an evaluation of the size of a large state."""
    folder, columns = write_folder(tables, FOLDER / "large"), write_parquet(tables, FOLDER / "large-parquet")
    size = f"{len(tables['PLOT']):,} plots and {len(tables['TREE']):,} trees"
    with pyfia(python, folder) as peer:
        expected = peer.ask("cold")
        assert_equal(from_file(columns), expected)
        said = f"six Wyomings, {size}; ours from Parquet; total {expected['total']!r} on both sides"
        return row("B4", partial(from_file, columns), lambda: peer.ask("cold"), said, FEW_REPEATS)


def row(
    name: str, ours: Callable[[], object], peer: Callable[[], object], note: str, repeats: int = REPEATS
) -> Row:
    found = alternate(ours, peer, repeats)
    said = f"volume of live trees on forest land; {note}, pyfia from DuckDB (it opens no other); {found.note}"
    met = bool(found.ratio >= 10)
    return Row(name, found.ours.median, found.peer.median, None, found.ratio, AIM, met, said)


def not_measured(ours: float | None, why: str) -> Row:
    return Row("B4", ours, None, None, None, AIM, None, f"not measured: {why}")
