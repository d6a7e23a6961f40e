"""Pure arithmetic of serials, shares and vintages, against sets and fractions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry import rules
from registry.errors import RuleViolation
from registry.model import RightApplication, RightShare
from registry.rules import SerialBlock

blocks = st.tuples(st.integers(1, 1000), st.integers(1, 1000)).map(
    lambda p: SerialBlock("S", p[0], p[0] + p[1])
)


@given(blocks.filter(lambda b: b.quantity > 1), st.data())
def test_a_split_conserves_every_serial(block: SerialBlock, data: st.DataObject) -> None:
    first, rest = block.split(data.draw(st.integers(1, block.quantity - 1)))
    assert set(range(first.lo, first.hi)) | set(range(rest.lo, rest.hi)) == set(range(block.lo, block.hi))
    assert first.quantity + rest.quantity == block.quantity


@given(st.lists(st.integers(1, 20), min_size=1, max_size=8), st.data())
def test_what_is_taken_is_the_lowest_serials_and_no_more(widths: list[int], data: st.DataObject) -> None:
    book, at = [], 1
    for width in widths:
        book.append(SerialBlock("S", at, at + width))
        at += width + data.draw(st.integers(0, 2))
    quantity = data.draw(st.integers(1, sum(widths)))
    taken, cut = rules.take_units(book, quantity)
    serials = [n for block in book for n in range(block.lo, block.hi)]
    assert [n for block in taken for n in range(block.lo, block.hi)] == serials[:quantity]
    assert (cut is None) == (taken[-1] in book)


def test_more_than_there_is_cannot_be_taken() -> None:
    with pytest.raises(RuleViolation, match="units-not-free: wanted=5; free=4"):
        rules.take_units([SerialBlock("S", 1, 5)], 5)


@pytest.mark.parametrize(("lo", "hi"), [(0, 1), (3, 3), (4, 3)])
def test_an_empty_range_is_no_block(lo: int, hi: int) -> None:
    with pytest.raises(RuleViolation, match="serial-range-invalid"):
        SerialBlock("S", lo, hi)


@pytest.mark.parametrize("quantity", [0, 10, 11, -1])
def test_a_split_leaves_two_parts(quantity: int) -> None:
    with pytest.raises(RuleViolation, match="split-quantity-invalid"):
        SerialBlock("S", 1, 11).split(quantity)


@given(st.integers(0, 10**7), st.dictionaries(st.integers(2000, 2050), st.integers(0, 10**6), min_size=1))
def test_vintages_share_out_the_whole(total: int, weights: dict[int, int]) -> None:
    parts = rules.share_out(total, weights)
    whole = sum(weights.values())
    assert sum(parts.values()) == (total if whole else 0)
    for year, part in parts.items():
        assert whole == 0 or abs(Fraction(part) - Fraction(total * weights[year], whole)) < 1


def test_vintages_by_days_as_the_worked_example() -> None:
    # Methodology specification, oracle 1.3c: 20 654 t over the days of 2021-03-01 to 2026-02-28.
    days = {2021: 306, 2022: 365, 2023: 365, 2024: 366, 2025: 365, 2026: 59}
    expected = {2021: 3461, 2022: 4129, 2023: 4129, 2024: 4140, 2025: 4128, 2026: 667}
    assert rules.share_out(20_654, days) == expected


def application(*shares: tuple[str, int, int], **changes: object) -> RightApplication:
    base = RightApplication(
        "C", "P", "k", tuple(RightShare(*s) for s in shares), date(2020, 1, 1), date(2050, 1, 1), "0" * 64
    )
    return replace(base, **changes)  # type: ignore[arg-type]


@given(st.lists(st.integers(1, 50), min_size=1, max_size=12))
def test_shares_that_add_up_to_one_keep_their_value(parts: list[int]) -> None:
    fractions = [Fraction(part, sum(parts)) for part in parts]
    shares = [(f"p{n}", f.numerator, f.denominator) for n, f in enumerate(fractions)]
    common = rules.common_denominator(application(*shares))
    assert len({share.denominator for share in common}) == 1
    assert sum(share.numerator for share in common) == common[0].denominator
    assert [Fraction(share.numerator, share.denominator) for share in common] == fractions


@pytest.mark.parametrize(
    ("shares", "refusal"),
    [
        ([("a", 1, 2)], "shares-not-one: certificate_no=C; total=1/2"),
        ([("a", 1, 3), ("b", 333333, 1_000_000), ("c", 1, 3)], "shares-not-one"),
        ([("a", 1, 2), ("a", 1, 2)], "holder-repeated"),
        ([("a", 0, 2), ("b", 1, 1)], "not-a-positive-integer"),
        ([], "shares-not-one"),
    ],
)
def test_shares_that_do_not_are_refused(shares: list[tuple[str, int, int]], refusal: str) -> None:
    with pytest.raises(RuleViolation, match=refusal):
        rules.common_denominator(application(*shares))


def test_an_application_needs_a_period_and_evidence() -> None:
    sound = application(("a", 1, 1))
    rules.check_application(sound)
    with pytest.raises(RuleViolation, match="period-empty"):
        rules.check_application(replace(sound, valid_to=sound.valid_from))
    with pytest.raises(RuleViolation, match="not-a-sha256"):
        rules.check_application(replace(sound, evidence_sha256="A" * 64))


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"start_date": date(2012, 11, 8)}, "project-too-early"),
        ({"crediting_start": date(2020, 9, 22)}, "crediting-too-early"),
        ({"crediting_end": date(2021, 3, 1)}, "period-empty"),
        ({"parcel_ids": ()}, "project-without-parcels"),
    ],
)
def test_the_dates_of_a_project(chain: SimpleNamespace, changes: dict[str, object], refusal: str) -> None:
    limits = (date(2012, 11, 8), date(2020, 9, 22))
    rules.check_project(chain.make_project(), *limits)
    with pytest.raises(RuleViolation, match=refusal):
        rules.check_project(chain.make_project(**changes), *limits)


def test_a_programme_without_dates_admits_old_projects(chain: SimpleNamespace) -> None:
    old = chain.make_project(start_date=date(1991, 1, 1), crediting_start=date(1991, 1, 1))
    rules.check_project(old, None, None)


@pytest.mark.parametrize("value", [0, -1, True, 1.0, "1"])
def test_only_positive_whole_numbers_pass(value: object) -> None:
    with pytest.raises(RuleViolation, match="not-a-positive-integer"):
        rules.require_positive("quantity", value)  # type: ignore[arg-type]


def test_serials_of_another_country_never_say_china() -> None:
    assert rules.serial_prefix("430624", "XY-01") == "CN-430624-XY01"
    assert rules.serial_prefix("US-WY-043", "BH 1") == "ZZ-USWY043-BH1"
    with pytest.raises(RuleViolation, match="code-invalid"):
        rules.serial_prefix("430624", "造林")
