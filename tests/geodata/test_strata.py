"""Parcels and plots whose strata do not fit are told with their rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely

from geodata.errors import VectorError
from geodata.parcel_schema import load_parcel_schema
from geodata.strata import check_parcel_strata, check_plot_strata, strata_codes
from geodata.tables import Table
from geodata.vector import ParcelLayer

STRATA = {"杉木": ("310",), "松类": ("220", "260")}


def layer_of(codes: list[str], schema: str = "yzt_2020") -> ParcelLayer:
    count = len(codes)
    return ParcelLayer(
        source="x.shp",
        schema=load_parcel_schema(schema),
        parcel_id=np.array([str(i) for i in range(count)], dtype=object),
        geometry=np.array([shapely.box(i, 0, i + 1, 1) for i in range(count)], dtype=object),
        columns={"YOU_SHI_SZ": np.array(codes, dtype=object)},
        rows=np.arange(2, count + 2),
        crs="EPSG:4547",
        encoding="utf-8",
        encoding_proof="ascii",
        findings=(),
    )


def plots_of(records: list[tuple[int, str]]) -> Table:
    columns: dict[str, Any] = {
        "campaign_year": np.array([year for year, _ in records], dtype=np.int64),
        "stratum": np.array([name for _, name in records], dtype=object),
    }
    return Table("p.xlsx[样地]", columns, np.arange(2, len(records) + 2), {"stratum": "层"})


def test_codes_of_a_stratum_and_empty_ones_are_no_findings() -> None:
    assert check_parcel_strata(layer_of(["310", "", "260"]), "YOU_SHI_SZ", STRATA) == []


def test_a_code_that_nobody_knows_is_an_error_in_each_row() -> None:
    found = check_parcel_strata(layer_of(["310", "999", "220", "999"]), "YOU_SHI_SZ", STRATA)
    assert [(f.rule, f.severity, f.row, f.field, f.value) for f in found] == [
        ("stratum-code-unknown", "error", 3, "YOU_SHI_SZ", "999"),
        ("stratum-code-unknown", "error", 5, "YOU_SHI_SZ", "999"),
    ]


def test_a_known_code_in_no_stratum_is_one_warning_with_its_number() -> None:
    found = check_parcel_strata(layer_of(["420", "310", "420"]), "YOU_SHI_SZ", STRATA)
    assert [(f.rule, f.severity, f.row, f.params["count"]) for f in found] == [
        ("stratum-code-unlisted", "warning", 2, 2)
    ]


def test_a_code_that_the_county_file_lists_needs_no_table() -> None:
    assert check_parcel_strata(layer_of(["999"]), "YOU_SHI_SZ", {"本县": ["999"]}) == []


def test_a_field_that_is_not_there_is_named() -> None:
    with pytest.raises(VectorError) as caught:
        strata_codes(layer_of(["310"]), "SHU_ZHONG")
    assert caught.value.rule == "layer-field-missing"
    assert caught.value.params == {"file": "x.shp", "field": "SHU_ZHONG", "fields": "YOU_SHI_SZ"}


def test_sampled_strata_are_no_findings() -> None:
    plots = plots_of([(year, name) for year in (2020, 2025) for name in ("杉木", "杉木", "松类", "松类")])
    assert check_plot_strata(plots, ["杉木", "", "松类", "松类"]) == []


def test_plots_of_an_unknown_stratum_and_strata_without_plots() -> None:
    plots = plots_of([(2020, "杉木"), (2020, "杉木"), (2020, "衫木"), (2025, "杉木"), (2025, "杉木")])
    found = check_plot_strata(plots, ["杉木", "松类"])
    assert [(f.rule, f.row, f.field, f.value, f.params.get("year")) for f in found] == [
        ("plot-stratum-unknown", 4, "层", "衫木", None),
        ("stratum-plots-too-few", None, "层", "松类", 2020),
        ("stratum-plots-too-few", None, "层", "松类", 2025),
    ]
    assert {f.severity for f in found} == {"error"}


def test_one_plot_is_too_few() -> None:
    plots = plots_of([(2020, "杉木"), (2020, "杉木"), (2025, "杉木")])
    found = check_plot_strata(plots, ["杉木"])
    assert [(f.rule, f.params["year"], f.params["count"]) for f in found] == [
        ("stratum-plots-too-few", 2025, 1)
    ]
