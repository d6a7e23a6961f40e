"""What a plan takes as known of its strata."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.errors import PlanError
from flows.planning_prior import DEFAULT_CV, known_beforehand
from flows.workspace import find_county_file, load_county
from geodata.errors import TableError


def test_nothing_stated_and_nothing_measured_is_assumed(tmp_path: Path) -> None:
    found = known_beforehand(None, ["fir", "pine"], None, tmp_path)
    assert (found.status, found.strata["pine"].sd) == ("assumed", DEFAULT_CV)
    county = load_county(find_county_file("xiangyin.toml"))
    # the county file names plots that are not there yet: the first survey
    assert known_beforehand(None, ["fir"], county, tmp_path).status == "assumed"


def test_the_last_campaign_is_taken_where_there_is_one(tiny_county: Path) -> None:
    county = load_county(find_county_file("xiangyin.toml"))
    found = known_beforehand(None, ["杉木"], county, tiny_county)
    assert (found.status, found.source) == ("measured", "plots_2020_2025.xlsx, 2025")
    assert found.strata["毛竹"].sd > 0


def test_a_file_and_what_is_none(tmp_path: Path) -> None:
    path = tmp_path / "prior.csv"
    path.write_text("层,均值,标准差\nfir,60,25\n", "utf-8")
    found = known_beforehand(str(path), ["fir"], None, tmp_path)
    assert (found.unit, found.source, found.strata["fir"].mean) == ("m3/ha", "prior.csv", 60.0)
    path.write_text("层,均值,标准差\nfir,many,25\n", "utf-8")
    with pytest.raises(PlanError, match=r"plan-prior-unreadable: file=prior.csv; count=1"):
        known_beforehand(str(path), ["fir"], None, tmp_path)
    with pytest.raises(TableError, match="table-file-missing"):
        known_beforehand("half", ["fir"], None, tmp_path)
