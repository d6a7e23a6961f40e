"""Triggers of both back ends, rendered from the rules stated once.

Names: ``tanhui_<table>_<event>_<rule>``. The text of each is compared with the database by
`registry.verification`, so a trigger dropped or softened by hand is found. A trigger
refuses with the message ``tanhui:<rule>``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from registry.schema.columns import METADATA
from registry.schema.constraints import CROSS_RULES, MUTABLE, CrossRule

MARK = "tanhui:"


@dataclass(frozen=True, slots=True)
class Trigger:
    """A trigger as one or more statements."""

    name: str
    table: str
    statements: tuple[str, ...]
    body: str
    """Text that the database keeps and `verify` compares."""


def _differs(text: str, operator: str) -> str:
    return re.sub(r"@differs\((\w+)\)", rf"NEW.\1 {operator} OLD.\1", text)


def _append_only() -> tuple[CrossRule, ...]:
    """Return a rule for each table: what was written once stays."""
    rules = []
    for table in METADATA.sorted_tables:
        fixed = [c.name for c in table.columns if c.name not in MUTABLE.get(table.name, ())]
        changed = " OR ".join(f"@differs({name})" for name in fixed)
        rules.append(CrossRule("append-only", table.name, "UPDATE", changed))
    return tuple(rules)


def all_rules() -> tuple[CrossRule, ...]:
    """Return every rule that is a row trigger on INSERT or UPDATE."""
    return (*CROSS_RULES, *_append_only())


def _name(rule: CrossRule) -> str:
    return f"tanhui_{rule.table}_{rule.event}_{rule.rule}".lower().replace("-", "_")


def sqlite_triggers() -> tuple[Trigger, ...]:
    """Return the triggers of SQLite."""
    made = []
    for rule in all_rules():
        condition = _differs(rule.refuse, "IS NOT")
        body = (
            f"CREATE TRIGGER {_name(rule)} BEFORE {rule.event} ON {rule.table} "
            f"WHEN {condition} BEGIN SELECT RAISE(ABORT, '{MARK}{rule.rule}'); END"
        )
        made.append(Trigger(_name(rule), rule.table, (body,), body))
    for table in METADATA.sorted_tables:
        name = f"tanhui_{table.name}_delete"
        body = (
            f"CREATE TRIGGER {name} BEFORE DELETE ON {table.name} "
            f"BEGIN SELECT RAISE(ABORT, '{MARK}append-only'); END"
        )
        made.append(Trigger(name, table.name, (body,), body))
    return tuple(made)


def _postgres_trigger(name: str, table: str, event: str, body: str, level: str) -> Trigger:
    function = (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $tanhui${body}$tanhui$"
    )
    trigger = f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH {level} EXECUTE FUNCTION {name}()"
    return Trigger(name, table, (function, trigger), body)


def postgres_triggers() -> tuple[Trigger, ...]:
    """Return the triggers of PostgreSQL, TRUNCATE included."""
    made = []
    for rule in all_rules():
        condition = _differs(rule.refuse, "IS DISTINCT FROM")
        lock = f"PERFORM pg_advisory_xact_lock(hashtextextended({rule.lock}, 0)); " if rule.lock else ""
        body = (
            f"BEGIN {lock}IF {condition} THEN RAISE EXCEPTION '{MARK}{rule.rule}' "
            "USING ERRCODE = '23514'; END IF; RETURN NEW; END"
        )
        made.append(_postgres_trigger(_name(rule), rule.table, rule.event, body, "ROW"))
    refusal = f"BEGIN RAISE EXCEPTION '{MARK}append-only' USING ERRCODE = '23514'; END"
    for table in METADATA.sorted_tables:
        for event, level in (("DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
            name = f"tanhui_{table.name}_{event.lower()}"
            made.append(_postgres_trigger(name, table.name, event, refusal, level))
    return tuple(made)


def triggers_for(dialect: str) -> tuple[Trigger, ...]:
    """Return the triggers of a dialect, ``sqlite`` or ``postgresql``."""
    return sqlite_triggers() if dialect == "sqlite" else postgres_triggers()
