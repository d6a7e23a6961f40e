"""Holders and rights of the simulated county.

Every forest parcel has tree ownership (林木所有权), some of it shared; the project's parcels also have a
right to the carbon revenue (碳汇收益权). Holders are named for their role: no person is named or invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from geodata.simulation.landscape import Landscape
from geodata.simulation.noise import stream
from geodata.simulation.partition import IntArray

OWNERSHIP = "林木所有权"
"""Kind of right: ownership of the trees."""
CARBON_REVENUE = "碳汇收益权"
"""Kind of right: the revenue of the carbon sink."""
PROJECT_OWNER = "H000002"
"""Code of the company that runs the project."""
STATE_FARM = "H000001"
"""Code of the state forest farm."""
GROUPS_PER_VILLAGE = 3
"""Villagers' groups in a village."""
HOUSEHOLDS_PER_VILLAGE = 14
"""Households in a village that hold rights."""
SHARES = (((1, 2), (1, 2)), ((1, 3), (2, 3)), ((2, 5), (3, 5)), ((1, 4), (3, 4)))
"""How a shared right is divided between two holders."""

Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class RightsTables:
    """Rows of the two sheets, without headings."""

    holders: tuple[Row, ...]
    """权利人编码, 权利人名称, 类型, 统一社会信用代码或证件号."""
    rights: tuple[Row, ...]
    """证书号, 小班号, 权利种类, 权利人编码, 份额分子, 份额分母, 起始日期, 终止日期."""


def draw_rights(seed: int, land: Landscape) -> RightsTables:
    """Draw the holders and the rights of all forest parcels.

    Parameters
    ----------
    seed
        Seed of the county.
    land
        The parcels.
    """
    rng = stream(seed, "rights")
    forest = np.flatnonzero(land.forest)
    names = land.administration.parcel_id[forest]
    villages = land.administration.village_index[forest]
    project = land.project[forest]
    holders = _holders(int(land.administration.village_index.max()) + 1)
    draws = rng.random((forest.size, 4))
    years = rng.integers(2008, 2020, forest.size)
    lengths = rng.choice([40, 50, 70], forest.size)
    rights: list[Row] = []
    for index, (name, village) in enumerate(zip(names.tolist(), villages.tolist(), strict=True)):
        start = date(int(years[index]), 1 + index % 12, 1 + index % 28)
        period = (start, start.replace(year=start.year + int(lengths[index])))
        in_project = int(project[index])
        owners = (
            _project_owners(in_project, villages[project > 0])
            if in_project
            else _owners(draws[index], village)
        )
        rights += _rows(f"模拟林证字（{start.year}）第{index + 1:07d}号", name, OWNERSHIP, owners, period)
        if in_project:
            agreed = (date(2020, 12, 1), date(2050, 11, 30))
            certificate = f"模拟碳汇证字（2020）第{index + 1:07d}号"
            rights += _rows(certificate, name, CARBON_REVENUE, _carbon_owners(owners), agreed)
    used = {row[3] for row in rights} | {PROJECT_OWNER}
    return RightsTables(tuple(row for row in holders if row[0] in used), tuple(rights))


Owners = list[tuple[str, int, int]]


def _holders(villages: int) -> list[Row]:
    rows: list[Row] = [
        (STATE_FARM, "示范国有林场", "国有林场", "SIM-U000000001"),
        (PROJECT_OWNER, "示范碳汇造林企业", "企业", "SIM-U000000002"),
        ("H000003", "示范林业企业", "企业", "SIM-U000000003"),
    ]
    for village in range(villages):
        rows += [
            (_group(village, group), f"示范村{village + 1:02d}村民小组{group + 1:02d}", "村集体",
             f"SIM-G{village + 1:04d}{group + 1:05d}")
            for group in range(GROUPS_PER_VILLAGE)
        ]  # fmt: skip
        rows += [
            (_household(village, home), f"示范村{village + 1:02d}农户{home + 1:04d}", "农户",
             f"SIM-P{village + 1:04d}{home + 1:05d}")
            for home in range(HOUSEHOLDS_PER_VILLAGE)
        ]  # fmt: skip
    return rows


def _group(village: int, group: int) -> str:
    return f"G{village + 1:04d}{group + 1:02d}"


def _household(village: int, home: int) -> str:
    return f"P{village + 1:04d}{home + 1:02d}"


def _owners(draw: np.ndarray[tuple[int], np.dtype[np.float64]], village: int) -> Owners:
    """Return the holders of one parcel with their shares."""
    kind, first, second, share = (float(value) for value in draw)
    group = _group(village, int(first * GROUPS_PER_VILLAGE))
    home = _household(village, int(second * HOUSEHOLDS_PER_VILLAGE))
    if kind < 0.10:
        return [(STATE_FARM, 1, 1)]
    if kind < 0.18:
        return [("H000003", 1, 1)]
    if kind < 0.48:
        return [(group, 1, 1)]
    if kind < 0.78:
        return [(home, 1, 1)]
    one, two = SHARES[int(share * len(SHARES))]
    other = _household(village, (int(second * HOUSEHOLDS_PER_VILLAGE) + 1) % HOUSEHOLDS_PER_VILLAGE)
    return [(home, *one), (group if kind < 0.92 else other, *two)]


def _project_owners(part: int, villages: IntArray) -> Owners:
    """Return the holders of the project's parcels: one group in each part, with the company in the second."""
    middle = int(np.sort(villages)[villages.size // 2])
    if part == 1:
        return [(_group(middle, 0), 1, 1)]
    return [(_group(middle, 1), 2, 3), (PROJECT_OWNER, 1, 3)]


def _carbon_owners(owners: Owners) -> Owners:
    """Return the holders of the carbon revenue: three fifths to the company, the rest to the group."""
    return [(PROJECT_OWNER, 3, 5), (owners[0][0], 2, 5)]


def _rows(certificate: str, parcel: str, kind: str, owners: Owners, period: tuple[date, date]) -> list[Row]:
    return [
        (certificate, parcel, kind, code, numerator, denominator, *period)
        for code, numerator, denominator in owners
    ]
