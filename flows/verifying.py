"""Prove that a registry is what it was: against its own journal and the checkpoint kept outside."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.settings import Settings, load_settings
from flows.workspace import checkpoint_dir, open_registry
from mrv.findings import Finding
from registry.journal import CHECKPOINT_FILE
from registry.messages import LANGUAGES, render
from registry.queries import journal
from registry.store import Registry
from registry.verification import verify


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verification saw."""

    findings: tuple[Finding, ...]
    """Empty when the registry is intact."""
    external: bool
    """Whether there was a checkpoint kept outside to compare with."""
    leaves: int
    """Number of leaves of the journal."""
    root: str
    """Root of the Merkle tree, hexadecimal."""

    def as_json(self) -> dict[str, Any]:
        """Return the verdict as plain values, its sentences in every language."""
        return {
            "intact": not self.findings,
            "external_checkpoint": self.external,
            "leaves": self.leaves,
            "root": self.root,
            "findings": [
                {
                    "rule": finding.rule,
                    "table": finding.source,
                    "row": finding.value,
                    "message": {lang: render(finding, lang) for lang in LANGUAGES},
                }
                for finding in self.findings
            ],
        }


def verify_open(registry: Registry, home: Path, settings: Settings) -> list[Finding]:
    """Return the findings of a registry that is open."""
    return verify(registry, checkpoint_dir(home, settings))


def verify_home(home: Path, external: Path | None = None) -> Verdict:
    """Verify the registry of a home folder against the checkpoint kept outside."""
    settings = load_settings()
    folder = external or checkpoint_dir(home, settings)
    # looked at before the registry is opened, since opening writes a checkpoint that a crash kept back
    kept = folder.is_file() or (folder / CHECKPOINT_FILE).exists()
    with open_registry(home, settings) as registry:
        found = verify(registry, folder if kept else None)
        state = journal(registry)
    errors = tuple(finding for finding in found if finding.severity == "error")
    return Verdict(errors, kept, state.tree_size, state.root)
