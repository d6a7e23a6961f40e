"""Goals A1 to A7: areas of land-cover classes per parcel, beside exactextract, rasterstats and decoding."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import rasterstats
import shapely
from exactextract import exact_extract
from harness import Row, alternate, seconds_of, timed
from warped_county import patches, size_of, warped_rings, write_parcels, write_raster

from geodata.footprint import prepare_footprint
from geodata.geoparquet import read_rings
from geodata.labels import sum_codes
from geodata.raster import open_class_raster
from geodata.rings import Rings
from geodata.sparse import prepare_coverage
from geodata.zonal import class_areas

ROWS, COLUMNS = 160, 256
PEER_PARCELS = 2_000
STATS = ["unique", "frac", "count"]


def run() -> list[Row]:
    """Measure A1 to A7."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        rings = warped_rings(ROWS, COLUMNS)
        county = (write_parcels(place / "county.parquet", rings), _raster(place, "year1", ROWS, COLUMNS, 1))
        return [
            _correct(rings, *county),
            *_warm(rings, *county),
            _cold(rings, *county),
            *_kernel(place),
            _next_year(rings, county[1], _raster(place, "year2", ROWS, COLUMNS, 2)),
            *_sizes(place),
            _memory(place),
        ]


def _raster(place: Path, name: str, rows: int, columns: int, seed: int, cells: float = 6.0) -> Path:
    return write_raster(place / f"{name}.tif", patches(*size_of(rows, columns, cells), seed))


def _frame(rings: Rings, count: int) -> Any:
    geoms = rings.to_geometries()
    step = max(len(geoms) // count, 1)
    return geopandas.GeoDataFrame(geometry=list(geoms[::step][:count]), crs="EPSG:4547")


def _correct(rings: Rings, parcels: Path, raster: Path) -> Row:
    """A6, asserted before anything is timed."""
    opened = open_class_raster(raster)
    table = class_areas(read_rings(parcels).rings, opened)
    areas = shapely.area(rings.to_geometries()) / 900.0
    footprint = prepare_footprint(rings, opened.grid)
    sums = footprint.sum_labels(np.zeros(size_of(ROWS, COLUMNS), np.uint8)[: footprint.window.height], 1)
    own = float(np.abs(sums[:, 0] / footprint.whole_cells - 1).max())
    frame = _frame(rings, PEER_PARCELS)
    step = len(areas) // PEER_PARCELS
    theirs = exact_extract(str(raster), frame, STATS)
    worst = 0.0
    for position, feature in enumerate(theirs):
        found = feature["properties"]
        expected = dict(zip(found["unique"], np.array(found["frac"]) * found["count"], strict=True))
        mine = dict(zip(table.classes.tolist(), table.pixels[position * step], strict=True))
        worst = max(worst, *(abs(mine[code] - expected.get(code, 0.0)) for code in mine))
    assert own <= 1e-12, own
    assert worst <= 1e-6, worst
    note = f"coverage against the polygon's area: {own:.1e} relative at most; ours: against exactextract"
    return Row("A6", worst, None, 1e-6, None, "class areas <= 1e-6 cell, sums <= 1e-12", True, note, "cell")


def _warm(rings: Rings, parcels: Path, raster: Path) -> list[Row]:
    opened, frame = open_class_raster(raster), _frame(rings, PEER_PARCELS)
    ours_n, peer_n = rings.n_parcels, len(frame)

    def ours() -> object:
        return class_areas(read_rings(parcels).rings, opened)

    pair = alternate(ours, lambda: exact_extract(str(raster), frame, STATS, output="pandas"), repeats=5)
    ratio = (pair.peer.median / peer_n) / (pair.ours.median / ours_n)
    limit = timed(opened.read, 5).median / ours_n
    a1 = Row(
        "A1",
        pair.ours.median / ours_n * 1e6,
        pair.peer.median / peer_n * 1e6,
        limit * 1e6,
        ratio,
        ">= 100x exactextract, GeoParquet and raster file to table",
        ratio >= 100,
        f"{ours_n} parcels of 100 vertices, {peer_n} for the peer; limit: decoding; {pair.note}",
        "us/parcel",
    )
    few = frame.iloc[:200]
    other = timed(
        lambda: rasterstats.zonal_stats(few, str(raster), categorical=True, nodata=0), 3
    ).median / len(few)
    slow = other / (pair.ours.median / ours_n)
    note = "rasterstats categorical counts whole cells: another, coarser answer"
    a1b = Row("A1b", a1.ours, other * 1e6, limit * 1e6, slow, "beside rasterstats", None, note, "us/parcel")
    return [a1, a1b]


OURS = """
import sys
from pathlib import Path
from geodata.geoparquet import read_rings
from geodata.raster import open_class_raster
from geodata.zonal import class_areas
print(class_areas(read_rings(Path(sys.argv[1])).rings, open_class_raster(Path(sys.argv[2]))).pixels.sum())
"""
PEER = """
import sys
import geopandas
from exactextract import exact_extract
frame = geopandas.read_parquet(sys.argv[1])
print(len(exact_extract(sys.argv[2], frame, ["unique", "frac", "count"], output="pandas")))
"""


def _process(code: str, *words: str) -> Callable[[], object]:
    def go() -> object:
        done = subprocess.run(
            [sys.executable, "-c", code, *words], capture_output=True, text=True, check=True
        )
        return done.stdout

    return go


def _cold(rings: Rings, parcels: Path, raster: Path) -> Row:
    ours = timed(_process(OURS, str(parcels), str(raster)), 3)
    peer = seconds_of(_process(PEER, str(parcels), str(raster)))
    ratio = peer / ours.median
    note = f"a process each, all {rings.n_parcels} parcels, imports included; ours {ours.range_text}"
    return Row("A2", ours.median, peer, None, ratio, ">= 10x exactextract", ratio >= 10, note)


def _kernel(place: Path) -> list[Row]:
    """A3: one thread, no files; time per vertex and growth from 20 to 160 thousand parcels."""
    sizes, seconds, vertices = [], [], []
    for rows, columns in ((128, 160), (256, 320), (400, 400)):
        rings = warped_rings(rows, columns)
        opened = open_class_raster(_raster(place, f"k{rows}", rows, columns, 3))
        values = opened.read()
        footprint = prepare_footprint(rings, opened.grid, threads=1)
        window = footprint.window
        labels = np.ascontiguousarray(
            values[window.row : window.row + window.height, window.col : window.col + window.width]
        )
        seconds.append(min(timed(lambda f=footprint, v=labels: f.sum_labels(v, 10), 5).seconds))  # type: ignore[misc]
        sizes.append(rings.n_parcels)
        vertices.append(rings.x.size)
    exponent = float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])
    per_vertex = seconds[0] / vertices[0] * 1e9
    note = ", ".join(f"{n} parcels {s * 1e3:.0f} ms" for n, s in zip(sizes, seconds, strict=True))
    return [
        Row("A3", per_vertex, None, None, None, "<= 15 ns a vertex", per_vertex <= 15, note, "ns/vertex"),
        Row("A3b", exponent, None, None, None, "growth exponent <= 1.05", exponent <= 1.05, note, "1"),
    ]


