"""A folder of periods: each file by its mapping, nothing per hectare until the plot size is stated."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.errors import FieldError
from flows.field_periods import check_period_folder
from geodata.mapping import load_mapping

MAPPING = """
[plots_2005]
file = "p1.csv"
[plots_2005.columns]
plot_id = { heading = "plot", type = "code" }
campaign_year = { value = "2005", type = "integer" }
growing_stock_m3 = { heading = "stock", type = "float" }
[plots_2010]
extends = "plots_2005"
file = "p2.csv"
[plots_2010.columns]
campaign_year = { value = "2010" }
[trees_2005]
file = "t1.csv"
[trees_2005.columns]
plot_id = { heading = "plot", type = "code" }
campaign_year = { value = "2005", type = "integer" }
tree_id = { heading = "no", type = "code" }
species_code = { heading = "sp", type = "code" }
status = { heading = "type", type = "code", recode = { "11" = "live" } }
[trees_2010]
extends = "trees_2005"
file = "t2.csv"
[trees_2010.columns]
campaign_year = { value = "2010" }
species_code = { recode = { "412" = "410" } }
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "m.toml").write_text(MAPPING, "utf-8")
    (tmp_path / "p1.csv").write_text("plot,stock\n1.0,2\n2.0,4\n", "utf-8")
    (tmp_path / "p2.csv").write_text("plot,stock\n1,3\n2,6\n", "utf-8")
    (tmp_path / "t1.csv").write_text("plot,no,sp,type\n1.0,1,410,11\n2.0,1,410,11\n", "utf-8")
    (tmp_path / "t2.csv").write_text("plot,no,sp,type\n1,1,412,11\n2,1,999,17\n", "utf-8")
    return tmp_path


def test_periods_codes_and_stocks(folder: Path) -> None:
    tables = load_mapping(folder / "m.toml")
    found = check_period_folder(folder, tables, None)
    assert [(p["year"], p["mean_m3_per_plot"], p["mean_m3_per_ha"]) for p in found.periods] == [
        (2005, 3.0, None),
        (2010, 4.5, None),
    ]
    assert found.periods[1]["change"]["mean_m3"] == 1.5
    assert {(f.rule, f.source, f.row, f.field) for f in found.findings} == {
        ("code-not-mapped", "t2.csv", 3, "sp"),
        ("code-not-mapped", "t2.csv", 3, "type"),
        ("species-changed", "t2.csv", 3, "sp"),
    }
    stated = check_period_folder(folder, tables, 500.0)
    assert stated.periods[0]["mean_m3_per_ha"] == 60.0


def test_a_mapping_without_periods_is_refused(folder: Path) -> None:
    with pytest.raises(FieldError, match="field-mapping-incomplete"):
        check_period_folder(folder, load_mapping("nfi_workbook"), None)
