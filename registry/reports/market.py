"""Rows of a report that the registry fills: statements, units, trades, pledges, values.

Quantities are whole t CO2e, money is in fen (0.01 CNY), serial numbers are printed inclusive.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from registry.reports.label import Label


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A statement of the account stage."""

    kind: Literal["county_stock", "project_removals"]
    """Which of the two tracks."""
    digest: str
    """SHA-256 of its canonical form."""
    period_start_date: date
    """First day."""
    period_end_date: date
    """Last day."""
    claim_tco2e: int
    """What is claimed; 0 for county stock."""
    state: Literal["submitted", "verified", "rejected"]
    """Where it stands."""
    maker: str = ""
    """Identity that submitted it."""


@dataclass(frozen=True, slots=True)
class VerificationRow:
    """The opinion of an independent body on a statement."""

    statement_digest: str
    """Statement it is about."""
    verifier: str
    """Identity that gave it."""
    opinion: Literal["verified", "rejected"]
    """The opinion."""
    quantity_tco2e: int
    """Quantity verified."""
    effective_date: date
    """Day it holds from."""
    remark: str = ""
    """The verifier's own words."""


@dataclass(frozen=True, slots=True)
class IssuedBlock:
    """One block of serial numbers."""

    vintage_year: int
    """Year in which the removals arose."""
    quantity_tco2e: int
    """Units in the block."""
    serial_first: str
    """First serial number."""
    serial_last: str
    """Last serial number, included."""
    issued_date: date
    """Day of issuance."""


@dataclass(frozen=True, slots=True)
class UnitTotals:
    """Units by state on the day of the report [t CO2e]."""

    issued: int
    """Ever issued."""
    tradable: int
    """Held, and neither listed, pledged nor otherwise bound."""
    listed: int
    """Held for an offer."""
    pledged: int
    """Bound by a pledge."""
    retired: int
    """Retired for good."""


@dataclass(frozen=True, slots=True)
class ListingRow:
    """An offer of units."""

    code: str
    """Identifier."""
    seller: str
    """Who offers."""
    quantity_tco2e: int
    """Units offered."""
    price_fen_per_t: int
    """Price asked [fen per t CO2e]."""
    listed_date: date
    """Day of the offer."""
    state: Literal["open", "filled", "partly_filled", "withdrawn"]
    """Where it stands."""


@dataclass(frozen=True, slots=True)
class TradeRow:
    """A trade, and when both legs were settled."""

    code: str
    """Identifier."""
    seller: str
    """Who sold."""
    buyer: str
    """Who bought."""
    quantity_tco2e: int
    """Units traded."""
    price_fen_per_t: int
    """Price [fen per t CO2e]."""
    amount_fen: int
    """Money paid [fen]."""
    trade_date: date
    """Day of the trade."""
    settled_date: date | None
    """Day both legs were settled; None while they are not."""


@dataclass(frozen=True, slots=True)
class RetirementCertificate:
    """A certificate of retirement, as the ledger has it."""

    certificate_code: str
    """Number of the certificate."""
    holder: str
    """Who retired."""
    beneficiary: str
    """For whom."""
    purpose: Label
    """What for."""
    quantity_tco2e: int
    """Units retired: the sum of the blocks."""
    serials: tuple[str, ...]
    """Blocks, each as first to last serial number."""
    retired_date: date
    """Day of retirement."""


@dataclass(frozen=True, slots=True)
class PledgeRow:
    """A pledge of units to a lender."""

    code: str
    """Identifier."""
    pledgor: str
    """Who pledged."""
    lender: str
    """To whom."""
    quantity_tco2e: int
    """Units bound."""
    start_date: date
    """First day."""
    state: Literal["active", "released", "enforced"]
    """Where it stands."""
    loan_fen: int | None = None
    """Loan secured [fen]."""
    end_date: date | None = None
    """Day of release, or the day it is due."""


@dataclass(frozen=True, slots=True)
class ValuationRow:
    """A value between low and high."""

    basis: str
    """Identifier: units, county_stock, ..."""
    label: Label
    """What is valued, and how."""
    low_fen: int
    """Low case [fen]."""
    base_fen: int
    """Base case [fen]."""
    high_fen: int
    """High case [fen]."""
    quantity_tco2e: float | None = None
    """Quantity valued [t CO2e]."""
    hypothetical: bool = False
    """True when what is valued cannot be sold (county stock)."""


@dataclass(frozen=True, slots=True)
class PricePoint:
    """One price."""

    day_date: date
    """Day."""
    price_fen_per_t: int
    """Price [fen per t CO2e]."""
    venue: str
    """Where it was paid."""