def _next_year(rings: Rings, first: Path, second: Path) -> Row:
    opened, later = open_class_raster(first), open_class_raster(second)
    footprint = prepare_footprint(rings, opened.grid)
    kept = prepare_coverage(footprint)
    direct = sum_codes(footprint, lambda strip: _codes(later, strip), "exact")[1][:, 1:]
    assert np.abs(kept.sum_labels(later.read(kept.window), 10)[:, 1:] - direct).max() < 1e-6
    pair = alternate(
        lambda: kept.sum_labels(later.read(kept.window), 10), lambda: later.read(kept.window), repeats=15
    )
    times = pair.ours.median / pair.peer.median
    note = f"kept coverage {kept.cells.nbytes * 2 / 1e6:.0f} MB; {pair.note}"
    return Row(
        "A4",
        pair.ours.median * 1e3,
        None,
        pair.peer.median * 1e3,
        times,
        "<= 2x decoding",
        times <= 2,
        note,
        "ms",
    )


def _codes(raster: Any, strip: Any) -> Any:
    from geodata.labels import read_codes  # noqa: PLC0415 - beside its use

    return read_codes(raster, strip)


def _sizes(place: Path) -> list[Row]:
    """A5: the same county in ever more parcels; never slower than the peer."""
    rows = []
    for across in (4, 11, 40, 200, 400):
        cells = 1600 / across
        rings = warped_rings(across, across, per_edge=max(8, 25), cells=cells)
        raster = _raster(place, f"s{across}", across, across, 5, cells)
        opened = open_class_raster(raster)
        count = min(rings.n_parcels, 400)
        frame = _frame(rings, count)
        pair = alternate(
            lambda r=rings, o=opened: class_areas(r, o),  # type: ignore[misc]
            lambda f=frame, p=raster: exact_extract(str(p), f, STATS, output="pandas"),  # type: ignore[misc]
            repeats=3,
        )
        ratio = (pair.peer.median / count) / (pair.ours.median / rings.n_parcels)
        aim, needed = (">= 5x exactextract", 5.0) if across >= 11 else ("never slower", 1.0)
        note = (
            f"{rings.n_parcels} polygons over {opened.grid.height}^2 cells, {count} for the peer; {pair.note}"
        )
        name = f"A5 {rings.n_parcels}"
        rows.append(
            Row(
                name,
                pair.ours.median / rings.n_parcels * 1e6,
                pair.peer.median / count * 1e6,
                None,
                ratio,
                aim,
                ratio >= needed,
                note,
                "us/parcel",
            )
        )
    return rows


STREAM = """
import json, sys, time
from pathlib import Path
from geodata.geoparquet import iterate_rings
from geodata.raster import open_class_raster
from geodata.zonal import class_areas_streamed
start = time.perf_counter()
batches = (batch.rings for batch in iterate_rings(Path(sys.argv[1])))
table = class_areas_streamed(batches, open_class_raster(Path(sys.argv[2])))
status = Path("/proc/self/status").read_text()  # getrusage would tell the parent's peak, kept over exec
peak = int(status.split("VmHWM:")[1].split()[0])
cells = float(table.pixels.sum())
print(json.dumps({"seconds": time.perf_counter() - start, "peak_kib": peak, "cells": cells}))
"""


def _memory(place: Path) -> Row:
    """A7: 235 million cells and 160,000 parcels, streamed."""
    cells = 38.0
    rings = warped_rings(400, 400, cells=cells)
    expected = float(shapely.area(rings.to_geometries()).sum() / 900.0)
    parcels = write_parcels(place / "large.parquet", rings)
    raster = _raster(place, "large", 400, 400, 7, cells)
    grid = open_class_raster(raster).grid
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", STREAM, str(parcels), str(raster)], capture_output=True, text=True, check=True
    )
    told = json.loads(done.stdout)
    assert abs(told["cells"] / expected - 1) < 1e-9
    peak_gib = told["peak_kib"] / 2**20
    note = (
        f"{grid.height * grid.width / 1e6:.0f} Mpx, {rings.n_parcels} parcels, {told['seconds']:.1f} s "
        f"(process {time.perf_counter() - start:.1f} s)"
    )
    return Row("A7", peak_gib, None, None, None, "<= 1 GiB peak", peak_gib <= 1, note, "GiB")
