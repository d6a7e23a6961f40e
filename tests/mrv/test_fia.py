"""The FIA engine on tables small enough to reckon by hand: places, factors, domains, groups, requests."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrv.errors import EstimationError, ExpressionError, InventoryError
from mrv.fia.adjustment import adjustment_of, condition_factors, tree_factors
from mrv.fia.columns import FiaColumn, resolve
from mrv.fia.domains import land_mask
from mrv.fia.estimate import FiaAnswer, estimate_fia, prepare_fia
from mrv.fia.evaluation import population_of_pop_tables
from mrv.fia.frame import make_frame
from mrv.fia.quantities import QUANTITIES, fia_quantity
from mrv.fia.request import make_request, needed_columns, resolved
from mrv.fia.tables import FiaTables, binned_sums, places_of, positions_of
from mrv.fia_population import FiaPopulation, make_population
from mrv.sampling import EstimationUnit
from mrv.units import HA_PER_US_SURVEY_ACRE, KG_PER_LB, M3_PER_FT3

NAN = float("nan")
UNIT = EstimationUnit("1", 1000.0, {"1": 1.0})


@pytest.fixture
def tables() -> FiaTables:
    """Plot 1 half forest, 2 all forest but a quarter not sampled, 3 no forest, 4 forest without trees."""
    return FiaTables(
        plots={
            "cn": np.array(["1", "2", "3", "4"]),
            "plot_status_cd": np.array([1.0, 1, 2, 1]),
            "macro_breakpoint_dia": np.array([NAN, 24.0, NAN, NAN]),
            "county": np.array(["a", "a", "b", "b"], dtype=object),
        },
        conditions={
            "plt_cn": np.array(["1", "1", "2", "2", "3", "4"]),
            "condid": np.array([1.0, 2, 1, 2, 1, 1]),
            "cond_status_cd": np.array([1.0, 2, 1, 5, 2, 1]),
            "condprop_unadj": np.array([0.5, 0.5, 0.75, 0.25, 1.0, 1.0]),
            "subpprop_unadj": np.array([0.5, 0.5, 0.75, 0.25, 1.0, 1.0]),
            "micrprop_unadj": np.array([0.25, 0.75, 1.0, 0.0, 1.0, 1.0]),
            "macrprop_unadj": np.array([0.5, 0.5, 0.5, 0.5, 1.0, 1.0]),
            "fortypcd": np.array([281.0, NAN, 201, NAN, NAN, 281]),
            "reservcd": np.array([0.0, 0, 1, 0, 0, 0]),
            "siteclcd": np.array([3.0, NAN, 3, NAN, NAN, 7]),
        },
        trees={
            "plt_cn": np.array(["1", "2", "2", "1", "2", "2"]),
            "condid": np.array([1.0, 1, 1, 2, 1, 1]),
            "statuscd": np.array([1.0, 1, 1, 1, 2, 1]),
            "standing_dead_cd": np.array([NAN, NAN, NAN, NAN, 1, NAN]),
            # the second was tallied on the microplot
            "tpa_unadj": np.array([6.0, 75.0, 6.0, 6.0, NAN, 6.0]),
            "dia": np.array([10.0, 3.0, 8.0, 9.0, 12.0, 20.0]),
            "volcfnet": np.array([10.0, 1.0, NAN, 99.0, 5.0, 20.0]),
            "carbon_ag": np.array([100.0, 8.0, 30.0, 900.0, 50.0, 200.0]),
            "spcd": np.array([108.0, 122, 108, 108, 122, 202]),
        },
    )


@pytest.fixture
def population() -> FiaPopulation:
    return make_population("county", ["1", "2", "3", "4"], ["1"] * 4, units=(UNIT,))


def known(tables: FiaTables) -> dict[str, list[str]]:
    levels = {"PLOT": tables.plots, "COND": tables.conditions, "TREE": tables.trees}
    return {"ASSGN": ["ESTN_UNIT", "STRATUMCD"]} | {
        level: [name.upper() for name in columns] for level, columns in levels.items()
    }


def ask(
    tables: FiaTables, population: FiaPopulation, quantity: str, given: Any = None, **words: Any
) -> FiaAnswer:
    request = make_request(quantity, **words)
    needed_columns(request, known(tables))
    return estimate_fia(prepare_fia(tables, population, given), request, resolved(request, known(tables)))


ADJUST = 4 / 3.75
"""3.75 of 4 plots were sampled by conditions and subplots, all 4 by microplots."""


# ---- totals by hand
def test_totals_by_hand(tables: FiaTables, population: FiaPopulation) -> None:
    acre = 1 / HA_PER_US_SURVEY_ACRE
    area = ask(tables, population, "area").rows[0]
    assert area.estimate.value == pytest.approx(1000 * ADJUST * (0.5 + 0.75 + 1) / 4)
    assert (area.n_nonzero, area.estimate.n_plots, area.estimate.unit) == (3, 4, "ha")
    per_plot = np.array([60 * ADJUST, 75 * 1.0 + 120 * ADJUST, 0, 0]) * M3_PER_FT3 * acre
    volume = ask(tables, population, "volume").rows[0].estimate
    assert volume.value == pytest.approx(1000 * per_plot.mean())
    assert volume.variance == pytest.approx(1000**2 * per_plot.var(ddof=1) / 4)
    stems = np.array([6 * ADJUST, 75 + 12 * ADJUST, 0, 0]) * acre
    assert ask(tables, population, "tpa").rows[0].estimate.value == pytest.approx(1000 * stems.mean())
    basal = np.array([600 * ADJUST, 675 + (384 + 2400) * ADJUST, 0, 0]) * np.pi / 4 * 0.0254**2 * acre
    assert ask(tables, population, "baa").rows[0].estimate.value == pytest.approx(1000 * basal.mean())
    pounds = np.array([600 * ADJUST, 600 + 1380 * ADJUST, 0, 0])
    carbon = ask(tables, population, "carbon_ag").rows[0].estimate
    assert carbon.value == pytest.approx(1000 * pounds.mean() * KG_PER_LB / 1000 * acre)


def test_what_is_counted(tables: FiaTables, population: FiaPopulation) -> None:
    notes = {note.rule: dict(note.params) for note in ask(tables, population, "volume").notes}
    assert notes["fia-null-is-zero"] == {"field": "VOLCFNET", "count": 1}
    assert notes["fia-tree-without-expansion"]["count"] == 1


def test_a_ratio_has_its_covariance(tables: FiaTables, population: FiaPopulation) -> None:
    row = ask(tables, population, "volume", per_area=True).rows[0]
    assert row.denominator is not None
    r = row.numerator.value / row.denominator.value
    variance = row.numerator.variance + r**2 * row.denominator.variance - 2 * r * row.covariance
    assert row.estimate.value == pytest.approx(r)
    assert row.estimate.variance == pytest.approx(variance / row.denominator.value**2)
    assert row.covariance != 0
    assert row.estimate.unit == "m3/ha"


# ---- domains
def test_kinds_of_land(tables: FiaTables, population: FiaPopulation) -> None:
    frame = make_frame(tables, population)
    assert land_mask(frame, "all").tolist() == [True] * 5
    assert land_mask(frame, "forest").tolist() == [True, False, True, False, True]
    # reserved land and SITECLCD 7 are no timberland
    assert land_mask(frame, "timber").tolist() == [True, False, False, False, False]


def test_dead_trees(tables: FiaTables, population: FiaPopulation) -> None:
    tpa = tables.trees["tpa_unadj"].copy()
    tpa[4] = 6.0
    marked = replace(tables, trees={**tables.trees, "tpa_unadj": tpa})
    live, dead, both = (
        ask(marked, population, "tpa", trees=kind).rows[0].estimate.value for kind in ("live", "dead", "all")
    )
    assert dead == pytest.approx(1000 * 6 * ADJUST / HA_PER_US_SURVEY_ACRE / 4)
    assert live + dead == pytest.approx(both)


def test_a_condition_on_trees_leaves_the_area_alone(tables: FiaTables, population: FiaPopulation) -> None:
    whole = ask(tables, population, "volume", per_area=True).rows[0]
    thick = ask(tables, population, "volume", per_area=True, where="DIA >= 10").rows[0]
    pine = ask(tables, population, "volume", per_area=True, where="FORTYPCD = 281").rows[0]
    assert thick.denominator == whole.denominator
    assert thick.numerator.value < whole.numerator.value
    assert pine.denominator is not None
    assert whole.denominator is not None
    assert pine.denominator.value < whole.denominator.value
    mixed = ask(tables, population, "tpa", where="FORTYPCD = 281 or DIA < 5").rows[0].estimate
    assert mixed.value == pytest.approx(1000 * (6 * ADJUST + 75) / HA_PER_US_SURVEY_ACRE / 4)


def test_an_area_has_no_trees(tables: FiaTables, population: FiaPopulation) -> None:
    with pytest.raises(ExpressionError, match="where-tree-column-of-area: column=DIA"):
        ask(tables, population, "area", where="FORTYPCD = 281 and DIA > 5")
    with pytest.raises(EstimationError, match="estimate-area-by-trees: column=SPCD"):
        ask(tables, population, "area", by=["SPCD"])
    with pytest.raises(EstimationError, match="estimate-area-per-area"):
        make_request("area", per_area=True)


def test_an_empty_domain_is_zero_and_told(tables: FiaTables, population: FiaPopulation) -> None:
    for where in ("FORTYPCD = 999", "DIA > 99"):
        found = ask(tables, population, "volume", where=where)
        assert (found.rows[0].estimate.value, found.rows[0].estimate.variance) == (0.0, 0.0)
        assert "estimate-domain-empty" in {note.rule for note in found.notes}
    with pytest.raises(EstimationError, match="ratio-denominator-zero"):
        ask(tables, population, "volume", per_area=True, where="FORTYPCD = 999")


def test_one_tree_one_plot(tables: FiaTables, population: FiaPopulation) -> None:
    found = ask(tables, population, "volume", where="SPCD = 202")
    value = 1000 * 120 * ADJUST * M3_PER_FT3 / HA_PER_US_SURVEY_ACRE / 4
    assert found.rows[0].estimate.value == pytest.approx(value)
    # one plot of four: s2 = y2 / 4, so the standard error is the value itself
    assert found.rows[0].estimate.standard_error == pytest.approx(value)


# ---- groups
def test_groups_and_their_nulls(tables: FiaTables, population: FiaPopulation) -> None:
    found = ask(tables, population, "area", land="all", by=["FORTYPCD"])
    assert [row.group for row in found.rows] == [(), ("201",), ("281",), ("null",)]
    values = [row.estimate.value for row in found.rows]
    assert sum(values[1:]) == pytest.approx(values[0])
    assert values[0] == pytest.approx(1000.0)
    assert np.sum(found.group_covariance) == pytest.approx(found.rows[0].estimate.variance, abs=1e-6)


def test_groups_by_several_columns(tables: FiaTables, population: FiaPopulation) -> None:
    found = ask(tables, population, "tpa", by=["county", "SPCD"])
    assert [row.group for row in found.rows[1:]] == [("a", "108"), ("a", "122"), ("a", "202")]
    counts = {row.group: row.n_nonzero for row in found.rows[1:]}
    assert counts == {("a", "108"): 2, ("a", "122"): 1, ("a", "202"): 1}
    told = {note.rule: note.params for note in found.notes}
    assert told["estimate-groups-single-plot"]["groups"] == "a/122, a/202"


def test_groups_without_plots_are_told(tables: FiaTables, population: FiaPopulation) -> None:
    found = ask(tables, population, "volume", by=["SPCD"], where="DIA > 9")
    told = {note.rule: note.params for note in found.notes}
    assert told["estimate-groups-outside"]["groups"] == "122"
    found = ask(tables, population, "volume", by=["county"], where="county = 'b'")
    assert {note.rule for note in found.notes} >= {"estimate-domain-empty", "estimate-groups-outside"}
    zero = ask(tables, population, "volume", by=["county"])
    told = {note.rule: note.params for note in zero.notes}
    assert told["estimate-groups-all-zero"]["groups"] == "b"


def test_a_column_that_is_no_code(tables: FiaTables) -> None:
    n = 600
    many = FiaTables(
        plots={"cn": np.array([f"{i:04}" for i in range(n)]), "plot_status_cd": np.ones(n)},
        conditions={
            "plt_cn": np.array([f"{i:04}" for i in range(n)]),
            "condid": np.ones(n),
            "cond_status_cd": np.ones(n),
            "condprop_unadj": np.ones(n),
            "live_canopy": np.arange(n, dtype=float),
        },
        trees={},
    )
    people = make_population("x", many.plots["cn"], ["1"] * n, units=(UNIT,))
    with pytest.raises(EstimationError, match="estimate-groups-too-many: column=LIVE_CANOPY; count=600"):
        ask(many, people, "area", by=["live_canopy"])


# ---- factors
def test_given_factors_count_and_disagreement_is_told(tables: FiaTables, population: FiaPopulation) -> None:
    right = {("1", "1"): {"subp": ADJUST, "micr": 1.0, "macr": NAN}}
    wrong = {("1", "1"): {"subp": 2.0, "micr": 1.0, "macr": NAN}}
    computed, given_, other = (ask(tables, population, "area", given=g) for g in (None, right, wrong))
    assert (computed.adjustment, given_.adjustment) == ("computed", "given")
    assert given_.rows[0].estimate == computed.rows[0].estimate
    assert given_.notes == ()
    assert other.rows[0].estimate.value == pytest.approx(computed.rows[0].estimate.value * 2 / ADJUST)
    (note,) = other.notes
    assert note.rule == "fia-adjustment-disagrees"
    assert dict(note.params) == {
        "unit": "1",
        "stratum": "1",
        "field": "ADJ_FACTOR_SUBP",
        "given": 2.0,
        "computed": pytest.approx(ADJUST),
    }
    rounded = {("1", "1"): {"subp": round(ADJUST, 4), "micr": 1.0, "macr": NAN}}
    assert ask(tables, population, "area", given=rounded).notes == ()


def test_each_part_of_a_plot_has_its_factor(tables: FiaTables, population: FiaPopulation) -> None:
    dia = tables.trees["dia"].copy()
    dia[5] = 30.0  # plot 2 tallies trees from 24 inches on its macroplots
    basis = np.array(["SUBP", "SUBP", "MACR", "MACR", "SUBP", "SUBP"])
    large = replace(
        tables,
        trees={**tables.trees, "dia": dia},
        conditions={**tables.conditions, "prop_basis": basis},
    )
    frame = make_frame(large, population)
    trees = np.array([0, 1, 2, 5])
    adjustment = adjustment_of(frame, frame.population)
    assert tree_factors(frame, adjustment, trees).tolist() == pytest.approx([ADJUST, 1.0, ADJUST, 4 / 3.5])
    assert condition_factors(frame, adjustment).tolist() == pytest.approx([ADJUST] * 5)
    given_ = adjustment_of(frame, frame.population, {("1", "1"): {"subp": 1.1, "micr": 1.2, "macr": 1.3}})
    assert tree_factors(frame, given_, trees).tolist() == [1.1, 1.2, 1.1, 1.3]
    assert condition_factors(frame, given_).tolist() == [1.1, 1.1, 1.3, 1.1, 1.1]
    without = adjustment_of(frame, frame.population, {("1", "1"): {"subp": 1.1, "micr": 1.2, "macr": NAN}})
    with pytest.raises(InventoryError, match="fia-factor-missing: table=TREE; count=1"):
        tree_factors(frame, without, trees)
    with pytest.raises(InventoryError, match="fia-factor-missing: table=COND; count=1"):
        condition_factors(frame, without)


# ---- rows in their places
def test_what_does_not_fit_is_told(tables: FiaTables, population: FiaPopulation) -> None:
    trees = {name: np.r_[values, values[:1]] for name, values in tables.trees.items()}
    trees["condid"][-1] = 9
    conditions = {
        name: values[tables.conditions["plt_cn"] != "4"] for name, values in tables.conditions.items()
    }
    frame = make_frame(replace(tables, trees=trees, conditions=conditions), population)
    assert {note.rule: note.params["count"] for note in frame.notes} == {
        "fia-tree-without-condition": 1,
        "fia-plot-without-condition": 1,
    }
    assert make_frame(tables, population).notes == ()


def test_trees_on_a_condition_that_was_not_sampled_are_no_strays(
    tables: FiaTables, population: FiaPopulation
) -> None:
    trees = {name: values.copy() for name, values in tables.trees.items()}
    trees["condid"][2] = 2  # plot 2, condition 2 was not sampled
    frame = make_frame(replace(tables, trees=trees), population)
    assert frame.notes == ()
    assert frame.tree_row.size == 5


def test_conditions_numbered_anyhow_are_found(tables: FiaTables, population: FiaPopulation) -> None:
    """Numbers 7 and 3 in the place of 1 and 2: the same figures."""
    other = {1: 7.0, 2: 3.0}

    def renumbered(table: Any) -> Any:
        return {**table, "condid": np.array([other[int(value)] for value in table["condid"]])}

    moved = FiaTables(tables.plots, renumbered(tables.conditions), renumbered(tables.trees))
    found, same = (ask(each, population, "volume", by=["SPCD"]) for each in (moved, tables))
    assert found.rows == same.rows
    assert found.notes == same.notes


@pytest.mark.parametrize("part", ["plots", "conditions"])
def test_a_row_that_stands_twice_is_refused(tables: FiaTables, population: FiaPopulation, part: str) -> None:
    doubled = {name: np.r_[values, values[:1]] for name, values in getattr(tables, part).items()}
    with pytest.raises(InventoryError, match="fia-row-repeated"):
        make_frame(replace(tables, **{part: doubled}), population)


def test_the_order_of_rows_changes_no_bit(tables: FiaTables, population: FiaPopulation) -> None:
    rng = np.random.default_rng(3)

    def shuffled(table: Any) -> Any:
        order = rng.permutation(len(next(iter(table.values()))))
        return {name: values[order] for name, values in table.items()}

    other = FiaTables(shuffled(tables.plots), shuffled(tables.conditions), shuffled(tables.trees))
    for words in ({}, {"by": ["SPCD"]}, {"per_area": True}):
        assert (
            ask(other, population, "volume", **words).rows == ask(tables, population, "volume", **words).rows
        )


@given(st.lists(st.tuples(st.integers(0, 3), st.floats(-1e6, 1e6)), max_size=30), st.randoms())
def test_sums_of_bins_do_not_depend_on_the_order(pairs: list[tuple[int, float]], random: Any) -> None:
    other = list(pairs)
    random.shuffle(other)
    found = [
        binned_sums(
            np.array([b for b, _ in rows], dtype=np.intp), np.array([v for _, v in rows], dtype=float), 4
        )
        for rows in (pairs, other)
    ]
    assert found[0].tolist() == found[1].tolist()


def test_positions_of_nothing() -> None:
    assert positions_of(np.array([], dtype=np.str_), np.array(["a"])).tolist() == [-1]


@pytest.mark.parametrize("names", [["10", "9"], ["07", "9"], ["9", "a"], ["1", "99999999999999999999"]])
def test_identifiers_are_found_as_text_and_as_numbers(names: list[str]) -> None:
    places = places_of(np.array(names))
    assert places.find(np.array([names[1], "x", names[0]])).tolist() == [1, -1, 0]
    assert places.find(np.array([9, 4])).tolist() == [names.index("9") if "9" in names else -1, -1]


def test_identifiers_read_as_numbers_give_the_same(tables: FiaTables, population: FiaPopulation) -> None:
    def as_numbers(table: Any) -> Any:
        return {
            name: values.astype(np.int64) if name in {"cn", "plt_cn"} else values
            for name, values in table.items()
        }

    other = FiaTables(as_numbers(tables.plots), as_numbers(tables.conditions), as_numbers(tables.trees))
    for words in ({}, {"by": ["SPCD"]}, {"where": "COND.PLT_CN = '2'"}, {"by": ["PLOT.CN"]}):
        assert (
            ask(other, population, "volume", **words).rows == ask(tables, population, "volume", **words).rows
        )


# ---- requests
def test_columns_that_are_needed(tables: FiaTables) -> None:
    there = known(tables)
    assert "TREE" not in needed_columns(make_request("area"), there)
    assert needed_columns(make_request("area"), there)["COND"][:4] == (
        "PLT_CN",
        "CONDID",
        "COND_STATUS_CD",
        "CONDPROP_UNADJ",
    )
    needed = needed_columns(make_request("carbon_ag", trees="dead", land="timber", where="spcd = 1"), there)
    assert {"CARBON_AG", "STANDING_DEAD_CD", "DIA", "SPCD"} <= set(needed["TREE"])
    assert {"RESERVCD", "SITECLCD"} <= set(needed["COND"])


@pytest.mark.parametrize(
    ("quantity", "field"),
    [("carbon_total", "CARBON_BG"), ("biomass", "DRYBIO_AG")],
)
def test_a_quantity_whose_column_is_missing(tables: FiaTables, quantity: str, field: str) -> None:
    with pytest.raises(InventoryError, match=f"fia-column-missing: table=TREE; field={field}"):
        needed_columns(make_request(quantity), known(tables))


def test_carbon_total_is_both_pools(tables: FiaTables, population: FiaPopulation) -> None:
    below = replace(tables, trees={**tables.trees, "carbon_bg": tables.trees["carbon_ag"] * 0.25})
    ag, total = (ask(below, population, name).rows[0].estimate for name in ("carbon_ag", "carbon_total"))
    assert total.value == pytest.approx(1.25 * ag.value)
    assert total.variance == pytest.approx(1.25**2 * ag.variance)


def test_a_null_that_means_nothing_is_refused(tables: FiaTables, population: FiaPopulation) -> None:
    carbon = tables.trees["carbon_ag"].copy()
    carbon[0] = NAN
    broken = replace(tables, trees={**tables.trees, "carbon_ag": carbon})
    with pytest.raises(InventoryError, match="fia-value-missing: field=carbon_ag; plot=1; count=1"):
        ask(broken, population, "carbon_ag")
    # said plainly, it is left out
    assert ask(broken, population, "carbon_ag", where="CARBON_AG is not null").rows[0].estimate.value > 0


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ({"quantity": "weight"}, "estimate-quantity-unknown"),
        ({"quantity": "area", "land": "wood"}, "estimate-choice-unknown"),
        ({"quantity": "area", "trees": "old"}, "estimate-choice-unknown"),
    ],
)
def test_requests_that_are_refused(words: dict[str, str], rule: str) -> None:
    with pytest.raises(EstimationError, match=rule):
        make_request(**words)


def test_names_of_columns(tables: FiaTables) -> None:
    there = known(tables) | {"TREE": [*known(tables)["TREE"], "CN"]}
    assert resolve("condid", there) == FiaColumn("COND", "CONDID")
    assert resolve("tree.condid", there) == FiaColumn("TREE", "CONDID")
    assert resolve("ESTN_UNIT", there).level == "ASSGN"
    assert resolve("plot.cn", there) == FiaColumn("PLOT", "CN")
    with pytest.raises(ExpressionError, match=r"column-ambiguous: column=CN; choices=PLOT.CN / TREE.CN"):
        resolve("CN", there)
    with pytest.raises(ExpressionError, match=r"column-unknown: column=FORTYPE; .*similar=FORTYPCD"):
        resolve("FORTYPE", there)
    with pytest.raises(ExpressionError, match="column-unknown"):
        resolve("COND.SPCD", there)


def test_units_of_quantities() -> None:
    assert fia_quantity("biomass").unit_in("us", per_area=False) == "short ton"
    assert fia_quantity("biomass").us_per_si(per_area=False) == pytest.approx(1 / 0.90718474)
    assert fia_quantity("baa").us_per_si(per_area=False) == pytest.approx(1 / 0.3048**2)
    # 0.005454 DIA^2 is the basal area in square feet
    inch = QUANTITIES["baa"].si_per_unit * QUANTITIES["baa"].us_per_si(per_area=False)
    assert inch == pytest.approx(0.005454, abs=1e-6)


# ---- POP tables
def pop(**changes: Any) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    assignment = {
        "plt_cn": np.array(["1", "2", "3", "4"]),
        "estn_unit": np.ones(4),
        "stratumcd": np.array([1.0, 1, 2, 2]),
    }
    strata = {
        "estn_unit": np.ones(2),
        "stratumcd": np.array([1.0, 2.0]),
        "p1pointcnt": np.array([30.0, 10.0]),
        "p2pointcnt": np.array([2.0, 2.0]),
        "adj_factor_subp": np.array([1.1, 1.2]),
    }
    units = {"estn_unit": np.ones(1), "area_used": np.array([500.0]), "p1pntcnt_eu": np.array([40.0])}
    return assignment, strata | changes, units


def test_population_of_pop_tables() -> None:
    found, given_, notes = population_of_pop_tables(*pop(), domain="56")
    assert found.units[0].area_ha == pytest.approx(500 * HA_PER_US_SURVEY_ACRE)
    assert dict(found.units[0].stratum_weights) == {"1": 30.0, "2": 10.0}
    assert found.stratum.tolist() == ["1", "1", "2", "2"]
    assert given_ is not None
    assert given_["1", "2"]["subp"] == 1.2
    assert np.isnan(given_["1", "2"]["micr"])
    assert notes == ()


def test_what_pop_tables_contradict() -> None:
    changes = {"p2pointcnt": np.array([2.0, 5.0]), "p1pointcnt": np.array([30.0, 12.0])}
    _, _, notes = population_of_pop_tables(*pop(**changes), domain="56")
    assert [note.rule for note in notes] == ["fia-plots-disagree", "fia-pixels-disagree"]
    assert dict(notes[0].params) == {"unit": "1", "stratum": "2", "given": 5, "count": 2}


def test_factors_are_computed_unless_all_are_given() -> None:
    _, given_, _ = population_of_pop_tables(*pop(adj_factor_subp=np.array([1.1, NAN])), domain="56")
    assert given_ is None


@pytest.mark.parametrize("which", [0, 1, 2])
def test_pop_rows_that_stand_twice(which: int) -> None:
    parts = list(pop())
    parts[which] = {name: np.r_[values, values[:1]] for name, values in parts[which].items()}
    with pytest.raises(InventoryError, match="fia-row-repeated: table=POP_"):
        population_of_pop_tables(*parts, domain="56")  # type: ignore[misc]


def test_a_stratum_of_one_plot_is_collapsed_and_told(tables: FiaTables) -> None:
    unit = EstimationUnit("1", 1000.0, {"1": 30.0, "2": 10.0})
    people = make_population("x", ["1", "2", "3", "4"], ["1", "1", "1", "2"], units=(unit,))
    found = ask(tables, people, "area")
    assert [note.rule for note in found.notes] == ["strata-collapsed"]
