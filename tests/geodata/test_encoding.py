"""Encodings are proven, not guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

from geodata.encoding import EncodingProof, RawText, candidates_of, check_decoded, find_encoding
from geodata.errors import VectorError

UTF8_THEN_GBK = [("utf-8", "strict-utf-8"), ("gb18030", "strict-gb18030")]
NAMES = ("示范乡镇01", "界头铺镇", "鹤龙湖镇", "垸")


def raw(texts: tuple[str, ...], encoding: str) -> list[RawText]:
    return [RawText(row, "XIANGNAME", text.encode(encoding)) for row, text in enumerate(texts, start=2)]


@pytest.mark.parametrize(("stored", "found"), [("gbk", "gb18030"), ("utf-8", "utf-8")])
def test_the_stored_encoding_is_found(stored: str, found: str) -> None:
    assert find_encoding("a.shp", raw(NAMES, stored), UTF8_THEN_GBK, "han").encoding == found


def test_a_wrong_cpg_is_not_believed() -> None:
    """Even lengths of UTF-8 decode as GB 18030, but into characters nobody writes."""
    texts = raw(("示范乡镇", "模拟数据"), "utf-8")
    candidates = [("gb18030", "cpg"), ("latin-1", "cpg"), *UTF8_THEN_GBK]
    assert find_encoding("a.shp", texts, candidates, "han") == EncodingProof("utf-8", "strict-utf-8")


def test_ascii_needs_no_proof() -> None:
    assert find_encoding("a.shp", raw(("Tongue",), "ascii"), [], "han").proof == "ascii"


def test_what_nothing_decodes_is_refused_with_its_row() -> None:
    texts = [*raw(("示范",), "gbk"), RawText(9, "CUNNAME", b"\xff\xff")]
    with pytest.raises(VectorError) as refused:
        find_encoding("a.shp", texts, [("gb18030", "strict-gb18030")], "han")
    assert refused.value.rule == "layer-encoding-unproven"
    assert (refused.value.params["row"], refused.value.params["field"]) == (9, "CUNNAME")


@pytest.mark.parametrize("spoilt", ["妯℃嫙鏁版嵁", "锟斤拷", "Ê¾·¶"])
def test_text_that_was_spoilt_before_is_refused(spoilt: str) -> None:
    with pytest.raises(VectorError) as refused:
        find_encoding("a.shp", raw(("XX", spoilt), "utf-8"), UTF8_THEN_GBK[:1], "han")
    assert refused.value.rule == "layer-mojibake"
    assert (refused.value.params["row"], refused.value.params["value"]) == (3, spoilt)


def test_other_scripts_are_left_alone_where_the_scheme_says_so() -> None:
    assert find_encoding("a.shp", raw(("Réserve",), "utf-8"), UTF8_THEN_GBK, "any").encoding == "utf-8"


def test_candidates_come_from_the_files_beside(tmp_path: Path) -> None:
    layer = tmp_path / "a.shp"
    header = bytearray(32)
    header[29] = 0x4D
    (tmp_path / "a.dbf").write_bytes(bytes(header))
    (tmp_path / "a.cpg").write_text("936")
    assert candidates_of(layer, None) == [("gb18030", "cpg"), ("gb18030", "language-byte"), *UTF8_THEN_GBK]
    assert candidates_of(layer, "GBK") == [("gb18030", "stated")]


def test_a_stated_encoding_must_exist(tmp_path: Path) -> None:
    with pytest.raises(VectorError, match="layer-encoding-unknown"):
        candidates_of(tmp_path / "a.shp", "no-such")


def test_a_cpg_that_says_nothing_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a.cpg").write_text("?!")
    assert candidates_of(tmp_path / "a.shp", None) == UTF8_THEN_GBK


def test_formats_that_are_always_utf8_are_looked_at_as_well() -> None:
    check_decoded("a.gpkg", [(2, "BZ", "模拟数据")])
    with pytest.raises(VectorError, match="layer-mojibake"):
        check_decoded("a.gpkg", [(2, "BZ", "\ufffd\ufffd")])
