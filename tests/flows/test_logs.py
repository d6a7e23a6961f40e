"""The log: JSON lines, with no secret in them."""

from __future__ import annotations

import json
from pathlib import Path

import structlog

from flows.logs import write_log


def test_a_line_is_json_and_keeps_no_secret(tmp_path: Path) -> None:
    with write_log(tmp_path, "info"):
        log = structlog.get_logger()
        log.info("opened", county="xiangyin", api_token="abc", identity_no="430...")
        log.debug("too fine to keep")
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text("utf-8").splitlines()]
    assert [line["event"] for line in lines] == ["opened"]
    assert lines[0]["api_token"] == lines[0]["identity_no"] == "***"
    assert lines[0]["county"] == "xiangyin"
