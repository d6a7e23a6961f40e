"""Which column of a table of totals is which, and what is told of figures on one plot or none."""

from __future__ import annotations

import numpy as np
import pytest

from mrv.answer import Layout, answer_rows, covariance_of_groups, notes_of_rows
from mrv.population import Population

GROUPS = (("a",), ("b",))
PLOTS = ["1", "2", "3", "4"]
# quantity of the whole, of a, of b; area of the whole, of a, of b
TABLE = np.array(
    [[3, 1, 2, 1, 0.5, 0.5], [5, 5, 0, 1, 1, 0], [0, 0, 0, 0, 0, 0], [4, 4, 0, 1, 1, 0]], dtype=float
)


def test_columns_of_each_layout() -> None:
    assert [Layout(GROUPS).columns(row) for row in range(3)] == [(0, None), (1, None), (2, None)]
    own = Layout(GROUPS, per_area=True, own_area=True)
    assert [own.columns(row) for row in range(3)] == [(0, 3), (1, 4), (2, 5)]
    shared = Layout(GROUPS, per_area=True)
    assert [shared.columns(row) for row in range(3)] == [(0, 3), (1, 3), (2, 3)]


def test_figures_of_the_whole_and_the_groups() -> None:
    totals = Population.simple(PLOTS, 100.0).totals(TABLE)
    rows = answer_rows(totals, TABLE, Layout(GROUPS, True, True), unit="t", ratio_unit="t/ha")
    assert [row.group for row in rows] == [(), ("a",), ("b",)]
    assert [row.estimate.value for row in rows] == pytest.approx([12 / 3, 10 / 2.5, 2 / 0.5])
    assert [row.numerator.value for row in rows] == pytest.approx([300.0, 250.0, 50.0])
    assert [row.n_nonzero for row in rows] == [3, 3, 1]
    assert rows[1].covariance == pytest.approx(100**2 * np.cov(TABLE[:, 1], TABLE[:, 4])[0, 1] / 4)
    assert covariance_of_groups(totals, Layout(GROUPS, True, True)) == pytest.approx(
        100**2 * np.cov(TABLE[:, 1:3].T) / 4
    )
    (note,) = notes_of_rows(rows)
    assert (note.rule, dict(note.params)) == ("estimate-groups-single-plot", {"groups": "b", "count": 1})


def test_a_total_has_no_denominator() -> None:
    totals = Population.simple(PLOTS, 100.0).totals(TABLE[:, :1])
    (row,) = answer_rows(totals, TABLE[:, :1], Layout(), unit="t", ratio_unit="t/ha")
    assert (row.denominator, row.covariance) == (None, 0.0)
    assert row.estimate == row.numerator
    assert covariance_of_groups(totals, Layout()).shape == (0, 0)
    assert notes_of_rows((row,)) == ()


def test_nothing_at_all_is_told_once() -> None:
    empty = np.zeros((4, 3))
    totals = Population.simple(PLOTS, 100.0).totals(empty)
    rows = answer_rows(totals, empty, Layout(GROUPS), unit="t", ratio_unit="t/ha")
    assert [note.rule for note in notes_of_rows(rows)] == ["estimate-domain-empty"]
