"""The frozen result of accounting: a statement, its canonical form and its digest.

A statement holds no clock and no random id: the same inputs, profile and code give the same
digest. Numbers are written as text with the decimals declared for their unit, so that a stored
statement can be read back (`Statement.from_canonical`) and gives the digest it was stored under.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from mrv.confirmation import Confirmation
from mrv.errors import StatementError
from mrv.statement_items import AccountLine, AuditItem, BudgetItem, DomainEstimate, Note, VintageQuantity

SCHEMA: Final = "tanhui/statement/1"
Kind = Literal["county_stock", "project_removals"]
Purpose = Literal["demo", "inventory", "registration"]


@dataclass(frozen=True, slots=True)
class StatementHeader:
    """Who, when and from what a statement is made; given by the run."""

    county_code: str
    """Code of the county or forest."""
    project_code: str | None
    """Code of the project; None for a county stock."""
    period_start: date
    """First day of the monitoring period (of a stock: the day it holds for)."""
    period_end: date
    """Last day of the monitoring period, included."""
    as_of: date
    """Date for which the run was asked."""
    manifest_sha256: str
    """Digest of the manifest of input files."""
    dataset_sha256: str
    """Digest of the monitoring data set."""
    code_version: str
    """Version of this software."""
    seed: int | None
    """Seed of simulated input; None for real input."""
    purpose: Purpose
    """What the statement may be used for."""
    simulated: bool
    """Whether the input is simulated data."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What was accounted, by which profile, from which inputs. Immutable."""

    kind: Kind
    """``county_stock`` (never tradable) or ``project_removals``."""
    header: StatementHeader
    """Who, when and from what."""
    profile_id: str
    """Methodology profile."""
    profile_version: str
    """Its version."""
    profile_sha256: str
    """Its digest."""
    estimates: tuple[DomainEstimate, ...]
    """Estimates with their intervals."""
    lines: tuple[AccountLine, ...] = ()
    """The account, in the profile's order; empty for a stock."""
    claim_tco2e: int = 0
    """Whole t CO2e claimed; 0 for a stock."""
    vintages: tuple[VintageQuantity, ...] = ()
    """The claim by calendar year; sums to `claim_tco2e`."""
    notes: tuple[Note, ...] = ()
    """What the reader must know."""
    unverified: tuple[str, ...] = ()
    """Parameters of the profile and tables that nobody has confirmed."""
    budget: tuple[BudgetItem, ...] = ()
    """Uncertainty of the main estimates by source."""
    audit: tuple[AuditItem, ...] = ()
    """What the statement finds when it audits itself."""
    confirmed: tuple[Confirmation, ...] = ()
    """Values of the profile that people confirmed against the official text."""

    def __post_init__(self) -> None:
        """Refuse vintages that do not add up to the claim."""
        total = sum(vintage.quantity_tco2e for vintage in self.vintages)
        if total != self.claim_tco2e:
            raise StatementError("vintages-do-not-add-up", claim_tco2e=self.claim_tco2e, vintages_tco2e=total)

    @property
    def county_code(self) -> str:
        """Code of the county or forest."""
        return self.header.county_code

    @property
    def project_code(self) -> str | None:
        """Code of the project; None for a county stock."""
        return self.header.project_code

    @property
    def period_start(self) -> date:
        """First day of the monitoring period."""
        return self.header.period_start

    @property
    def period_end(self) -> date:
        """Last day of the monitoring period."""
        return self.header.period_end

    @property
    def as_of(self) -> date:
        """Date for which the run was asked."""
        return self.header.as_of

    @property
    def manifest_sha256(self) -> str:
        """Digest of the manifest of input files."""
        return self.header.manifest_sha256

    @property
    def dataset_sha256(self) -> str:
        """Digest of the monitoring data set."""
        return self.header.dataset_sha256

    @property
    def code_version(self) -> str:
        """Version of the software."""
        return self.header.code_version

    @property
    def seed(self) -> int | None:
        """Seed of simulated input."""
        return self.header.seed

    @property
    def purpose(self) -> Purpose:
        """What the statement may be used for."""
        return self.header.purpose

    @property
    def simulated(self) -> bool:
        """Whether the input is simulated data."""
        return self.header.simulated

    def canonical(self) -> dict[str, Any]:
        """Return the statement as maps, lists, text, integers and truth values only."""
        header = self.header
        # written only where there is one: a statement without confirmations keeps its bytes
        confirmed = [item.canonical() for item in self.confirmed]
        return {
            **({"confirmed": confirmed} if confirmed else {}),
            "schema": SCHEMA,
            "kind": self.kind,
            "county_code": header.county_code,
            "project_code": header.project_code,
            "period_start": header.period_start.isoformat(),
            "period_end": header.period_end.isoformat(),
            "as_of": header.as_of.isoformat(),
            "profile_id": self.profile_id,
            "profile_version": self.profile_version,
            "profile_sha256": self.profile_sha256,
            "manifest_sha256": header.manifest_sha256,
            "dataset_sha256": header.dataset_sha256,
            "code_version": header.code_version,
            "seed": header.seed,
            "purpose": header.purpose,
            "simulated": header.simulated,
            "estimates": [estimate.canonical() for estimate in self.estimates],
            "lines": [line.canonical() for line in self.lines],
            "claim_tco2e": self.claim_tco2e,
            "vintages": [{"year": v.year, "quantity_tco2e": v.quantity_tco2e} for v in self.vintages],
            "notes": [note.canonical() for note in self.notes],
            "unverified": list(self.unverified),
            "budget": [item.canonical() for item in self.budget],
            "audit": [item.canonical() for item in self.audit],
        }

    @property
    def canonical_text(self) -> str:
        """The canonical form as one JSON text, keys sorted and no spaces (in the manner of RFC 8785)."""
        return json.dumps(self.canonical(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical text as 64 hexadecimal digits."""
        return hashlib.sha256(self.canonical_text.encode("utf-8")).hexdigest()

    @classmethod
    def from_canonical(cls, data: Mapping[str, Any]) -> Statement:
        """Read a stored statement back; its digest is that of the statement stored.

        Parameters
        ----------
        data
            What `canonical` returned, after a journey through JSON if need be.
        """
        if data.get("schema") != SCHEMA:
            raise StatementError("statement-schema", schema=str(data.get("schema")), expected=SCHEMA)
        try:
            return cls(
                kind=data["kind"],
                header=_header_from(data),
                profile_id=data["profile_id"],
                profile_version=data["profile_version"],
                profile_sha256=data["profile_sha256"],
                estimates=tuple(DomainEstimate.from_canonical(item) for item in data["estimates"]),
                lines=tuple(AccountLine(i["term"], float(i["value"]), i["unit"]) for i in data["lines"]),
                claim_tco2e=data["claim_tco2e"],
                vintages=tuple(VintageQuantity(v["year"], v["quantity_tco2e"]) for v in data["vintages"]),
                notes=tuple(Note(note["rule"], note["params"]) for note in data["notes"]),
                unverified=tuple(data["unverified"]),
                budget=tuple(BudgetItem.from_canonical(item) for item in data["budget"]),
                audit=tuple(AuditItem.from_canonical(item) for item in data["audit"]),
                confirmed=tuple(Confirmation.from_canonical(item) for item in data.get("confirmed", ())),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise StatementError("statement-unreadable", detail=str(error)) from error


def _header_from(data: Mapping[str, Any]) -> StatementHeader:
    return StatementHeader(
        county_code=data["county_code"],
        project_code=data["project_code"],
        period_start=date.fromisoformat(data["period_start"]),
        period_end=date.fromisoformat(data["period_end"]),
        as_of=date.fromisoformat(data["as_of"]),
        manifest_sha256=data["manifest_sha256"],
        dataset_sha256=data["dataset_sha256"],
        code_version=data["code_version"],
        seed=data["seed"],
        purpose=data["purpose"],
        simulated=data["simulated"],
    )
