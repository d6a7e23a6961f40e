"""Both runs on real data give the published figures, through the whole chain.

Sources: FIESTA tutorials (Wyoming and Bighorn estimates, pixel counts per stratum), the Bartlett plots of the
R package spBayes; expected values as recomputed from these very files (their description and oracle.csv).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows import workspace
from registry.verification import verify

pytestmark = pytest.mark.realdata

HA_PER_ACRE = 0.40468726098742513
"""US survey acre."""
M3_PER_FT3 = 0.028316846592


def estimate(summary: dict[str, Any], domain: str, quantity: str, year: int | None = None) -> dict[str, Any]:
    found = [
        item
        for item in summary["estimates"]
        if (item["domain"], item["quantity"]) == (domain, quantity) and year in (None, item["year"])
    ]
    assert len(found) == 1, (domain, quantity, found)
    return found[0]


def run(chain: Callable[..., None], county: str, data: Path, home: Path) -> dict[str, Any]:
    chain(county, str(data), str(home), None, "en")
    with workspace.open_registry(home) as registry:
        assert verify(registry, home / "checkpoints") == []
    content: dict[str, Any] = json.loads((home / "summary.json").read_text("utf-8"))
    assert content["simulated"] is False
    return content


def test_bighorn(plain_chain: Callable[..., None], real_data: Path, tmp_path: Path) -> None:
    summary = run(plain_chain, "bighorn.toml", real_data / "fiesta_wyoming", tmp_path)
    pixels = {(p["domain"], p["class"]): p["count"] for p in summary["pixels"]}
    assert pixels["bighorn", "1"] == 52_289
    assert pixels["bighorn", "2"] == 19_731
    forest = estimate(summary, "bighorn", "forest_area")
    assert forest["value"] / HA_PER_ACRE == pytest.approx(665_942.4, abs=0.5)
    assert forest["n_plots"] == 56
    wyoming = estimate(summary, "wyoming", "forest_area")
    assert wyoming["value"] / HA_PER_ACRE == pytest.approx(10_455_771.5, abs=0.1)
    assert wyoming["standard_error"] / HA_PER_ACRE == pytest.approx(247_748.4, abs=0.1)
    volume = estimate(summary, "wyoming", "growing_stock")
    assert volume["value"] / M3_PER_FT3 == pytest.approx(13_516_579_068, rel=1e-9)
    assert volume["standard_error"] / volume["value"] == pytest.approx(0.046952, abs=5e-7)
    districts = {item["domain"] for item in summary["estimates"] if item["domain"].startswith("district:")}
    assert len(districts) == 3
    for domain in ("bighorn", *districts):
        carbon = estimate(summary, domain, "carbon_stock_ag")
        assert carbon["low"] < carbon["value"] < carbon["high"]
        assert carbon["unit"] == "t C"
    assert sum(estimate(summary, d, "carbon_stock_ag")["n_plots"] for d in districts) == 56
    assert summary["units"]["issued"] == 0
    assert summary["stages"]["trade"] == "not_applicable"
    report = (tmp_path / "report.html").read_text("utf-8")
    assert "one inventory gives no removals, so nothing is issued" in report
    assert "只有一次清查" in report
    assert "need not add up" in report


def test_bartlett(plain_chain: Callable[..., None], real_data: Path, tmp_path: Path) -> None:
    summary = run(plain_chain, "bartlett.toml", real_data / "bartlett_bef", tmp_path)
    change = estimate(summary, "project", "net_change")
    per_kg_per_ha = 1138.0 / 1000 * 0.48 * 44 / 12
    assert change["value"] == pytest.approx(23_733.851121 * per_kg_per_ha, abs=1e-3)
    assert change["standard_error"] == pytest.approx(1_951.592676 * per_kg_per_ha, abs=1e-3)
    assert change["n_plots"] == 437
    first, second = (estimate(summary, "county", "biomass_ag_per_ha", year) for year in (1991, 2002))
    assert first["value"] == pytest.approx(206.309, abs=5e-4)
    assert second["value"] == pytest.approx(230.043, abs=5e-4)
    units = summary["units"]
    assert 0 < units["issued"] < change["value"]
    assert min(units["tradable"], units["pledged"], units["retired"]) > 0
    assert set(summary["stages"].values()) == {"done"}
    report = (tmp_path / "report.html").read_text("utf-8")
    assert "in a real programme this forest would not be eligible" in report
    assert "真实机制下该林地不具备项目资格" in report
    assert summary["demonstration"] is True
