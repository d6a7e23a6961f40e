"""Administrative codes: their widths, their hierarchy, their order."""

from __future__ import annotations

import numpy as np
import pytest

from geodata.simulation.administration import Administration, administer


@pytest.fixture(scope="module")
def codes() -> Administration:
    rng = np.random.default_rng(5)
    x_m, y_m = rng.uniform(0.0, 9_000.0, (2, 900))
    administration, order = administer(np.random.default_rng(6), x_m, y_m)
    assert sorted(order.tolist()) == list(range(900))
    return administration


def test_identifiers_have_21_digits_and_are_unique_and_sorted(codes: Administration) -> None:
    identifiers = codes.parcel_id.tolist()
    assert len(set(identifiers)) == 900
    assert identifiers == sorted(identifiers)
    assert {len(identifier) for identifier in identifiers} == {6 + 3 + 3 + 4 + 5}
    assert all(identifier.isdigit() and identifier.startswith("430624") for identifier in identifiers)


def test_a_village_lies_in_one_township(codes: Administration) -> None:
    pairs = set(zip(codes.village_index.tolist(), codes.township.tolist(), strict=True))
    assert len(pairs) == len(set(codes.village_index.tolist()))
    assert len(set(codes.township.tolist())) == 6


def test_townships_are_named_for_demonstration(codes: Administration) -> None:
    assert all(name.startswith("示范乡镇") for name in codes.township_name.tolist())


def test_subcompartments_count_from_one_in_each_compartment(codes: Administration) -> None:
    parents = np.char.add(np.char.add(codes.township, codes.village), codes.compartment)
    for parent in np.unique(parents):
        numbers = codes.subcompartment[parents == parent].astype(int)
        assert numbers.tolist() == list(range(1, numbers.size + 1))
