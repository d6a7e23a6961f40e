"""The registry as one object: a database, a clock, a signer and a folder outside.

`Registry.execute` runs a use case in one transaction, exactly once for an idempotency key.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from mrv.findings import Finding
from registry.canonical import canonical_json, digest
from registry.errors import IdempotencyConflict, RuleViolation
from registry.journal import Checkpoint, Signer, read_checkpoint, write_checkpoint
from registry.model import Context, Outcome
from registry.store.engine import WRITE, make_engine, migrate
from registry.store.recorder import check_external, last_checkpoint, lock_key, seal
from registry.store.unit_of_work import UnitOfWork, database_error

Clock = Callable[[], datetime]
Body = Callable[[UnitOfWork], Mapping[str, Any]]
GENESIS = Context(actor="SYSTEM", effective_at=date(1970, 1, 1), key="registry/genesis")
SYSTEM_PARTY = "SYSTEM"
SYSTEM_ACCOUNTS = {
    "SYS-ISSUANCE": "project_issuance",
    "SYS-RETIREMENT": "retirement",
    "SYS-CANCELLATION": "cancellation",
    "SYS-EXTERNAL": "external",
}
"""Accounts of the registry itself: where units and money come from, and where units end."""


def _genesis(uow: UnitOfWork) -> dict[str, Any]:
    party = {"party_code": SYSTEM_PARTY, "kind": "system", "name": "登记系统 / registry system"}
    uow.insert("party", {**party, "identity_no": "-", "status": "active", "salt": "-", "simulated": 0})
    accounts = [
        {"account_id": name, "party_code": SYSTEM_PARTY, "kind": kind, "status": "active"}
        for name, kind in SYSTEM_ACCOUNTS.items()
    ]
    uow.insert("account", [{**account, "opened_on": uow.day} for account in accounts])
    return {"accounts": sorted(SYSTEM_ACCOUNTS)}


def _findings(response: Mapping[str, Any]) -> tuple[Finding, ...]:
    return tuple(Finding(**item) for item in response.get("findings", ()))


class Registry:
    """A registry database, opened.

    Parameters
    ----------
    engine
        Engine of the database.
    clock
        Gives the time that is recorded beside each act.
    signer
        Signs the checkpoints.
    checkpoint_dir
        Folder outside the database for the newest checkpoint, or None.
    after_commit
        Called with the new number of leaves after each commit, before the checkpoint is
        written outside; a test raises here to play a crash.
    """

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        signer: Signer,
        checkpoint_dir: Path | None,
        after_commit: Callable[[int], None] | None = None,
    ) -> None:
        self.engine = engine
        self.clock = clock
        self.signer = signer
        self.checkpoint_dir = checkpoint_dir
        self.after_commit = after_commit

    @classmethod
    def open(
        cls,
        url: str,
        *,
        clock: Clock,
        signer: Signer,
        checkpoint_dir: Path | None = None,
        after_commit: Callable[[int], None] | None = None,
    ) -> Registry:
        """Open the database at `url`, bring it to the newest migration and make it ready."""
        registry = cls(make_engine(url), clock, signer, checkpoint_dir, after_commit)
        try:
            migrate(registry.engine)
            registry.execute(GENESIS, "create_registry", {}, _genesis)
            registry.publish()
        except BaseException:
            registry.close()
            raise
        return registry

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that reads one snapshot; nothing it does is kept."""
        postgres = self.engine.dialect.name == "postgresql"
        options = {"isolation_level": "REPEATABLE READ"} if postgres else {}
        with self.engine.connect().execution_options(**options) as connection:
            yield connection
            connection.rollback()

    @contextmanager
    def _writing(self, context: Context) -> Iterator[UnitOfWork]:
        with self.engine.connect().execution_options(**{WRITE: True}) as connection:
            transaction = connection.begin()
            try:
                yield UnitOfWork(connection, context, self.clock())
            except DBAPIError as error:
                raise database_error(error) from error
            finally:
                if transaction.is_active:
                    transaction.rollback()

    def execute(self, context: Context, use_case: str, request: Mapping[str, Any], body: Body) -> Outcome:
        """Run `body` in one transaction, once for the key of `context`.

        The same key with the same request gives the stored answer and writes nothing; with
        another request it is an error.
        """
        if not context.key or not context.actor:
            raise RuleViolation("context-incomplete", actor=context.actor, key=context.key)
        asked = digest([use_case, context.actor, context.effective_at, request])
        with self._writing(context) as uow:
            lock_key(uow)
            stored = uow.find("command", key=context.key)
            if stored:
                return self._replay(stored, asked)
            response = json.loads(canonical_json(body(uow)))
            uow.insert(
                "command",
                {
                    "key": context.key,
                    "use_case": use_case,
                    "request_sha256": asked,
                    "response": canonical_json(response),
                    "actor": context.actor,
                    "effective_at": uow.day,
                    "recorded_at": uow.recorded_at,
                },
            )
            checkpoint, rows = seal(uow, use_case, self.signer, self.checkpoint_dir)
            uow.connection.commit()
        self._committed(checkpoint)
        return Outcome(use_case, context.key, response, False, rows, _findings(response))

    @staticmethod
    def _replay(stored: Mapping[str, Any], asked: str) -> Outcome:
        if stored["request_sha256"] != asked:
            raise IdempotencyConflict("key-used-before", key=stored["key"], use_case=stored["use_case"])
        response = json.loads(stored["response"])
        return Outcome(stored["use_case"], stored["key"], response, True, 0, _findings(response))

    def _committed(self, checkpoint: Checkpoint) -> None:
        if self.after_commit:
            self.after_commit(checkpoint.tree_size)
        self._write_outside(checkpoint)

    def _write_outside(self, checkpoint: Checkpoint) -> None:
        if self.checkpoint_dir is None:
            return
        known = read_checkpoint(self.checkpoint_dir)
        if known is None or known.tree_size < checkpoint.tree_size:
            write_checkpoint(self.checkpoint_dir, checkpoint)

    def publish(self) -> None:
        """Write the newest checkpoint outside if a crash kept it back; a foreign one is refused."""
        with self.reading() as connection:
            uow = UnitOfWork(connection, GENESIS, self.clock())
            check_external(uow, self.checkpoint_dir)
            newest = last_checkpoint(uow)
        if newest:
            self._write_outside(newest)
