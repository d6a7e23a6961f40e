"""A registry that went through the whole chain is altered by hand, one value at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Connection, LargeBinary, Text, and_, delete, insert, select, text, update

from mrv.findings import Finding
from registry.canonical import canonical_json
from registry.errors import JournalError
from registry.journal import Ed25519Signer, Frontier, leaf_hash, sign_checkpoint
from registry.queries.reading import all_tables, key_of
from registry.schema import METADATA, triggers_for
from registry.store import Registry
from registry.store.engine import WRITE, install_triggers
from registry.store.recorder import row_key_text, row_sha256, rows_root
from registry.trading import list_units
from registry.verification import check_data, check_schema, verify

# Columns whose change is not looked for, with the reason; there are none.
EXCLUDED: dict[str, str] = {}
FAR = 100_000


@contextmanager
def hand_on(registry: Registry) -> Iterator[Connection]:
    """Give a connection as an attacker has it: no triggers, no checks, no foreign keys."""
    sqlite = registry.engine.dialect.name == "sqlite"
    with registry.engine.connect() as connection:
        if sqlite:
            connection.commit()
            raw = connection.connection.driver_connection
            raw.execute("PRAGMA foreign_keys=OFF")
            raw.execute("PRAGMA ignore_check_constraints=ON")
            yield connection.execution_options(**{WRITE: True})
            connection.commit()
            raw.execute("PRAGMA ignore_check_constraints=OFF")
            raw.execute("PRAGMA foreign_keys=ON")
        else:
            connection.execute(text("SET session_replication_role = replica"))
            yield connection
            connection.execute(text("SET session_replication_role = origin"))
            connection.commit()


def drop_triggers(registry: Registry) -> None:
    with registry.engine.begin() as connection:
        for trigger in triggers_for(registry.engine.dialect.name):
            tail = "" if registry.engine.dialect.name == "sqlite" else f" ON {trigger.table}"
            connection.exec_driver_sql(f"DROP TRIGGER {trigger.name}{tail}")


def drop_checks(registry: Registry) -> None:
    """Drop the CHECK constraints of PostgreSQL, which no session setting turns off."""
    if registry.engine.dialect.name == "sqlite":
        return
    query = "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'c'"
    query += " AND connamespace = 'public'::regnamespace"
    with registry.engine.begin() as connection:
        for table, name in connection.execute(text(query)).all():
            connection.exec_driver_sql(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')


def other_value(column: Any, value: Any) -> Any:
    if isinstance(column.type, LargeBinary):
        return b"forged"
    if isinstance(column.type, Text):
        return f"{value}x" if value is not None else "x"
    return FAR if value is None else value + FAR


def names_row(findings: list[Finding], table: str, row: dict[str, Any], changed: dict[str, Any]) -> bool:
    """Return whether a finding names the table and the row, under its old or its new key."""
    keys = {row_key_text(key_of(table, item)) for item in (row, changed)}
    if table == "leaf_row":
        keys = {f"leaf_index={item['leaf_index']}" for item in (row, changed)}
        return any(f.source == table and str(f.value).split(",", 1)[0] in keys for f in findings)
    single = {str(json.loads(key)[0]) for key in keys}
    return any(f.source == table and (f.value in keys or f.value in single) for f in findings)


def where(table: Any, row: dict[str, Any]) -> Any:
    return and_(*(column == row[column.name] for column in table.primary_key.columns))


def test_a_sound_registry_has_no_finding(finished: Registry, tmp_path: Path) -> None:
    assert verify(finished, tmp_path / "outside") == []


def test_without_an_outside_checkpoint_a_warning_says_so(finished: Registry) -> None:
    assert [(f.rule, f.severity) for f in verify(finished, None)] == [("external-not-given", "warning")]


def test_every_column_of_every_table_is_covered(finished: Registry, tmp_path: Path) -> None:
    drop_triggers(finished)
    drop_checks(finished)
    tables = all_tables(finished)
    missed = []
    for name, rows in tables.items():
        assert rows, f"the chain leaves {name} empty"
        table = METADATA.tables[name]
        for column in table.columns:
            row = rows[-1]
            value = other_value(column, row[column.name])
            with hand_on(finished) as connection:
                connection.execute(update(table).where(where(table, row)).values({column.name: value}))
            changed = {**row, column.name: value}
            findings = check_data(finished, tmp_path / "outside")
            if not names_row(findings, name, row, changed) and f"{name}.{column.name}" not in EXCLUDED:
                missed.append(f"{name}.{column.name}")
            with hand_on(finished) as connection:
                connection.execute(
                    update(table).where(where(table, changed)).values({column.name: row[column.name]})
                )
    assert missed == []
    assert check_data(finished, tmp_path / "outside") == []


def test_a_removed_row_is_found_in_every_table(finished: Registry, tmp_path: Path) -> None:
    drop_triggers(finished)
    missed = []
    for name, rows in all_tables(finished).items():
        table, row = METADATA.tables[name], rows[0]
        with hand_on(finished) as connection:
            connection.execute(delete(table).where(where(table, row)))
        if not [f for f in check_data(finished, tmp_path / "outside") if f.severity == "error"]:
            missed.append(name)
        with hand_on(finished) as connection:
            connection.execute(insert(table).values(row))
    assert missed == []
    assert check_data(finished, tmp_path / "outside") == []


def test_an_added_row_is_found_in_every_table(finished: Registry, tmp_path: Path) -> None:
    drop_triggers(finished)
    drop_checks(finished)
    missed = []
    for name, rows in all_tables(finished).items():
        table, row = METADATA.tables[name], dict(rows[-1])
        for column in table.columns:
            if column.primary_key or column.name in unique_columns(table):
                row[column.name] = other_value(column, row[column.name])
        with hand_on(finished) as connection:
            connection.execute(insert(table).values(row))
        if not [f for f in check_data(finished, tmp_path / "outside") if f.source == name]:
            missed.append(name)
        with hand_on(finished) as connection:
            connection.execute(delete(table).where(where(table, row)))
    assert missed == []


def unique_columns(table: Any) -> set[str]:
    return {c.name for k in table.constraints if type(k).__name__ == "UniqueConstraint" for c in k.columns}


def test_another_revision_is_found(finished: Registry) -> None:
    with finished.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    found = [f for f in check_schema(finished) if f.source == "alembic_version"]
    assert [(f.rule, f.value) for f in found] == [("revision-wrong", "0000")]


def test_a_dropped_trigger_is_found_and_a_restored_one_is_not(finished: Registry) -> None:
    drop_triggers(finished)
    expected = {t.name for t in triggers_for(finished.engine.dialect.name)}
    assert {str(f.value).removeprefix("trigger ") for f in check_schema(finished)} == expected
    with finished.engine.connect().execution_options(**{WRITE: True}) as connection, connection.begin():
        install_triggers(connection)
    assert check_schema(finished) == []


def test_a_softened_trigger_is_found(finished: Registry) -> None:
    name = "tanhui_posting_update_append_only"
    with finished.engine.begin() as connection:
        if finished.engine.dialect.name == "sqlite":
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
            connection.exec_driver_sql(f"CREATE TRIGGER {name} BEFORE UPDATE ON posting BEGIN SELECT 1; END")
        else:
            body = "BEGIN RETURN NEW; END"
            connection.exec_driver_sql(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$"
            )
    found = check_schema(finished)
    assert [(str(f.value).removeprefix("trigger "), f.params["problem"]) for f in found] == [
        (name, "changed")
    ]


@pytest.mark.parametrize("backend", [pytest.param("postgres", marks=pytest.mark.postgres)])
def test_a_disabled_trigger_is_found(finished: Registry) -> None:
    name = "tanhui_posting_update_append_only"
    with finished.engine.begin() as connection:
        connection.exec_driver_sql(f"ALTER TABLE posting DISABLE TRIGGER {name}")
    assert [(f.value, f.params["problem"]) for f in check_schema(finished)] == [(name, "changed")]


def reseal(registry: Registry, signer: Ed25519Signer) -> None:
    """Rewrite every leaf, root and signature so that they fit the altered rows."""
    tables = all_tables(registry)
    frontier, previous = Frontier(), ""
    checkpoint, entries = METADATA.tables["checkpoint"], METADATA.tables["log_entry"]
    with hand_on(registry) as connection:
        for entry, old in zip(tables["log_entry"], tables["checkpoint"], strict=True):
            index = entry["leaf_index"]
            rows = [row for row in tables["leaf_row"] if row["leaf_index"] == index]
            body = json.loads(entry["body"])
            body["rows_root"] = rows_root([(r["table_name"], r["row_key"], r["row_sha256"]) for r in rows])
            sealed = canonical_json(body)
            leaf = leaf_hash(sealed.encode())
            frontier = frontier.append(leaf)
            made = sign_checkpoint(frontier, previous, old["recorded_at"], signer)
            previous = made.root
            connection.execute(
                update(entries).where(entries.c.leaf_index == index).values(body=sealed, leaf_hash=leaf.hex())
            )
            size = checkpoint.c.tree_size == old["tree_size"]
            connection.execute(update(checkpoint).where(size).values(asdict(made)))


def forge_beneficiary(registry: Registry) -> None:
    """Change the beneficiary of a certificate and the hash of its row in the journal."""
    retirement, leaf_row = METADATA.tables["retirement"], METADATA.tables["leaf_row"]
    with hand_on(registry) as connection:
        connection.execute(update(retirement).values(beneficiary_name="another"))
    with hand_on(registry) as connection:
        row = dict(connection.execute(select(retirement)).mappings().one())
        new_hash = row_sha256("retirement", row)
        connection.execute(
            update(leaf_row).where(leaf_row.c.table_name == "retirement").values(row_sha256=new_hash)
        )


def test_a_history_sealed_again_with_the_same_key_is_caught_by_the_outside_checkpoint(
    finished: Registry, signer: Ed25519Signer, tmp_path: Path
) -> None:
    drop_triggers(finished)
    forge_beneficiary(finished)
    reseal(finished, signer)
    assert [f.rule for f in check_data(finished, None)] == ["external-not-given"]
    assert [f.rule for f in check_data(finished, tmp_path / "outside")] == ["external-root-differs"]


def test_a_history_sealed_again_with_another_key_is_caught(finished: Registry, tmp_path: Path) -> None:
    drop_triggers(finished)
    forge_beneficiary(finished)
    reseal(finished, Ed25519Signer.from_seed(bytes(32)))
    rules = {f.rule for f in check_data(finished, tmp_path / "outside")}
    assert rules == {"checkpoint-key-foreign", "external-root-differs"}


def test_a_cut_log_is_caught(finished: Registry, tmp_path: Path) -> None:
    drop_triggers(finished)
    with hand_on(finished) as connection:
        for name in ("log_entry", "leaf_row", "checkpoint"):
            table = METADATA.tables[name]
            column = table.c.tree_size if name == "checkpoint" else table.c.leaf_index
            last = 26 if name == "checkpoint" else 25
            connection.execute(delete(table).where(column >= last))
    assert "external-ahead" in {f.rule for f in check_data(finished, tmp_path / "outside")}


def test_nothing_more_is_written_onto_a_forged_history(
    finished: Registry, signer: Ed25519Signer, chain: SimpleNamespace, tmp_path: Path
) -> None:
    kept = (tmp_path / "outside" / "checkpoint.json").read_bytes()
    drop_triggers(finished)
    forge_beneficiary(finished)
    reseal(finished, signer)
    with pytest.raises(JournalError, match="external-checkpoint-differs"):
        list_units(finished, chain.context("OWNER", "more"), "A-OWNER", chain.LOT, 1, 6_000)
    with pytest.raises(JournalError, match="external-checkpoint-differs"):
        finished.publish()
    assert (tmp_path / "outside" / "checkpoint.json").read_bytes() == kept


def test_a_damaged_outside_checkpoint_is_named(finished: Registry, tmp_path: Path) -> None:
    file = tmp_path / "other.json"
    assert [f.rule for f in check_data(finished, file)] == ["external-missing"]
    file.write_text("{", encoding="utf-8")
    assert [f.rule for f in check_data(finished, file)] == ["external-unreadable"]


def test_an_outside_checkpoint_altered_by_hand_is_named(finished: Registry, tmp_path: Path) -> None:
    file = tmp_path / "outside" / "checkpoint.json"
    values = json.loads(file.read_text(encoding="utf-8"))
    values["recorded_at"] = "2020-01-01T00:00:00+00:00"
    file.write_text(json.dumps(values), encoding="utf-8")
    assert [f.rule for f in check_data(finished, file)] == ["external-signature"]


def test_an_older_outside_checkpoint_still_fits(
    finished: Registry, chain: SimpleNamespace, tmp_path: Path, open_registry: Callable[..., Registry]
) -> None:
    older = tmp_path / "kept.json"
    older.write_bytes((tmp_path / "outside" / "checkpoint.json").read_bytes())
    list_units(finished, chain.context("OWNER", "more"), "A-OWNER", chain.LOT, 1, 6_000)
    assert check_data(finished, older) == []
