"""Which encoding the texts of a shapefile are in, by proof.

A ``.cpg`` is often wrong or missing, the language byte of a DBF mostly zero, and Latin-1 decodes anything. So
every candidate must decode all texts strictly, and what comes out must be plausible: in a Chinese layer the
characters beyond ASCII are those of everyday writing (GB 2312). Text that was spoilt before it was stored
(mojibake) decodes as well, and is refused for what it says.
"""

from __future__ import annotations

import codecs
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from geodata.errors import VectorError

Script = Literal["han", "any"]
Proof = Literal["stated", "cpg", "language-byte", "strict-utf-8", "strict-gb18030", "format", "ascii"]

LANGUAGE_BYTES: Final[Mapping[int, str]] = {
    0x4D: "gb18030",
    0x7A: "gb18030",
    0x4F: "big5",
    0x78: "big5",
    0x03: "cp1252",
    0x57: "cp1252",
}
"""Language byte of a DBF (offset 29) -> codec; others say nothing useful here."""
PLAUSIBLE_SHARE: Final = 0.75
"""Share of a field's characters beyond ASCII that must be everyday ones in a Chinese layer [1]: rare place
names fit, UTF-8 read as GB 18030 reaches about 0.6."""
SPOILT: Final = ("\ufffd", "锟斤拷", "烫烫烫", "屯屯屯")
"""What text looks like after it was decoded wrongly somewhere before."""


@dataclass(frozen=True, slots=True)
class RawText:
    """One text as it is stored."""

    row: int | None
    """Row in the person's own file (1 = headings); None for a heading."""
    field: str
    """Field it stands in, as far as it can be read."""
    content: bytes
    """The bytes."""


@dataclass(frozen=True, slots=True)
class EncodingProof:
    """An encoding, and why it is the right one."""

    encoding: str
    """Python's name of the codec."""
    proof: Proof
    """What pointed to it; in each case every text was decoded strictly with it."""


def find_encoding(
    source: str, texts: Sequence[RawText], candidates: Iterable[tuple[str, Proof]], script: Script
) -> EncodingProof:
    """Return the first candidate that decodes every text into something plausible.

    Parameters
    ----------
    source
        File name, for the error.
    texts
        All texts, headings included.
    candidates
        (encoding, what points to it), the best founded first.
    script
        ``han``: characters beyond ASCII must be everyday Chinese ones.

    Raises
    ------
    VectorError
        None decodes them all, or all that do give mojibake; the first bad text is named.

    Examples
    --------
    >>> name = [RawText(2, "XIANGNAME", "示范乡镇".encode("gbk"))]
    >>> find_encoding("a.shp", name, [("utf-8", "strict-utf-8"), ("gb18030", "strict-gb18030")], "han")
    EncodingProof(encoding='gb18030', proof='strict-gb18030')
    """
    if all(text.content.isascii() for text in texts):
        return EncodingProof("utf-8", "ascii")
    tried: list[str] = []
    undecoded: RawText | None = None
    spoilt: tuple[str, RawText] | None = None
    for encoding, proof in candidates:
        tried.append(f"{encoding} ({proof})")
        bad = _first_undecodable(texts, encoding)
        if bad is not None:
            undecoded = undecoded or bad
            continue
        strange = _first_strange(texts, encoding, script)
        if strange is None:
            return EncodingProof(encoding, proof)
        spoilt = spoilt or (encoding, strange)
    if spoilt is not None:
        raise _mojibake(source, *spoilt)
    row = undecoded.row if undecoded else None
    field = undecoded.field if undecoded else None
    raise VectorError("layer-encoding-unproven", file=source, tried=", ".join(tried), row=row, field=field)


def candidates_of(path: Path, stated: str | None) -> list[tuple[str, Proof]]:
    """Return the encodings a shapefile may be in, the best founded first.

    What the run file states is the only candidate: a person has looked.
    """
    if stated is not None:
        return [(_codec(path.name, stated), "stated")]
    found: list[tuple[str, Proof]] = []
    cpg = _sibling(path, ".cpg")
    if cpg is not None:
        named = _lookup(cpg.read_text("ascii", "replace").strip())
        found += [(named, "cpg")] if named else []
    dbf = _sibling(path, ".dbf")
    if dbf is not None:
        with dbf.open("rb") as stream:
            header = stream.read(30)
        named = LANGUAGE_BYTES.get(header[29]) if len(header) == 30 else None
        found += [(named, "language-byte")] if named else []
    return [*found, ("utf-8", "strict-utf-8"), ("gb18030", "strict-gb18030")]


