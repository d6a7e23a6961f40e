"""Blocks: each kind is told apart, and a document lists its tables."""

from __future__ import annotations

from typing import get_args

from registry.reports.blocks import Block, Document, Heading, Paragraph, Section, Table
from registry.reports.label import Label


def test_each_kind_of_block_has_its_own_name() -> None:
    kinds = [kind.__dataclass_fields__["kind"].default for kind in get_args(Block)]
    assert sorted(kinds) == ["figure", "heading", "paragraph", "table", "terms"]


def test_tables_in_order_of_the_chapters() -> None:
    blank = Label("")
    one, two = (Table(name, blank, (), ()) for name in ("one", "two"))
    sections = (
        Section("a", blank, (Paragraph(blank), one)),
        Section("b", blank, (Heading(blank), two)),
    )
    document = Document("both", blank, blank, blank, None, (), (), (), sections)
    assert document.tables == (one, two)
