"""What a report says: one frozen value with all that the five stages found.

Plain values only: no session, no engine, no frame. Quantities are in SI units (ha, m3, t, t C,
t CO2e), money in fen (0.01 CNY). Empty tuples and None mean "there is none", and the report
then says so or leaves the part out; nothing is invented.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from geodata.manifest import ManifestFile
from registry.messages import Ruled
from registry.reports.budget import BudgetRow
from registry.reports.label import Edition, Label
from registry.reports.market import (
    IssuedBlock,
    ListingRow,
    PledgeRow,
    PricePoint,
    RetirementCertificate,
    StatementRow,
    TradeRow,
    UnitTotals,
    ValuationRow,
    VerificationRow,
)
from registry.reports.measures import (
    AdjustedArea,
    ClassArea,
    DisturbanceRow,
    EstimateRow,
    FindingLike,
    Transition,
    WaterfallLine,
)
from registry.reports.parcels import AuditPage, ParcelReport

StageName = Literal["monitor", "account", "trade", "finance", "supervise"]
StageState = Literal["done", "awaiting", "not_applicable", "failed"]
DutyState = Literal["due", "done", "late", "not_applicable", "undetermined"]

STAGES: tuple[StageName, ...] = ("monitor", "account", "trade", "finance", "supervise")
"""The five stages, in the order of the chain."""

__all__ = [
    "STAGES",
    "AdjustedArea",
    "BudgetRow",
    "ClassArea",
    "DisturbanceRow",
    "DutyRow",
    "DutyState",
    "Edition",
    "EstimateRow",
    "FindingLike",
    "IssuedBlock",
    "Label",
    "ListingRow",
    "ManifestFile",
    "PledgeRow",
    "PricePoint",
    "Provenance",
    "RegistrySeal",
    "Remark",
    "ReportData",
    "RetirementCertificate",
    "StageName",
    "StageState",
    "StageStatus",
    "StatementRow",
    "TradeRow",
    "Transition",
    "UnitTotals",
    "ValuationRow",
    "VerificationRow",
    "WaterfallLine",
]


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence of the catalogue with its parameters; any object with rule and params serves."""

    rule: str
    """Key of the message catalogue."""
    params: Mapping[str, str | int | float] = field(default_factory=dict)
    """What the sentence names."""


@dataclass(frozen=True, slots=True)
class StageStatus:
    """How far one stage went."""

    stage: StageName
    """Which of the five."""
    state: StageState
    """Done; awaiting a person's decision; not applicable; failed."""
    reason: Ruled | None = None
    """Why it is not done, or what is awaited and from whom."""


@dataclass(frozen=True, slots=True)
class DutyRow:
    """One duty of the list of duties (责任清单)."""

    code: str
    """Identifier of the duty."""
    label: Label
    """What is to be done."""
    responsible: Label
    """Role that has to do it."""
    due_date: date | None
    """Last day; None when it has none."""
    state: DutyState
    """Where it stands on the day of the report; undetermined where no calendar covers it."""
    done_date: date | None = None
    """Day it was done."""


@dataclass(frozen=True, slots=True)
class RegistrySeal:
    """State of the registry's journal when the report was made."""

    root_sha256: str
    """Root of the RFC 9162 Merkle tree."""
    tree_size: int
    """Number of transactions sealed."""
    checkpoint_fingerprint: str
    """Fingerprint of the signed checkpoint, to compare with a copy kept elsewhere."""
    verified: bool | None = None
    """Result of the registry's own verification; None when it was not run."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """From what, by what and under which rules the figures were made."""

    profile_id: str
    """Methodology profile."""
    profile_version: str
    """Version of the profile."""
    profile_sha256: str
    """Digest of the profile."""
    code_version: str
    """Version of the product."""
    manifest_sha256: str
    """Digest of the manifest of input files."""
    dataset_sha256: str = ""
    """Digest of the monitoring dataset."""
    statement_sha256: str = ""
    """Digest of the statement; empty when none was made."""
    seed: int | None = None
    """Seed of a simulation; None for measured data."""


@dataclass(frozen=True, slots=True)
class ReportData:
    """All that one report says about one county on one day."""

    county_code: str
    """Administrative code, or the identifier of the area."""
    county_name: Label
    """Name of the county or area."""
    as_of: date
    """Day for which the report holds."""
    simulated: bool
    """True for data of the generator; the report then says so on every page and figure."""
    provenance: Provenance
    """Digests and versions."""
    stages: tuple[StageStatus, ...]
    """One for each of `STAGES`; a missing one counts as not applicable."""
    demonstration_programme: Label | None = None
    """Name of the programme if it is a demonstration one, whose units have no legal force."""
    identities_asserted: bool = True
    """True while identities are only stated, not proven by a sign-in."""

    manifest: tuple[ManifestFile, ...] = ()
    """Input files."""
    class_areas: tuple[ClassArea, ...] = ()
    """Land cover by domain, year and class, with pixel counts."""
    adjusted_areas: tuple[AdjustedArea, ...] = ()
    """Areas adjusted for map error from a reference sample, with intervals."""
    overall_accuracy_frac: float | None = None
    """Overall accuracy of the map [fraction of area]."""
    transition_years: tuple[int, int] | None = None
    """First and last year of `transitions`."""
    transitions: tuple[Transition, ...] = ()
    """Area that went from each class to each class."""
    disturbances: tuple[DisturbanceRow, ...] = ()
    """Disturbed area by year and kind."""

    estimates: tuple[EstimateRow, ...] = ()
    """Estimates with their standard errors, of all stages."""
    project_name: Label | None = None
    """The project, where there is one."""
    project_lines: tuple[WaterfallLine, ...] = ()
    """Accounting of the project, from gross change to the claim."""
    parcels: ParcelReport | None = None
    """Stock of the parcels, held to the plots; None where no parcel is modelled."""
    audits: tuple[AuditPage, ...] = ()
    """Self-audit of each statement."""
    budget: tuple[BudgetRow, ...] = ()
    """Uncertainty of the main estimates by source."""

    statements: tuple[StatementRow, ...] = ()
    """Statements of the run."""
    verifications: tuple[VerificationRow, ...] = ()
    """Opinions of the verifier."""
    issued_blocks: tuple[IssuedBlock, ...] = ()
    """Serial blocks by vintage."""
    units: UnitTotals | None = None
    """Units by state; None when nothing was issued."""
    listings: tuple[ListingRow, ...] = ()
    """Offers."""
    trades: tuple[TradeRow, ...] = ()
    """Trades with their settlement."""
    retirements: tuple[RetirementCertificate, ...] = ()
    """Certificates of retirement."""
    pledges: tuple[PledgeRow, ...] = ()
    """Pledges of units."""
    valuations: tuple[ValuationRow, ...] = ()
    """Values, low to high."""
    prices: tuple[PricePoint, ...] = ()
    """Price series that the valuation used."""

    findings: tuple[FindingLike, ...] = ()
    """What the checks of all stages found."""
    duties: tuple[DutyRow, ...] = ()
    """List of duties on the day of the report."""
    unverified_parameters: tuple[str, ...] = ()
    confirmed_parameters: tuple[tuple[str, str, str, str], ...] = ()
    """Name, clause, party and confirmation of each value that was confirmed against the official text."""
    """Parameters of the profile that nobody has checked against the official text."""
    notes: tuple[Ruled, ...] = ()
    """Remarks on method and data."""
    seal: RegistrySeal | None = None
    """State of the registry's journal."""
