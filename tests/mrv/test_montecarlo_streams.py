from __future__ import annotations

import numpy as np
import pytest

from mrv.montecarlo.streams import children, generator, in_chunks, labelled


def test_asking_twice_gives_the_same_children() -> None:
    parent = np.random.SeedSequence(3)
    first = [generator(child).standard_normal(4).tolist() for child in children(parent, 3)]
    again = [generator(child).standard_normal(4).tolist() for child in children(parent, 3)]
    assert first == again
    assert len({tuple(values) for values in first}) == 3


def test_more_children_begin_with_the_same_ones() -> None:
    assert children(3, 2)[1].spawn_key == children(3, 5)[1].spawn_key


def test_an_identity_has_a_stream_of_its_own() -> None:
    keys = {labelled(1, *words).spawn_key for words in [("bef", "310"), ("bef", "220"), ("be", "f310")]}
    assert len(keys) == 3
    one, other = generator(labelled(1, "bef", "310")), generator(labelled(2, "bef", "310"))
    assert one.standard_normal() != other.standard_normal()


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_results_come_in_the_order_of_the_chunks(threads: int) -> None:
    assert in_chunks(lambda i: i * i, list(range(20)), threads) == [i * i for i in range(20)]
