"""Values that enter and leave the registry: frozen, plain, with units in their names.

Units are whole tonnes of CO2 equivalent (1 unit = 1 t CO2e), money is in fen (0.01 CNY),
areas are whole square metres. Serial ranges are half-open [lo, hi) and printed inclusive.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from mrv.findings import Finding

CASH_LOT = "CNY"
"""The lot under which postings and balances of money stand, in fen."""

PartyKind = Literal[
    "village_collective", "household", "state_farm", "company", "trader", "lender", "insurer",
    "verifier", "bureau", "exchange", "supervisor", "system",
]  # fmt: skip
"""村集体 农户 国有林场 企业 交易主体 银行 保险机构 审定核查机构 林业主管部门 交易机构 监管部门 登记系统."""

AccountKind = Literal["holding", "trading", "project_issuance", "retirement", "cancellation", "external"]
"""Accounts that people own (holding, trading) and the system's own."""

Opinion = Literal["verified", "rejected"]
Purpose = Literal["voluntary", "ets_surrender", "event_neutrality", "corporate_offset", "public_good"]
"""Use of a retirement (Measures for voluntary reductions, article 28)."""


@dataclass(frozen=True, slots=True)
class Context:
    """Who asks, for which day, under which idempotency key."""

    actor: str
    """Identity that acts. It is only asserted: there is no sign-in yet."""
    effective_at: date
    """Day for which the act holds; the clock's time is recorded beside it."""
    key: str
    """Idempotency key. The same key with the same request gives the stored answer."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Answer of a use case."""

    use_case: str
    """Name of the verb."""
    key: str
    """Idempotency key it was asked under."""
    result: Mapping[str, Any]
    """The stored answer: plain JSON values."""
    replayed: bool
    """True when the answer was stored before and nothing was written now."""
    rows_written: int
    """Rows inserted or changed by this call; 0 for a replay."""
    findings: tuple[Finding, ...] = ()
    """What deserves attention though the request was accepted."""


@dataclass(frozen=True, slots=True)
class PartyRecord:
    """A person or body that may hold rights or act."""

    party_code: str
    kind: PartyKind
    name: str
    identity_no: str
    """Unified social credit code or number of an identity document."""
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class ParcelRecord:
    """A sub-compartment (小班) as the registry holds it."""

    parcel_id: str
    county_code: str
    area_m2: int
    valid_from: date
    geometry: bytes | None = None
    """Well-known binary in `crs`; None where only an area is known."""
    crs: str | None = None
    bbox_m: tuple[float, float, float, float] | None = None
    """West, south, east, north in the units of `crs` [m]."""
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class RightShare:
    """Part of a right that one party holds."""

    party_code: str
    numerator: int
    denominator: int


@dataclass(frozen=True, slots=True)
class RightApplication:
    """Application to have a right on a parcel confirmed (确权申请)."""

    certificate_no: str
    parcel_id: str
    kind: str
    """Kind of right, e.g. 林木所有权 or 碳汇收益权."""
    shares: tuple[RightShare, ...]
    valid_from: date
    valid_to: date
    """First day on which the right no longer holds."""
    evidence_sha256: str


@dataclass(frozen=True, slots=True)
class ProjectRecord:
    """A project that may claim removals on parcels whose rights are confirmed."""

    project_code: str
    name: str
    programme_id: str
    methodology: str
    proponent: str
    """Party code of the owner (业主)."""
    county_code: str
    start_date: date
    crediting_start: date
    crediting_end: date
    """First day after the crediting period."""
    right_kind: str
    """Kind of right the claim rests on, e.g. 碳汇收益权."""
    parcel_ids: tuple[str, ...]
    claim_kind: str = "removals"
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class FileRecord:
    """An input file by its content."""

    role: str
    name: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class DatasetRecord:
    """A monitoring dataset, addressed by its content."""

    dataset_sha256: str
    county_code: str
    as_of: date
    manifest_sha256: str
    files: tuple[FileRecord, ...]
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class ConfirmationRequest:
    """A value of a methodology that the actor read in the official text."""

    profile_id: str
    profile_sha256: str
    """Digest of the profile that was looked at."""
    name: str
    """Name of the entry, as ``tanhui methodology show`` gives it."""
    value_sha256: str
    """Digest of the value that was looked at."""
    clause: str
    """Clause of the official text."""
    evidence_sha256: str
    """Digest of what was read: a copy of the text, a photograph of the page."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class PriceQuote:
    """A price seen at a venue on a day."""

    venue: str
    quote_date: date
    price_fen_per_t: int
    source_sha256: str
    note: str = ""
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class ValuationRecord:
    """A value of stock, units or a pledge, with what it was computed from."""

    subject_kind: Literal["county_stock", "units", "pledge", "project"]
    subject_id: str
    as_of: date
    method: str
    inputs_sha256: str
    low_fen: int
    mid_fen: int
    high_fen: int
    parameters: Mapping[str, str] = field(default_factory=dict)
    """Parameters of the method as text, decimals with their unit in the name."""


@dataclass(frozen=True, slots=True)
class DutyRecord:
    """A duty of the responsibility list (责任清单) and where it stands."""

    duty_id: str
    county_code: str
    stage: str
    responsible: str
    due_date: date
    status: str
    """open, done or overdue."""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Retirement:
    """For whom and for what units are retired."""

    beneficiary_name: str
    beneficiary_id: str
    purpose: Purpose
    period_start: date | None = None
    period_end: date | None = None


@dataclass(frozen=True, slots=True)
class PledgeTerms:
    """Terms of a pledge of units."""

    secured_party: str
    """Party code of the lender."""
    amount_fen: int
    filing_no: str
    """Number in the movable property financing register (动产融资统一登记公示系统)."""
    ends_on: date
