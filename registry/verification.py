"""Proof that the registry is what its journal says, row by row.

`verify` hashes every row of every table again and compares it with the newest leaf that
mentions it, recomputes every leaf, every root and every signature, compares the catalogue
with the code, runs the invariants, and holds all of it against a checkpoint kept outside
the database. Without that outside checkpoint a forger who owns the machine and its key
can seal a new history; with it he cannot.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from mrv.findings import Finding
from registry.errors import JournalError, RegistryError
from registry.invariants import check_invariants
from registry.journal import Checkpoint, Frontier, leaf_hash, read_checkpoint
from registry.queries.content import content_tables
from registry.queries.reading import all_tables, key_of
from registry.queries.schema_state import newest_revision, revisions, schema_differences
from registry.store import Registry
from registry.store.recorder import row_key_text, row_sha256, rows_root

Row = dict[str, Any]
Tables = Mapping[str, Sequence[Row]]
MAX_INVARIANT_ERRORS = 1000


def _error(rule: str, table: str, key: object, field: str | None = None, **params: str | int) -> Finding:
    return Finding(rule, "error", table, field=field, value=str(key), params=params)


def verify(registry: Registry, external: Path | None) -> list[Finding]:
    """Return what is wrong with the registry; an empty list means nothing was found.

    Parameters
    ----------
    registry
        The registry.
    external
        Checkpoint file kept outside the database, or the folder it is in. None leaves a
        finding of severity warning: without it a re-sealed history cannot be told.
    """
    return check_schema(registry) + check_data(registry, external)


def check_data(registry: Registry, external: Path | None) -> list[Finding]:
    """Check journal, rows, invariants and the outside checkpoint, but not the catalogue."""
    tables = all_tables(registry)
    roots, findings = check_log(tables, registry.signer.public_key)
    findings += check_rows(tables)
    findings += check_external(roots, external, registry.signer.public_key)
    try:
        findings += check_invariants(tables)[:MAX_INVARIANT_ERRORS]
    except (KeyError, TypeError, ValueError) as error:
        findings.append(_error("invariants-unreadable", "registry", type(error).__name__))
    return findings


def check_schema(registry: Registry) -> list[Finding]:
    """Check the migration's revision, the tables and the triggers."""
    found = revisions(registry)
    findings = []
    if found != [newest_revision()]:
        shown = ", ".join(found)
        findings.append(_error("revision-wrong", "alembic_version", shown, expected=newest_revision()))
    return findings + [
        _error("schema-differs", "schema", d.name, kind=d.kind, problem=d.problem)
        for d in schema_differences(registry)
    ]


def _leaf_rows(tables: Tables) -> dict[int, list[Row]]:
    by_leaf: dict[int, list[Row]] = defaultdict(list)
    for row in tables["leaf_row"]:
        by_leaf[row["leaf_index"]].append(row)
    return by_leaf


def check_log(tables: Tables, public_key: str) -> tuple[dict[int, str], list[Finding]]:
    """Recompute every leaf, root and signature; return the root of each size, and findings."""
    findings: list[Finding] = []
    roots: dict[int, str] = {}
    by_leaf = _leaf_rows(tables)
    commands = {row["key"]: row for row in tables["command"]}
    stored = {row["tree_size"]: Checkpoint(**row) for row in tables["checkpoint"]}
    frontier, previous = Frontier(), ""
    for expected, entry in enumerate(tables["log_entry"]):
        index = entry["leaf_index"]
        if index != expected:
            findings.append(_error("leaf-index-gap", "log_entry", index, "leaf_index", expected=expected))
        leaf = leaf_hash(entry["body"].encode("utf-8"))
        if leaf.hex() != entry["leaf_hash"]:
            findings.append(_error("leaf-altered", "log_entry", index))
        findings += _check_leaf(entry, by_leaf.pop(index, []), commands)
        frontier = frontier.append(leaf)
        roots[frontier.size] = frontier.root.hex()
        findings += _check_checkpoint(stored.pop(frontier.size, None), frontier, previous, public_key)
        previous = frontier.root.hex()
    findings += [_error("leaf-row-orphan", "leaf_row", f"leaf_index={n}") for n in sorted(by_leaf)]
    findings += [_error("checkpoint-extra", "checkpoint", size) for size in sorted(stored)]
    leaves = len(tables["log_entry"])
    if len(commands) != leaves:
        findings.append(_error("commands-not-leaves", "command", len(commands), leaves=leaves))
    return roots, findings


