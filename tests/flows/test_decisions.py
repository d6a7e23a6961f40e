"""People decide: without a script the chain stops at each decision; their commands carry it on to the end."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows.cli import main
from flows.errors import AwaitingDecision
from flows.workspace import open_registry
from registry.errors import RegistryError
from registry.queries import rights, statements, units_by_state

Chain = Callable[..., None]


def without_rehearsal(project_root: Path, folder: Path, programme: str = "demonstration") -> Path:
    """Write the demo's county file without its scripted decisions."""
    text = (project_root / "flows" / "counties" / "xiangyin.toml").read_text("utf-8")
    cut = text[: text.index("[rehearsal]")].replace(
        'programme = "demonstration"', f'programme = "{programme}"'
    )
    path = folder / "xiangyin.toml"
    path.write_text(cut, "utf-8")
    return path


def command(*words: str) -> None:
    """Run a command line that must succeed, with a JSON answer."""
    with pytest.raises(SystemExit) as ended:
        main([*words, "--json"])
    assert ended.value.code == 0, words


@pytest.mark.parametrize("programme", ["ccer", "county-ticket"])
def test_a_script_is_refused_outside_a_demonstration(
    plain_chain: Chain, simulated_county: Path, project_root: Path, tmp_path: Path, programme: str
) -> None:
    text = (project_root / "flows" / "counties" / "xiangyin.toml").read_text("utf-8")
    path = tmp_path / "county.toml"
    path.write_text(text.replace('programme = "demonstration"', f'programme = "{programme}"'), "utf-8")
    with pytest.raises(RegistryError) as caught:
        plain_chain(str(path), str(simulated_county), str(tmp_path / "home"), None, "en")
    assert caught.value.rule == "programme-rehearsal-refused"
    assert not (tmp_path / "home").exists()


def test_each_decision_is_awaited_and_carried_on_by_its_command(
    plain_chain: Chain,
    simulated_county: Path,
    project_root: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path, home = without_rehearsal(project_root, tmp_path), tmp_path / "home"

    def run() -> AwaitingDecision | None:
        try:
            plain_chain(str(path), str(simulated_county), str(home), None, "en")
        except AwaitingDecision as awaited:
            return awaited
        return None

    def awaited_step() -> str:
        awaited = run()
        assert awaited is not None
        assert "tanhui " in str(awaited.params["command"])
        assert json.loads((home / "summary.json").read_text("utf-8"))["stages"]["trade"] == "awaiting"
        return str(awaited.params["step"])

    at = ["--home", str(home), "--as", "registrar", "--on", "2026-08-31"]
    assert awaited_step() == "confirm-rights"
    command("right", "confirm", *at)
    assert awaited_step() == "register-project"
    command("project", "register", str(path), "--data", str(simulated_county), *at)
    assert awaited_step() == "verify-statement"
    with open_registry(home) as registry:
        row = next(row for row in statements(registry) if row["kind"] == "project_removals")
    quantity = row["claim_tco2e"] - 10
    command("party", "register", "VVB-1", "--kind", "verifier", "--name", "VVB", "--number", "SIM-1", *at)
    verifier = ["--home", str(home), "--as", "VVB-1", "--on", "2026-08-31"]
    opinion = ["--quantity", str(quantity), "--opinion", "reasonable assurance"]
    command("statement", "verify", row["statement_id"], *opinion, *verifier)
    assert awaited_step() == "issue-units"
    command("units", "issue", row["statement_id"], "--account", "A-H000002", *at)
    assert run() is None
    with open_registry(home) as registry:
        states = units_by_state(registry)
        assert (states.issued, states.tradable) == (quantity, quantity)
        assert {item["status"] for item in rights(registry)} == {"confirmed"}
    lot = states.lots[-1].lot
    trade_on_the_market(home, lot, capsys)


def trade_on_the_market(home: Path, lot: str, capsys: pytest.CaptureFixture[str]) -> None:
    """List, buy, settle, retire, pledge and release by command."""

    def answer(*words: str) -> dict[str, Any]:
        capsys.readouterr()
        command(*words, "--home", str(home), "--on", "2026-09-01")
        result: dict[str, Any] = json.loads(capsys.readouterr().out)["result"]
        return result

    owner = ["--as", "H000002", "--account", "A-H000002", "--lot", lot]
    for code, kind in (("BUYER-1", "company"), ("BANK-1", "lender")):
        answer(
            "party",
            "register",
            code,
            "--kind",
            kind,
            "--name",
            code,
            "--number",
            f"SIM-{code}",
            "--as",
            "registrar",
        )
    answer("party", "account", "A-BUYER", "--party", "BUYER-1", "--as", "registrar")
    answer("party", "deposit", "A-BUYER", "--amount-fen", "1000000", "--as", "bank-clerk")
    listing = answer("units", "list", "--quantity", "20", "--price-fen", "7000", *owner)["listing_id"]
    bought = answer("units", "buy", listing, "--quantity", "8", "--account", "A-BUYER", "--as", "BUYER-1")
    answer("units", "settle", bought["trade_id"], "--as", "desk")
    retired = answer(
        *("units", "retire", "--quantity", "3", "--account", "A-BUYER", "--lot", lot, "--as", "BUYER-1"),
        *("--beneficiary", "BUYER-1", "--beneficiary-id", "SIM-BUYER-1"),
    )
    assert re.search(r"\d", retired["certificate_no"])
    pledged = answer(
        *("units", "pledge", "--quantity", "5", *owner, "--lender", "BANK-1", "--amount-fen", "10000"),
        *("--filing-no", "F-1", "--ends", "2027-09-01"),
    )
    with open_registry(home) as registry:
        states = units_by_state(registry)
        assert (states.listed, states.retired, states.pledged) == (12, 3, 5)
    answer("units", "release", pledged["pledge_id"], "--as", "BANK-1")
    with open_registry(home) as registry:
        assert units_by_state(registry).pledged == 0
