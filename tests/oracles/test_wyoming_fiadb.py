"""Wyoming asked as anyone would: POP tables as CSV and SQLite, the path of `tanhui estimate`, oracle figures.

Sources of the expected values: USDAForestService/FIESTA, article FIESTA_tutorial_GB (modGBarea 1.1 and 1.2,
modGBtree 1.1, modGBratio 1.1), whose page says that they match EVALIDator; the digits beyond the page were
recomputed independently of this code. Acres are US survey acres.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from flows.estimating import EstimateReport, FiadbQuestion, Presentation, estimate_fiadb
from tests.wyoming_fiadb import EVALID, write_database, write_folder, wyoming_tables

pytestmark = pytest.mark.realdata
Ask = Callable[..., EstimateReport]
US = Presentation(units="us")


@pytest.fixture(scope="module", params=["csv", "csv-lower-case", "sqlite", "sqlite-without-factors"])
def fiadb(request: pytest.FixtureRequest, real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the evaluation in one of the forms in which people have it."""
    tables = wyoming_tables(real_data, factors=not str(request.param).endswith("factors"))
    place = tmp_path_factory.mktemp("fiadb")
    if str(request.param).startswith("csv"):
        lower = str(request.param).endswith("case")
        return write_folder(tables, place / "csv", prefix="" if lower else "WY_", lower=lower)
    return write_database(tables, place / "wyoming.db")


@pytest.fixture(scope="module")
def ask(fiadb: Path) -> Ask:
    def call(quantity: str, shown: Presentation = US, **words: Any) -> EstimateReport:
        return estimate_fiadb(fiadb, FiadbQuestion(quantity, **words), shown)

    return call


def test_forest_area(ask: Ask) -> None:
    area = ask("area").rows[0].estimate
    assert area.unit == "acre"
    assert area.value == pytest.approx(10_455_771.499_13, abs=5e-6)
    assert area.standard_error == pytest.approx(247_748.423_934, abs=5e-6)
    assert 100 * area.standard_error / area.value == pytest.approx(2.369_49, abs=5e-6)
    assert area.n_plots == 3047


def test_live_trees(ask: Ask) -> None:
    trees = ask("tpa").rows[0].estimate
    assert trees.value == pytest.approx(4_319_194_633.09, abs=0.005)
    assert trees.standard_error == pytest.approx(208_742_387.53, abs=0.005)


def test_trees_per_acre(ask: Ask) -> None:
    ratio = ask("tpa", per_area=True).rows[0].estimate
    assert ratio.unit == "1/acre"
    assert ratio.value == pytest.approx(413.091_911_34, abs=5e-9)
    assert ratio.standard_error == pytest.approx(18.789_559_777_7, abs=5e-11)


def test_volume(ask: Ask) -> None:
    found = ask("volume")
    volume = found.rows[0].estimate
    assert volume.unit == "ft3"
    assert volume.value == pytest.approx(13_516_579_068.34, abs=0.005)
    assert volume.standard_error == pytest.approx(634_631_854.348, abs=5e-4)
    assert 100 * volume.standard_error / volume.value == pytest.approx(4.6952, abs=5e-5)
    nulls = {note.rule: note.params["count"] for note in found.notes}
    # live trees on forest land; on all land the figure's published count of nulls, see below
    assert nulls == {"fia-null-is-zero": 2486, "fia-tree-without-expansion": 638}


def test_the_published_count_of_nulls(ask: Ask) -> None:
    found = {note.rule: note.params["count"] for note in ask("volume", land="all").notes}
    assert found == {"fia-null-is-zero": 2540, "fia-tree-without-expansion": 638}


def test_volume_per_acre(ask: Ask) -> None:
    ratio = ask("volume", per_area=True).rows[0].estimate
    assert ratio.value == pytest.approx(1292.738_567_35, abs=5e-9)
    assert ratio.standard_error == pytest.approx(57.704_018_457, abs=5e-10)


def test_lodgepole_pine(ask: Ask) -> None:
    for words in ({"where": "FORTYPCD = 281"}, {"where": "not (FORTYPCD < 281 or COND.FORTYPCD > 281)"}):
        area = ask("area", **words).rows[0].estimate
        assert area.value == pytest.approx(2_483_772.225_5, abs=5e-5)
        assert 100 * area.standard_error / area.value == pytest.approx(7.786_15, abs=5e-6)
        volume = ask("volume", per_area=True, **words).rows[0].estimate
        assert volume.value == pytest.approx(1569.826_3, abs=5e-5)
        assert 100 * volume.standard_error / volume.value == pytest.approx(7.271_27, abs=5e-6)