def check_decoded(source: str, texts: Iterable[tuple[int, str, str]]) -> None:
    """Refuse text of a format that is always UTF-8 but was spoilt before it was written there.

    Parameters
    ----------
    source
        File name.
    texts
        (row, field, text).
    """
    for row, field, text in texts:
        if _is_spoilt(text):
            raise _mojibake(source, "utf-8", RawText(row, field, text.encode("utf-8")))


def _mojibake(source: str, encoding: str, text: RawText) -> VectorError:
    shown = text.content.decode(encoding, "replace")[:40]
    return VectorError(
        "layer-mojibake", file=source, encoding=encoding, row=text.row, field=text.field, value=shown
    )


def _first_undecodable(texts: Sequence[RawText], encoding: str) -> RawText | None:
    for text in texts:
        try:
            text.content.decode(encoding, "strict")
        except UnicodeDecodeError:
            return text
    return None


def _first_strange(texts: Sequence[RawText], encoding: str, script: Script) -> RawText | None:
    """Return the first text that makes the whole implausible, or None."""
    decoded = [text.content.decode(encoding) for text in texts]
    for text, content in zip(texts, decoded, strict=True):
        if _is_spoilt(content):
            return text
    return None if script == "any" else _first_unusual(texts, decoded)


def _first_unusual(texts: Sequence[RawText], decoded: Sequence[str]) -> RawText | None:
    """Return the first odd text of a field whose characters are too seldom everyday ones, or None."""
    good: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    first: dict[str, RawText] = {}
    for text, content in zip(texts, decoded, strict=True):
        everyday, count = _everyday(content)
        good[text.field] += everyday
        whole[text.field] += count
        if everyday < count:
            first.setdefault(text.field, text)
    return next((first[field] for field in first if good[field] < PLAUSIBLE_SHARE * whole[field]), None)


def _is_spoilt(text: str) -> bool:
    return any(mark in text for mark in SPOILT) or any(
        unicodedata.category(character) in {"Cc", "Cn", "Co"}
        for character in text
        if character not in "\t\r\n"
    )


def _everyday(text: str) -> tuple[int, int]:
    """Return (everyday characters, all characters) beyond ASCII.

    Everyday are the signs and the characters of GB 2312, without the accented Latin, Greek and Cyrillic
    letters it also has.

    >>> _everyday("示范乡镇01"), _everyday("绀鸿寖涔￠晣"), _everyday("Ê¾")
    ((4, 4), (4, 6), (0, 2))
    """
    good = whole = 0
    for character in text:
        if character.isascii():
            continue
        whole += 1
        try:
            lead = character.encode("gb2312")[0]
        except UnicodeEncodeError:
            continue
        good += 0xA1 <= lead <= 0xA3 or lead >= 0xB0
    return good, whole


def _sibling(path: Path, ending: str) -> Path | None:
    for candidate in (path.with_suffix(ending), path.with_suffix(ending.upper())):
        if candidate.is_file():
            return candidate
    return None


def _lookup(name: str) -> str | None:
    """Return Python's name of a codec, or None; GBK and its kin are read as GB18030, which holds them.

    >>> _lookup("936"), _lookup("UTF-8"), _lookup("nonsense")
    ('gb18030', 'utf-8', None)
    """
    text = name.strip().lower().replace("ansi ", "").replace("oem ", "")
    if text in {"936", "cp936", "ms936", "gbk", "gb2312", "gb18030"}:
        return "gb18030"
    try:
        return codecs.lookup(f"cp{text}" if text.isdigit() else text).name
    except LookupError:
        return None


def _codec(source: str, name: str) -> str:
    found = _lookup(name)
    if found is None:
        raise VectorError("layer-encoding-unknown", file=source, encoding=name)
    return found
