"""`tanhui zonal` as a person runs it, on real layers and rasters."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flows.cli import main


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as left:
        main(list(words))
    out, err = capsys.readouterr()
    return int(left.value.code or 0), out, err


@pytest.mark.realdata
def test_forest_of_three_districts(
    real_data: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Centre-rule cells of class 1 in the three districts: 14,472, 15,251 and 22,588."""
    spatial = real_data / "fiesta_wyoming" / "spatial"
    files = (str(spatial / "WYbighorn_districtbnd.shp"), str(spatial / "WYbighorn_forest_nonforest_250m.tif"))
    out = tmp_path / "districts.csv"
    words = ("zonal", *files, "--nodata", "none", "--rule", "centre", "--json", "--out", str(out))
    code, told, _ = run(capsys, *words)
    rows = json.loads(told)["rows"]
    assert code == 0
    assert [row["pixels"] for row in rows if row["class_code"] == 1] == [14472.0, 15251.0, 22588.0]
    assert out.is_file()


@pytest.mark.realdata
def test_the_zero_that_hides_in_the_elevation_is_settled_by_the_person(
    real_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spatial = real_data / "fiesta_wyoming" / "spatial"
    files = (str(spatial / "WYbighorn_districtbnd.shp"), str(spatial / "WYbighorn_dem_250m.img"))
    _, told, _ = run(capsys, "zonal", *files, "--statistics", "--nodata", "0", "--json")
    rows = json.loads(told)["rows"]
    assert all(1000 < row["min"] < row["mean"] < row["max"] < 4100 for row in rows)
    _, shown, _ = run(capsys, "zonal", *files, "--statistics", "--nodata", "0", "--lang", "zh-CN")
    assert "各小班栅格统计" in shown


@pytest.mark.realdata
def test_an_unset_nodata_is_an_error_with_its_way_out(
    real_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spatial = real_data / "fiesta_wyoming" / "spatial"
    files = (str(spatial / "WYbighorn_districtbnd.shp"), str(spatial / "WYbighorn_forest_nonforest_250m.tif"))
    code, _, err = run(capsys, "zonal", *files, "--lang", "en")
    assert code == 2
    assert "WYbighorn_forest_nonforest_250m.tif" in err
    assert "→" in err


@pytest.mark.parametrize("words", [("--rule", "half"), ("--nodata", "nil")])
def test_a_wrong_option_is_told(words: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "zonal", "a.shp", "b.tif", *words)
    assert code == 2
    assert words[0] in err