def test_timberland(ask: Ask) -> None:
    in_words = "COND_STATUS_CD = 1 and RESERVCD = 0 and SITECLCD in (1, 2, 3, 4, 5, 6)"
    for words in ({"land": "timber"}, {"where": in_words}, {"land": "all", "where": in_words}):
        row = ask("volume", per_area=True, **words).rows[0]
        assert row.estimate.value == pytest.approx(1_580.009_9, abs=5e-5)
        assert row.estimate.standard_error == pytest.approx(76.245_82, abs=5e-6)
    # the page's own covariance and variances: est.covar, estn.var, estd.var
    assert row.denominator is not None
    assert row.covariance == pytest.approx(8.177_073e13, rel=5e-7)
    assert row.numerator.variance == pytest.approx(3.047_333e17, rel=5e-7)
    assert row.denominator.variance == pytest.approx(54_138_597_407, rel=5e-11)


def test_si_is_the_same_figure(ask: Ask) -> None:
    per_acre = ask("volume", per_area=True).rows[0].estimate
    per_ha = ask("volume", Presentation(), per_area=True).rows[0].estimate
    assert per_ha.unit == "m3/ha"
    # one US survey acre is 4,046.872 609 9 m2
    assert per_ha.value == pytest.approx(per_acre.value * 0.3048**3 / 0.404_687_260_99, rel=1e-9)


@pytest.mark.parametrize("column", ["FORTYPCD", "SPCD", "ESTN_UNIT", "OWNGRPCD"])
def test_groups_add_up_with_their_covariance(ask: Ask, column: str) -> None:
    found = ask("volume", by=(column,))
    whole, groups = found.rows[0].estimate, found.rows[1:]
    assert len(groups) > 3
    assert math.fsum(row.estimate.value for row in groups) == pytest.approx(whole.value, rel=1e-12)
    assert np.sum(found.group_covariance) == pytest.approx(whole.variance, rel=1e-9)
    for row, line in zip(groups, np.diag(found.group_covariance), strict=True):
        assert row.estimate.variance == pytest.approx(line, rel=1e-12)


def test_a_group_is_what_a_condition_gives(ask: Ask) -> None:
    grouped = {row.group["FORTYPCD"]: row for row in ask("volume", per_area=True, by=("FORTYPCD",)).rows[1:]}
    alone = ask("volume", per_area=True, where="FORTYPCD = 281").rows[0]
    assert grouped["281"].estimate.value == pytest.approx(alone.estimate.value, rel=1e-12)
    assert grouped["281"].estimate.variance == pytest.approx(alone.estimate.variance, rel=1e-12)


def test_one_group_equals_ungrouped(ask: Ask) -> None:
    found = ask("volume", by=("STATECD",))
    assert [row.group for row in found.rows] == [{}, {"STATECD": "56"}]
    assert found.rows[1].estimate == found.rows[0].estimate


def test_plots_without_forest_stay_in_the_sample(ask: Ask, real_data: Path, tmp_path: Path) -> None:
    tables = wyoming_tables(real_data)
    forested = {row["PLT_CN"] for row in tables["COND"] if row["COND_STATUS_CD"] == 1}
    kept = [row for row in tables["POP_PLOT_STRATUM_ASSGN"] if row["PLT_CN"] in forested]
    fewer = write_folder(tables | {"POP_PLOT_STRATUM_ASSGN": kept}, tmp_path)
    area = estimate_fiadb(fewer, FiadbQuestion("area"), US)
    assert area.rows[0].estimate.value > 2 * ask("area").rows[0].estimate.value
    # and the table's own counts say that plots are missing
    assert "fia-plots-disagree" in {note.rule for note in area.notes}


def test_the_wrong_formulas_give_other_errors(ask: Ask) -> None:
    # s2/n_h twice .304 %, pre-stratified 2.357 %, no strata 3.573 % and another area
    area = ask("area").rows[0].estimate
    share = 100 * area.standard_error / area.value
    assert all(abs(share - wrong) > 0.01 for wrong in (0.304, 2.357, 3.573))
    assert abs(area.value - 10_476_269.09) > 20_000


def test_the_evaluation_is_named(ask: Ask) -> None:
    found = ask("area", evalid=EVALID)
    assert found.source["evalid"] == 561301
    assert found.rows == ask("area").rows
