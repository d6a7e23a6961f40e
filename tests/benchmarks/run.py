"""Run every benchmark, print a table, keep the figures: ``make bench``.

Collects each ``bench_*.py`` beside it that defines ``run() -> list[Row]``, writes ``var/bench.json``
(a list of rows) and, given a date, ``docs/benchmarks.md``. A goal that is missed is reported and is
no failure; an answer that differs from the peer's is one (exit code 1).
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import re
import sys
import traceback
from collections.abc import Iterable, Sequence
from pathlib import Path

# one thread for the linear algebra of every side: what is timed is a core, and the others are shared
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from harness import ROOT, Row

HERE = Path(__file__).resolve().parent
RESULTS = ROOT / "var" / "bench.json"
DOCUMENT = ROOT / "docs" / "benchmarks.md"
COLUMNS = ("goal", "aim", "ours", "peer", "limit", "ratio", "met")
INTRODUCTION = """# Benchmarks

Written by `make bench`; do not edit by hand. Each benchmark asserts that ours and the peer give the same
answer before it times either; the two then run in turn in one process, and the table shows medians
(ranges in the notes). Absolute times hold for the machine named here; a ratio holds more widely.
A goal that could not be measured, for instance because its peer could not be installed, says so.
A run of some (`make bench ONLY="montecarlo"`) leaves the figures of the others as they were.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", help="names of benchmarks, e.g. montecarlo")
    parser.add_argument("--date", help="date to stand in docs/benchmarks.md, YYYY-MM-DD")
    asked = parser.parse_args(arguments)
    rows, failures = collect(names(asked.only))
    kept = merged(stored(RESULTS), rows)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps([row.as_dict() for row in kept], indent=1, ensure_ascii=False) + "\n")
    if asked.date:
        DOCUMENT.write_text(document(kept, machine(), asked.date), "utf-8")
    say(table(kept))
    for failure in failures:
        say(failure)
    return 1 if failures else 0


def names(only: Iterable[str] | None) -> list[str]:
    """Return the modules to run, in the order of their names."""
    found = sorted(path.stem for path in HERE.glob("bench_*.py"))
    if not only:
        return found
    wanted = {name if name.startswith("bench_") else f"bench_{name}" for name in only}
    if unknown := wanted - set(found):
        raise SystemExit(f"no such benchmark: {', '.join(sorted(unknown))}; there are {', '.join(found)}")
    return [name for name in found if name in wanted]


def collect(modules: Sequence[str]) -> tuple[list[Row], list[str]]:
    """Return the rows of each module, and what failed: one failure does not stop the others."""
    rows: list[Row] = []
    failures: list[str] = []
    for name in modules:
        say(f"{name} ...")
        try:
            rows.extend(importlib.import_module(name).run())
        except Exception:
            failures.append(f"{name} failed:\n{traceback.format_exc()}")
    return rows, failures


def stored(path: Path) -> list[Row]:
    """Return the rows of the last run; none where there was none."""
    return [Row(**row) for row in json.loads(path.read_text("utf-8"))] if path.exists() else []


def merged(old: Iterable[Row], new: Iterable[Row]) -> list[Row]:
    """Return the rows in the order of their ids, the new ones in the place of the old."""
    found = {row.id: row for row in (*old, *new)}
    return [found[name] for name in sorted(found, key=_natural)]


def _natural(name: str) -> list[tuple[int, str]]:
    """Return a key by which A5 16 comes before A5 121."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", name)]


def figure(value: float | None, unit: str = "") -> str:
    """Return a number with four digits and its unit, or a dash."""
    if value is None:
        return "-"
    shown = "" if unit == "1" else unit
    return f"{value:,.4g} {shown}".strip() if abs(value) < 1e4 else f"{value:,.0f} {shown}".strip()


def cells(row: Row) -> tuple[str, ...]:
    """Return a row of the table as text."""
    met = {True: "yes", False: "no", None: "not measured"}[row.met]
    measured = (figure(row.ours, row.unit), figure(row.peer, row.unit), figure(row.limit, row.unit))
    ratio = "-" if row.ratio is None else f"{figure(row.ratio)}x"
    return (row.id, row.aim, *measured, ratio, met)


def table(rows: Sequence[Row]) -> str:
    """Return the table for a terminal."""
    lines = [COLUMNS, *(cells(row) for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(COLUMNS))]
    return "\n".join("  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)) for line in lines)


def document(rows: Sequence[Row], computer: str, date: str) -> str:
    """Return docs/benchmarks.md."""
    head = [f"| {' | '.join(COLUMNS)} |", "|" + "---|" * len(COLUMNS)]
    body = [f"| {' | '.join(cell.replace('|', '/') for cell in cells(row))} |" for row in rows]
    notes = [f"- **{row.id}**: {row.note}" for row in rows if row.note]
    parts = [INTRODUCTION, f"Last run: {date}, on {computer}.\n", "\n".join(head + body) + "\n"]
    return "\n".join([*parts, "## Notes\n", "\n".join(notes) + "\n"])


def machine() -> str:
    """Return the processor, its cores and the versions that matter."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        lines = [line for line in info.read_text("utf-8").splitlines() if line.startswith("model name")]
        model = lines[0].split(":", 1)[1].strip() if lines else model
    import numpy as np  # noqa: PLC0415

    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}, numpy {np.__version__}"


def say(text: str) -> None:
    """Write one line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
