"""What a report is built of: sections of paragraphs, tables, figures and lists.

One document is built from `ReportData`; the HTML page and the PDF both print it, so that they
cannot say different things. Blocks hold no numbers, only finished labels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from registry.reports.label import Edition, Label

Tone = Literal["", "quiet", "info", "warning", "error", "good"]
"""How a block or a badge is coloured; the words say the same without colour."""


@dataclass(frozen=True, slots=True)
class Column:
    """Heading of a table's column."""

    heading: Label
    """Name."""
    unit: str = ""
    """Unit of the numbers below; empty for text and for pure numbers."""
    kind: Literal["text", "number", "code"] = "text"
    """Numbers stand right in tabular figures, codes in a fixed width."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table."""

    cells: tuple[Label, ...]
    """As many as there are columns."""
    strong: bool = False
    """True for a total."""
    tone: Tone = ""
    """Colour of its first cell."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its caption."""

    name: str
    """Identifier, for links and tests."""
    caption: Label
    """What it shows."""
    columns: tuple[Column, ...]
    """Headings."""
    rows: tuple[Row, ...]
    """Rows, in order."""
    note: Label | None = None
    """What to know when reading it."""
    kind: Literal["table"] = "table"
    """Tells the templates what it is."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A sentence or a notice."""

    text: Label
    """The words."""
    tone: Tone = ""
    """Plain, or a notice."""
    kind: Literal["paragraph"] = "paragraph"
    """Tells the templates what it is."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a section."""

    text: Label
    """The words."""
    kind: Literal["heading"] = "heading"
    """Tells the templates what it is."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A place for a picture that was drawn beforehand."""

    name: str
    """Key of the picture among those drawn."""
    caption: Label
    """What it shows."""
    kind: Literal["figure"] = "figure"
    """Tells the templates what it is."""


@dataclass(frozen=True, slots=True)
class Term:
    """A name and what stands beside it."""

    name: Label
    """The name."""
    value: Label
    """A text or a digest."""
    code: bool = False
    """True for a digest or a version."""


@dataclass(frozen=True, slots=True)
class Terms:
    """A list of names and values."""

    entries: tuple[Term, ...]
    """In order."""
    kind: Literal["terms"] = "terms"
    """Tells the templates what it is."""


Block = Table | Paragraph | Heading | Figure | Terms


@dataclass(frozen=True, slots=True)
class Badge:
    """A short state, such as "done"."""

    text: Label
    """The words."""
    tone: Tone
    """Its colour."""


@dataclass(frozen=True, slots=True)
class Section:
    """A chapter of the report."""

    name: str
    """Identifier, for links and tests."""
    title: Label
    """Heading."""
    blocks: tuple[Block, ...]
    """What it holds."""
    badge: Badge | None = None
    """State of the stage."""
    number: str = ""
    """Number of the stage; empty for the appendices."""
    own_page: bool = False
    """Whether it begins a page of its own in print."""


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One of the figures at the head of the report."""

    question: Label
    """The question it answers."""
    value: Label
    """The number."""
    unit: str
    """Its unit."""
    detail: Label
    """Interval, year, basis."""


@dataclass(frozen=True, slots=True)
class Step:
    """One stage in the strip under the key figures."""

    title: Label
    """Name of the stage."""
    badge: Badge
    """How far it went."""
    reason: Label | None
    """Why it is not done."""


@dataclass(frozen=True, slots=True)
class Document:
    """The whole report, ready to print."""

    edition: Edition
    """Language."""
    title: Label
    """Name of the county and kind of report."""
    subtitle: Label
    """Code and day."""
    running_head: Label
    """Line at the head of each printed page."""
    watermark: Label | None
    """Words on every page for simulated data."""
    notices: tuple[Paragraph, ...]
    """What must be known before reading."""
    key_figures: tuple[KeyFigure, ...]
    """Figures at the head."""
    steps: tuple[Step, ...]
    """The five stages."""
    sections: tuple[Section, ...]
    """Chapters."""

    @property
    def tables(self) -> tuple[Table, ...]:
        """All tables, in order."""
        return tuple(b for section in self.sections for b in section.blocks if isinstance(b, Table))
