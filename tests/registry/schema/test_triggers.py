"""The triggers as text; what they refuse is tested with the constraints."""

from __future__ import annotations

from registry.schema import CROSS_RULES, METADATA, MUTABLE
from registry.schema.triggers import postgres_triggers, sqlite_triggers, triggers_for


def test_each_rule_becomes_a_trigger_on_both_back_ends() -> None:
    for triggers in (sqlite_triggers(), postgres_triggers()):
        names = [trigger.name for trigger in triggers]
        assert len(set(names)) == len(names)
        assert max(map(len, names)) <= 63
        for rule in CROSS_RULES:
            assert f"tanhui_{rule.table}_{rule.event}_{rule.rule}".lower().replace("-", "_") in names


def test_every_table_refuses_update_and_delete_and_truncate_where_it_exists() -> None:
    for dialect, events in (("sqlite", ("delete",)), ("postgresql", ("delete", "truncate"))):
        names = {trigger.name for trigger in triggers_for(dialect)}
        for table in METADATA.tables:
            assert f"tanhui_{table}_update_append_only" in names
            assert {f"tanhui_{table}_{event}" for event in events} <= names


def test_only_the_named_columns_may_change() -> None:
    body = next(t.body for t in sqlite_triggers() if t.name == "tanhui_party_update_append_only")
    assert "NEW.name IS NOT OLD.name" in body
    assert "NEW.status" not in body
    assert set(MUTABLE) <= set(METADATA.tables)
    for table, columns in MUTABLE.items():
        assert set(columns) <= set(METADATA.tables[table].columns.keys())


def test_the_differs_mark_is_written_out() -> None:
    for dialect in ("sqlite", "postgresql"):
        assert all("@" not in trigger.body for trigger in triggers_for(dialect))
