"""Compute a registered statement again from the home folder alone, and compare it byte for byte.

The dataset is read by its digest, the county file and the profile by theirs, and what the registry knew by
what the statement names: confirmations and the negative rest it took over. The code is that of today. A
statement gives the same bytes if the code is the same; with other code the version differs, and everything
else is compared without it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.code_version import code_version
from flows.errors import StageOrderError
from flows.settings import load_settings
from flows.steps.account_project import Standing, project_statement
from flows.steps.account_stock import stock_statement
from flows.steps.sources import kept_profile, kept_run
from flows.workspace import Run, open_registry
from geodata.dataset import MonitoringDataset, read_dataset
from mrv.confirmation import Confirmation
from mrv.profile import Profile
from mrv.statement import Statement
from registry.queries import confirmations
from registry.queries import statement as find_statement
from registry.store import Registry


@dataclass(frozen=True)
class Difference:
    """One place where the statement computed again says something else."""

    place: str
    """Path in the statement, e.g. ``lines[2] uncertainty_discount value``."""
    stored: str
    """What was registered; empty where there was nothing."""
    again: str
    """What is computed now; empty where there is nothing."""


@dataclass(frozen=True)
class Recomputed:
    """A statement beside itself, computed again."""

    statement_id: str
    """Statement."""
    digest: str
    """Digest registered."""
    digest_again: str
    """Digest of what is computed now, under the code version that was registered."""
    code_version: str
    """Version that made the statement."""
    code_version_now: str
    """Version that computed it again."""
    differences: tuple[Difference, ...]
    """Where they differ, the code version left aside."""

    @property
    def identical(self) -> bool:
        """Whether the bytes are the same, the code version left aside."""
        return self.digest == self.digest_again


def recompute(home: Path, statement_id: str, lang: str = "en") -> Recomputed:
    """Compute a statement of a home's registry again; nothing is written.

    Raises
    ------
    NotFound, DatasetError, StageOrderError
        The registry has no such statement, or what it was made from is not in the home folder.
    """
    settings = load_settings()
    with open_registry(home, settings) as registry:
        row = find_statement(registry, statement_id)
        stored = Statement.from_canonical(row["content"])
        standing = _standing(registry, stored)
    dataset = read_dataset(home / "datasets", stored.dataset_sha256)
    run = kept_run(home, settings, dataset, lang)
    again = _again(run, dataset, stored, standing)
    return compare(statement_id, stored, again)


def stored_statement(home: Path, statement_id: str) -> tuple[Statement, Profile]:
    """Return a registered statement and the profile that its digest names."""
    with open_registry(home, load_settings()) as registry:
        stored = Statement.from_canonical(find_statement(registry, statement_id)["content"])
    profile = kept_profile(home, stored.manifest_sha256, stored.profile_id, stored.profile_sha256)
    return stored, profile


def _again(run: Run, dataset: MonitoringDataset, stored: Statement, standing: Standing) -> Statement:
    profile = kept_profile(run.home, stored.manifest_sha256, stored.profile_id, stored.profile_sha256)
    if stored.kind == "county_stock":
        return stock_statement(run, dataset, profile, standing.confirmed)
    return project_statement(run, dataset, profile, standing)


def _standing(registry: Registry, stored: Statement) -> Standing:
    """Return what the registry knew when the statement was made, as the statement names it."""
    rows = {str(row["confirmation_id"]): row for row in confirmations(registry, stored.profile_sha256)}
    missing = [item for item in stored.confirmed if item.confirmation_id not in rows]
    if missing:
        raise StageOrderError("recompute-confirmation-missing", confirmation_id=missing[0].confirmation_id)
    confirmed = tuple(Confirmation.from_canonical(rows[item.confirmation_id]) for item in stored.confirmed)
    return Standing(confirmed, _rest(registry, stored))


def _rest(registry: Registry, stored: Statement) -> dict[str, Any] | None:
    named = [note.params["statement_id"] for note in stored.notes if note.rule == "claim-carried-in"]
    if not named:
        return None
    row = find_statement(registry, str(named[0]))
    lines = {line["term"]: float(line["value"]) for line in row["content"]["lines"]}
    copied = {name: row[name] for name in ("statement_id", "period_start", "period_end")}
    return {**copied, "carried_tco2e": lines["net_removals"]}


def compare(statement_id: str, stored: Statement, again: Statement) -> Recomputed:
    """Compare two statements in their canonical form, the code version left aside.

    Parameters
    ----------
    statement_id
        Statement.
    stored, again
        What was registered and what is computed now.
    """
    before, now = stored.canonical(), {**again.canonical(), "code_version": stored.code_version}
    text = json.dumps(now, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return Recomputed(
        statement_id=statement_id,
        digest=stored.digest,
        digest_again=hashlib.sha256(text.encode("utf-8")).hexdigest(),
        code_version=stored.code_version,
        code_version_now=code_version(),
        differences=tuple(_differences("", before, now)),
    )


def _differences(place: str, before: Any, now: Any) -> list[Difference]:
    if before == now:
        return []
    if isinstance(before, Mapping) and isinstance(now, Mapping):
        keys = sorted({*before, *now})
        return [
            d for key in keys for d in _differences(f"{place} {key}".strip(), before.get(key), now.get(key))
        ]
    if isinstance(before, list) and isinstance(now, list):
        pairs = _pairs(before, now)
        return [d for name, one, two in pairs for d in _differences(f"{place} [{name}]".strip(), one, two)]
    return [Difference(place, _text(before), _text(now))]


_NAMES = ("term", "stage", "domain", "quantity", "source", "year", "period", "rule", "check", "name")


def _pairs(before: list[Any], now: list[Any]) -> list[tuple[str, Any, Any]]:
    """Pair the items of two lists by what they are about, so that one item more does not shift the rest."""
    one, two = _named(before), _named(now)
    return [(name, one.get(name), two.get(name)) for name in [*one, *(n for n in two if n not in one)]]


def _named(items: list[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for item in items:
        words = (
            [str(item[key]) for key in _NAMES if item.get(key) is not None] if isinstance(item, dict) else []
        )
        base = " ".join(words) or (str(item) if isinstance(item, str) else "")
        name, count = base, 1
        while name in found:
            count += 1
            name = f"{base} {count}".strip()
        found[name] = item
    return found


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
