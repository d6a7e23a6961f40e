"""Groups of rows by codes, texts and nulls."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrv.errors import EstimationError
from mrv.groups import MAX_GROUPS, group_rows, values_outside

NAN = float("nan")


def test_codes_in_order_nulls_last() -> None:
    names, group = group_rows([np.array([10.0, 9.0, NAN, 10.0])], ["A"])
    assert names == (("9",), ("10",), ("null",))
    assert group.tolist() == [1, 0, 2, 1]


def test_several_columns_give_the_pairs_that_occur() -> None:
    words = np.array(["b", "a", "", "b"], dtype=object)
    names, group = group_rows([words, np.array([1.0, 1.0, 2.0, 2.0])], ["W", "N"])
    assert names == (("a", "1"), ("b", "1"), ("b", "2"), ("null", "2"))
    assert group.tolist() == [1, 0, 3, 2]


def test_no_rows_no_groups() -> None:
    names, group = group_rows([np.array([])], ["A"])
    assert (names, group.size) == ((), 0)


def test_too_many_groups_are_a_mistake() -> None:
    assert len(group_rows([np.arange(float(MAX_GROUPS))], ["A"])[0]) == MAX_GROUPS
    with pytest.raises(EstimationError, match=f"estimate-groups-too-many: column=A; count={MAX_GROUPS + 1}"):
        group_rows([np.arange(MAX_GROUPS + 1.0)], ["A"])


def test_values_that_occur_outside_only() -> None:
    inside = np.array([True, False, False, False])
    assert values_outside(np.array([1.0, 1.0, 2.0, NAN]), inside) == ["2"]
    assert values_outside(np.array(["a", "", "b", "c"], dtype=object), inside) == ["b", "c"]


@given(st.lists(st.one_of(st.none(), st.integers(-5, 5)), max_size=30))
def test_each_row_gets_the_label_of_its_value(cells: list[int | None]) -> None:
    column = np.array([NAN if cell is None else cell for cell in cells], dtype=float)
    names, group = group_rows([column], ["A"])
    assert [names[at][0] for at in group] == ["null" if cell is None else str(cell) for cell in cells]
