"""Exactly once, all or nothing: idempotency, crashes at each commit, and concurrent writers."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from registry import queries
from registry.errors import IdempotencyConflict, JournalError, RuleViolation
from registry.journal import CHECKPOINT_FILE
from registry.model import Context
from registry.parties import deposit_cash
from registry.store import Registry, UnitOfWork
from registry.trading import list_units
from registry.verification import verify


class Crash(BaseException):
    """Stands for the process dying."""


def run(registry: Registry, chain: SimpleNamespace) -> None:
    chain.run_market(chain.run_base(registry))


def test_opening_twice_writes_nothing(
    new_url: Callable[[], str], open_registry: Callable[..., Registry], tmp_path: Path
) -> None:
    url = new_url()
    first = open_registry(url, tmp_path / "outside")
    counts, size = queries.row_counts(first), queries.journal(first)
    kept = (tmp_path / "outside" / CHECKPOINT_FILE).read_bytes()
    first.close()
    second = open_registry(url, tmp_path / "outside")
    assert (queries.row_counts(second), queries.journal(second)) == (counts, size)
    assert (tmp_path / "outside" / CHECKPOINT_FILE).read_bytes() == kept


def test_running_the_chain_again_writes_nothing(
    finished: Registry, chain: SimpleNamespace, tmp_path: Path
) -> None:
    before = (queries.row_counts(finished), queries.content_hash(finished), queries.journal(finished))
    kept = (tmp_path / "outside" / CHECKPOINT_FILE).stat().st_mtime_ns
    run(finished, chain)
    after = (queries.row_counts(finished), queries.content_hash(finished), queries.journal(finished))
    assert after == before
    assert (tmp_path / "outside" / CHECKPOINT_FILE).stat().st_mtime_ns == kept


def test_a_replay_gives_the_stored_answer(issued: Registry, chain: SimpleNamespace) -> None:
    first = deposit_cash(issued, chain.context("BUREAU", "again"), "A-TRADER", 5)
    again = deposit_cash(issued, chain.context("BUREAU", "again"), "A-TRADER", 5)
    assert (first.replayed, again.replayed, again.rows_written) == (False, True, 0)
    assert again.result == first.result
    assert first.rows_written > 0


@pytest.mark.parametrize(
    ("actor", "day", "amount"),
    [("BUREAU", date(2026, 1, 5), 6), ("OTHER", date(2026, 1, 5), 5), ("BUREAU", date(2026, 1, 6), 5)],
)
def test_a_key_cannot_be_used_for_another_request(
    issued: Registry, chain: SimpleNamespace, actor: str, day: date, amount: int
) -> None:
    deposit_cash(issued, chain.context("BUREAU", "again"), "A-TRADER", 5)
    before = queries.row_counts(issued)
    with pytest.raises(IdempotencyConflict, match="key-used-before"):
        deposit_cash(issued, Context(actor, day, "again"), "A-TRADER", amount)
    assert queries.row_counts(issued) == before


def test_an_act_without_identity_is_refused(registry: Registry) -> None:
    with pytest.raises(RuleViolation, match="context-incomplete"):
        deposit_cash(registry, Context("", date(2026, 1, 1), "k"), "A", 1)


def test_a_refused_act_leaves_nothing(issued: Registry, chain: SimpleNamespace) -> None:
    before = (queries.row_counts(issued), queries.content_hash(issued))
    with pytest.raises(RuleViolation, match="units-not-free"):
        list_units(issued, chain.context("OWNER", "too-many"), "A-OWNER", chain.LOT, 101, 6_000)
    assert (queries.row_counts(issued), queries.content_hash(issued)) == before


def test_an_error_in_the_middle_of_an_act_undoes_it(registry: Registry, chain: SimpleNamespace) -> None:
    before = queries.row_counts(registry)

    def act(uow: UnitOfWork) -> dict[str, Any]:
        row = {"party_code": "X", "kind": "company", "name": "x", "identity_no": "x"}
        uow.insert("party", {**row, "status": "active", "salt": "s", "simulated": 1})
        raise Crash

    with pytest.raises(Crash):
        registry.execute(chain.context("A", "k"), "register_parties", {}, act)
    assert queries.row_counts(registry) == before


def crash_at(leaf: int) -> Callable[[int], None]:
    def hook(tree_size: int) -> None:
        if tree_size == leaf:
            raise Crash

    return hook


def test_killed_at_each_commit_the_next_run_ends_with_the_same_content(
    new_url: Callable[[], str],
    open_registry: Callable[..., Registry],
    chain: SimpleNamespace,
    tmp_path: Path,
    backend: str,
) -> None:
    undisturbed = open_registry(new_url(), tmp_path / "undisturbed")
    run(undisturbed, chain)
    wanted, leaves = queries.content_hash(undisturbed), queries.journal(undisturbed).tree_size
    boundaries = range(2, leaves + 1) if backend == "sqlite" else (2, leaves // 2, leaves)
    assert leaves > 20
    for boundary in boundaries:
        url, outside = new_url(), tmp_path / f"outside{boundary}"
        crashing = open_registry(url, outside, after_commit=crash_at(boundary))
        with pytest.raises(Crash):
            run(crashing, chain)
        assert queries.journal(crashing).tree_size == boundary
        crashing.close()
        resumed = open_registry(url, outside)
        run(resumed, chain)
        assert queries.content_hash(resumed) == wanted
        assert queries.journal(resumed).tree_size == leaves
        if boundary in (2, leaves):
            assert verify(resumed, outside) == []
        resumed.close()


def test_the_content_hash_knows_the_content(
    new_url: Callable[[], str], open_registry: Callable[..., Registry], chain: SimpleNamespace
) -> None:
    first, second = open_registry(new_url()), open_registry(new_url(), clock=chain.Clock(chain_start()))
    for registry in (first, second):
        chain.run_base(registry)
    assert queries.content_hash(first) == queries.content_hash(second)
    deposit_cash(second, chain.context("BUREAU", "one-fen"), "A-TRADER", 1)
    assert queries.content_hash(first) != queries.content_hash(second)


def chain_start() -> datetime:
    return datetime(2030, 5, 5, tzinfo=UTC)


def test_a_checkpoint_of_another_registry_is_refused(
    new_url: Callable[[], str], open_registry: Callable[..., Registry], chain: SimpleNamespace, tmp_path: Path
) -> None:
    first = open_registry(new_url(), tmp_path / "outside")
    chain.run_base(first)
    with pytest.raises(JournalError, match="external-checkpoint-differs"):
        open_registry(new_url(), tmp_path / "outside")


def test_eight_writers_at_once_lose_and_double_nothing(issued: Registry, chain: SimpleNamespace) -> None:
    errors: list[BaseException] = []

    def work(worker: int) -> None:
        try:
            for n in range(5):
                deposit_cash(issued, chain.context("BUREAU", f"w{worker}-{n % 4}"), "A-TRADER", 7)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(n % 4,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    balance = queries.holdings(issued, "A-TRADER")[0]["quantity"]
    assert balance == 1_000_000 + 4 * 4 * 7
    assert [f for f in verify(issued, None) if f.severity == "error"] == []