def _check_leaf(entry: Row, rows: list[Row], commands: Mapping[str, Row]) -> Iterator[Finding]:
    index = entry["leaf_index"]
    try:
        body = json.loads(entry["body"])
        stated, count, key = body["rows_root"], body["row_count"], body["key"]
    except (ValueError, KeyError, TypeError):
        yield _error("leaf-unreadable", "log_entry", index)
        return
    for position, row in enumerate(rows):
        if row["position"] != position:
            yield _error(
                "leaf-rows-altered", "leaf_row", f"leaf_index={index},position={row['position']}", "position"
            )
    entries = [(row["table_name"], row["row_key"], row["row_sha256"]) for row in rows]
    if rows_root(entries) != stated or len(rows) != count:
        yield _error("leaf-rows-altered", "leaf_row", f"leaf_index={index}")
    command = commands.get(key)
    wanted = {name: body.get(name) for name in ("use_case", "actor", "effective_at", "recorded_at")}
    if command is None or any(command[name] != value for name, value in wanted.items()):
        yield _error("command-not-leaf", "command", key, leaf_index=index)


def _check_checkpoint(
    found: Checkpoint | None, frontier: Frontier, previous: str, public_key: str
) -> Iterator[Finding]:
    size = frontier.size
    if found is None:
        yield _error("checkpoint-missing", "checkpoint", size)
        return
    wanted = {"root": frontier.root.hex(), "frontier": frontier.to_text(), "previous_root": previous}
    for name, value in wanted.items():
        if getattr(found, name) != value:
            yield _error("checkpoint-differs", "checkpoint", size, name)
    if not found.signature_holds():
        yield _error("checkpoint-signature", "checkpoint", size, "signature")
    if found.public_key != public_key:
        yield _error("checkpoint-key-foreign", "checkpoint", size, "public_key")


def check_rows(tables: Tables) -> list[Finding]:
    """Hash every row of every table and compare with the newest leaf that mentions it."""
    newest = {(row["table_name"], row["row_key"]): row["row_sha256"] for row in tables["leaf_row"]}
    findings = []
    for name in content_tables():
        for row in tables[name]:
            key = row_key_text(key_of(name, row))
            stated = newest.pop((name, key), None)
            if stated is None:
                findings.append(_error("row-without-leaf", name, key))
            elif _hash(name, row) != stated:
                findings.append(_error("row-altered", name, key))
    return findings + [_error("row-missing", name, key) for name, key in sorted(newest)]


def _hash(table_name: str, row: Row) -> str | None:
    try:
        return row_sha256(table_name, row)
    except RegistryError:
        return None


def check_external(roots: Mapping[int, str], external: Path | None, public_key: str) -> list[Finding]:
    """Compare the log with the checkpoint kept outside."""
    if external is None:
        return [Finding("external-not-given", "warning", "checkpoint")]
    try:
        kept = read_checkpoint(external)
    except JournalError as error:
        return [_error("external-unreadable", "checkpoint", str(error.params.get("path", external)))]
    if kept is None:
        return [_error("external-missing", "checkpoint", external)]
    findings = []
    if not kept.signature_holds() or kept.public_key != public_key:
        findings.append(_error("external-signature", "checkpoint", kept.tree_size))
    if kept.tree_size not in roots:
        newest = max(roots, default=0)
        findings.append(_error("external-ahead", "checkpoint", kept.tree_size, tree_size=newest))
    elif roots[kept.tree_size] != kept.root:
        findings.append(_error("external-root-differs", "checkpoint", kept.tree_size, "root"))
    return findings
