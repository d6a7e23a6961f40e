"""What the database itself refuses, whoever writes: each cross-table rule on both back ends."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import delete, insert, text, update
from sqlalchemy.exc import DBAPIError

from registry.queries.reading import all_tables
from registry.schema import CROSS_RULES, METADATA, MUTABLE
from registry.store import Registry
from registry.store.unit_of_work import database_error


def write(registry: Registry, *statements: Any) -> str | None:
    """Run statements in one transaction as any program could; return the rule that refused."""
    try:
        with registry.engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement) if isinstance(statement, str) else statement)
    except DBAPIError as error:
        return str(database_error(error).params["constraint"])
    return None


def change(table: str, key: str, value: object, **changes: Any) -> Any:
    found = METADATA.tables[table]
    return update(found).where(found.c[key] == value).values(**changes)


def add(table: str, row: dict[str, Any], **changes: Any) -> Any:
    return insert(METADATA.tables[table]).values({**row, **changes})


def rows(registry: Registry, table: str, **where: Any) -> list[dict[str, Any]]:
    found = all_tables(registry)[table]
    return [row for row in found if all(row[name] == value for name, value in where.items())]


def free_block(registry: Registry) -> dict[str, Any]:
    return rows(registry, "unit_block", account_id="A-OWNER", encumbrance_id=None)[0]


def held_block(registry: Registry) -> dict[str, Any]:
    return next(row for row in rows(registry, "unit_block") if row["encumbrance_id"])


def test_every_table_refuses_delete_and_change_of_what_is_fixed(finished: Registry) -> None:
    for name, found in all_tables(finished).items():
        table = METADATA.tables[name]
        assert write(finished, delete(table)) == "append-only", name
        fixed = [c for c in table.columns if c.name not in MUTABLE.get(name, ()) and not c.primary_key]
        for column in fixed:
            row = found[-1]
            keys = [c == row[c.name] for c in table.primary_key.columns]
            value = b"x" if row[column.name].__class__ is bytes else (
                row[column.name] + 1 if isinstance(row[column.name], int) else f"{row[column.name]}x"
            )  # fmt: skip
            if "INT" in str(column.type).upper() and row[column.name] is None:
                value = 1
            refused = write(finished, update(table).where(*keys).values({column.name: value}))
            assert refused is not None, f"{name}.{column.name}"


@pytest.mark.parametrize("backend", [pytest.param("postgres", marks=pytest.mark.postgres)])
def test_no_table_can_be_truncated(finished: Registry) -> None:
    for name in METADATA.tables:
        assert write(finished, f"TRUNCATE {name} CASCADE") == "append-only"


def test_serials_never_overlap_and_stay_within_what_is_issued(finished: Registry) -> None:
    block = free_block(finished)
    twin = {**block, "block_id": "twin", "lo": block["lo"] + 1, "encumbrance_id": None}
    assert write(finished, add("unit_block", twin)) == "serial-overlap"
    assert write(finished, add("unit_block", block, block_id="far", lo=1000, hi=1001)) == "serial-not-issued"
    assert (
        write(finished, change("unit_block", "block_id", block["block_id"], hi=block["hi"] + 1))
        == "block-grows"
    )


def test_an_empty_block_is_refused(finished: Registry) -> None:
    block = free_block(finished)
    refused = write(finished, change("unit_block", "block_id", block["block_id"], hi=block["lo"]))
    assert "ck_unit_block_width" in str(refused)


def test_retired_units_never_move(finished: Registry) -> None:
    block = rows(finished, "unit_block", account_id="SYS-RETIREMENT")[0]
    refused = write(finished, change("unit_block", "block_id", block["block_id"], account_id="A-OWNER"))
    assert refused == "retired-units-move"
    posting = {
        "txn_id": "T",
        "position": 0,
        "account_id": "SYS-RETIREMENT",
        "lot": block["series_id"],
        "quantity": -1,
    }
    assert write(finished, add("posting", posting)) == "retired-units-posted"


def test_encumbered_units_neither_move_nor_shed_their_encumbrance(finished: Registry) -> None:
    block = held_block(finished)
    key = ("unit_block", "block_id", block["block_id"])
    assert write(finished, change(*key, account_id="A-TRADER")) == "encumbered-units-move"
    assert write(finished, change(*key, account_id="A-TRADER", encumbrance_id=None)) is not None
    assert write(finished, change(*key, encumbrance_id=None)) == "encumbrance-active"


def test_units_cannot_be_put_under_an_encumbrance_of_another_account(finished: Registry) -> None:
    other = rows(finished, "unit_block", account_id="A-TRADER", encumbrance_id=None)[0]
    active = rows(finished, "encumbrance", status="active")[0]["encumbrance_id"]
    refused = write(finished, change("unit_block", "block_id", other["block_id"], encumbrance_id=active))
    assert refused == "encumbrance-not-ours"
    new = {**other, "block_id": "new", "lo": other["hi"] - 1, "encumbrance_id": active}
    narrowed = change("unit_block", "block_id", other["block_id"], hi=other["hi"] - 1)
    assert write(finished, narrowed, add("unit_block", new)) == "encumbrance-not-ours"


def test_an_ended_encumbrance_stays_ended(finished: Registry) -> None:
    ended = rows(finished, "encumbrance", status="released")[0]["encumbrance_id"]
    refused = write(finished, change("encumbrance", "encumbrance_id", ended, status="active"))
    assert refused == "encumbrance-ended"


def test_a_balance_is_never_negative_nor_holds_more_than_it_has(finished: Registry) -> None:
    assert "ck_balance" in str(write(finished, "UPDATE balance SET quantity = -1 WHERE is_source = 0"))
    assert "ck_balance_held" in str(
        write(finished, "UPDATE balance SET held = quantity + 1 WHERE is_source = 0")
    )
    row = rows(finished, "balance", account_id="A-OWNER")[0]
    assert (
        write(finished, add("balance", row, lot="other", is_source=1, quantity=-1)) == "balance-source-wrong"
    )


def test_a_transaction_that_does_not_sum_to_zero_is_refused(finished: Registry) -> None:
    txn = {**rows(finished, "ledger_txn")[0], "txn_id": "T"}
    one = {"txn_id": "T", "position": 0, "account_id": "A-OWNER", "lot": "CNY", "quantity": 5}
    other = {**one, "position": 1, "account_id": "A-TRADER", "quantity": -4}
    assert (
        write(finished, add("posting", one), add("posting", other), add("ledger_txn", txn))
        == "postings-not-zero"
    )
    assert write(finished, add("ledger_txn", txn)) == "postings-not-zero"
    assert write(finished, add("posting", one)) is not None  # no transaction at commit


def test_a_closed_transaction_takes_no_posting(finished: Registry) -> None:
    posting = rows(finished, "posting")[0]
    assert write(finished, add("posting", posting, position=99)) == "posting-after-close"


def test_no_more_is_issued_than_was_verified(finished: Registry) -> None:
    issuance = rows(finished, "issuance", vintage=2024)[0]
    grow = change("series", "series_id", issuance["series_id"], next_serial=issuance["hi"] + 1)
    more = {**issuance, "issuance_id": "X", "lo": issuance["hi"], "hi": issuance["hi"] + 1, "quantity": 1}
    assert write(finished, grow, add("issuance", more)) == "issued-over-verified"


def verified_twin(registry: Registry, **changes: Any) -> list[Any]:
    """Return statements that add a verified twin of the project's statement and room in its series."""
    base = rows(registry, "statement", kind="project_removals")[0]
    verification = {**rows(registry, "verification")[0], "verification_id": "V2", "statement_id": "S2"}
    series = rows(registry, "series", vintage=2024)[0]
    twin = {**base, "statement_id": "S2", "digest": "other", "status": "submitted", **changes}
    return [
        add("statement", twin),
        add("verification", verification),
        add("verification_vintage", {"verification_id": "V2", "vintage": 2024, "quantity_tco2e": 5}),
        change("statement", "statement_id", "S2", status="verified"),
        change("series", "series_id", series["series_id"], next_serial=series["next_serial"] + 1),
    ]


def one_more(registry: Registry, **changes: Any) -> Any:
    """Return the issuance of one more unit of 2024 for the twin statement."""
    issuance = rows(registry, "issuance", vintage=2024)[0]
    row = {**issuance, "issuance_id": "I2", "statement_id": "S2", "verification_id": "V2", "quantity": 1}
    return add("issuance", {**row, "lo": issuance["hi"], "hi": issuance["hi"] + 1, **changes})


def test_only_verified_project_removals_are_issued(issued: Registry) -> None:
    steps = verified_twin(issued)
    unverified = [*steps[:3], steps[4]]
    later = {"period_start": "2026-01-01", "period_end": "2026-12-31"}
    assert write(issued, *unverified, one_more(issued, **later)) == "issuance-not-verified"
    assert write(issued, *steps, one_more(issued)) == "issuance-period-overlap"
    assert write(issued, *steps, one_more(issued, **later)) is None


def test_a_statement_claims_only_what_its_kind_allows(finished: Registry) -> None:
    stock = rows(finished, "statement", kind="county_stock")[0]
    refused = write(finished, add("statement", stock, statement_id="X", digest="x", claim_tco2e=1))
    assert "ck_statement_stock_claims_nothing" in str(refused)
    assert write(finished, add("statement", stock, statement_id="X", digest="x", status="verified")) == (
        "statement-not-submitted"
    )
    refused = write(finished, change("statement", "statement_id", stock["statement_id"], status="verified"))
    assert refused == "statement-decided"


def test_the_verifier_is_independent_and_bound_by_the_claim(
    registry: Registry, chain: SimpleNamespace
) -> None:
    for name, act in chain.base_steps(registry):
        if name == "verify":
            break
        act()
    row = {
        "verification_id": "V",
        "statement_id": chain.statement_id,
        "verifier": "OWNER",
        "opinion": "verified",
    }
    row |= {"quantity_tco2e": 160, "reason": "", "verified_on": "2026-01-05"}
    assert write(registry, add("verification", row)) == "verifier-has-stake"
    assert write(registry, add("verification", row, verifier="VILLAGE")) == "verifier-has-stake"
    assert (
        write(registry, add("verification", row, verifier="VVB", quantity_tco2e=161)) == "verified-over-claim"
    )
    maker = rows(registry, "party", party_code="VVB")[0]
    assert (
        write(registry, add("party", maker, party_code="MAKER"), add("verification", row, verifier="MAKER"))
        == "verifier-is-maker"
    )
    vintage = {"verification_id": "V", "vintage": 2024, "quantity_tco2e": 161}
    sound = add("verification", row, verifier="VVB")
    assert write(registry, sound, add("verification_vintage", vintage)) == "vintages-over-verified"


def test_values_are_confirmed_by_those_who_may_and_for_others(finished: Registry) -> None:
    row = {**rows(finished, "value_confirmation")[0], "confirmation_id": "X"}
    assert write(finished, add("value_confirmation", row, confirmed_by="OWNER")) == "confirmation-party-unfit"
    assert write(finished, add("value_confirmation", row, confirmed_by="SUPER")) is None
    refused = write(finished, add("value_confirmation", row, confirmed_by="SUPER", clause=""))
    assert "ck_value_confirmation_clause_named" in str(refused)
    assert "value_confirmation" in str(write(finished, add("value_confirmation", row)))
    maker = {**rows(finished, "party", party_code="VVB")[0], "party_code": "MAKER"}
    own = {**row, "confirmation_id": "Y", "confirmed_by": "MAKER"}
    link = {"statement_id": rows(finished, "statement")[0]["statement_id"], "confirmation_id": "Y"}
    steps = (add("party", maker), add("value_confirmation", own))
    assert write(finished, *steps, add("statement_confirmation", link)) == "confirmation-by-maker"
    foreign = {**row, "confirmation_id": "Y", "confirmed_by": "SUPER", "profile_sha256": "0" * 64}
    refused = write(finished, add("value_confirmation", foreign), add("statement_confirmation", link))
    assert refused == "confirmation-other-profile"


def right_on_notice(registry: Registry, **changes: Any) -> list[Any]:
    """Return statements that put a right like an existing one on a notice that is over."""
    right = rows(registry, "tenure_right")[0]
    row = {
        **right,
        "right_id": "R",
        "certificate_no": "CX",
        "status": "applied",
        "notice_id": None,
        **changes,
    }
    share = {"right_id": "R", "party_code": "OWNER", "numerator": 1, "denominator": 1}
    noticed = change("tenure_right", "right_id", "R", status="noticed", notice_id=right["notice_id"])
    return [add("tenure_right", {**row, "confirmed_on": None}), add("right_share", share), noticed]


CONFIRM = {"status": "confirmed", "confirmed_on": "2030-01-01"}


def test_confirmed_rights_of_one_kind_never_overlap(finished: Registry) -> None:
    steps = right_on_notice(finished)
    assert write(finished, *steps, change("tenure_right", "right_id", "R", **CONFIRM)) == "right-overlap"
    later = right_on_notice(finished, valid_from="2070-01-01", valid_to="2080-01-01")
    assert write(finished, *later, change("tenure_right", "right_id", "R", **CONFIRM)) is None


def test_a_right_is_confirmed_only_after_its_notice_and_without_objection(finished: Registry) -> None:
    steps = right_on_notice(finished, kind="林木所有权")
    early = change("tenure_right", "right_id", "R", status="confirmed", confirmed_on="2026-01-06")
    assert write(finished, *steps, early) == "notice-not-over"
    assert write(finished, *steps[:2], change("tenure_right", "right_id", "R", **CONFIRM)) is not None
    objection = {**rows(finished, "objection")[0], "objection_id": "O", "right_id": "R", "status": "open"}
    confirm = change("tenure_right", "right_id", "R", **CONFIRM)
    assert write(finished, *steps, add("objection", objection), confirm) == "objection-open"


def test_the_shares_of_a_confirmed_right_add_up_to_one(finished: Registry) -> None:
    steps = right_on_notice(finished, kind="林木所有权")
    half = {"right_id": "R", "party_code": "OWNER", "numerator": 1, "denominator": 2}
    confirm = change("tenure_right", "right_id", "R", **CONFIRM)
    assert write(finished, steps[0], add("right_share", half), steps[2], confirm) == "shares-not-one"
    other = {"right_id": rows(finished, "tenure_right")[0]["right_id"], "party_code": "TRADER"}
    assert (
        write(finished, add("right_share", {**other, "numerator": 1, "denominator": 2})) == "right-not-open"
    )
    assert write(
        finished, add("tenure_right", rows(finished, "tenure_right")[0], right_id="Q", certificate_no="Q")
    ) == ("right-not-applied")


def test_a_parcel_stands_in_one_project_for_a_claim_and_period(finished: Registry) -> None:
    project = {**rows(finished, "project")[0], "project_code": "OTHER", "serial_prefix": "CN-430624-OTHER"}
    link = {**rows(finished, "project_right")[0], "project_code": "OTHER"}
    assert write(finished, add("project", project), add("project_right", link)) == "parcel-in-two-projects"
    later = {**link, "period_start": "2051-03-01", "period_end": "2060-01-01"}
    assert write(finished, add("project", project), add("project_right", later)) is None
    foreign = {**later, "parcel_id": "P2", "claim_kind": "other"}
    assert write(finished, add("project_right", foreign)) == "project-right-not-confirmed"


def test_bodies_that_verify_or_govern_hold_no_account(finished: Registry) -> None:
    account = rows(finished, "account", account_id="A-OWNER")[0]
    for body in ("VVB", "BUREAU", "SUPER"):
        refused = write(finished, add("account", account, account_id="X", party_code=body))
        assert refused == "party-may-not-trade"


def test_a_certificate_equals_the_serials_retired(finished: Registry) -> None:
    certificate = rows(finished, "retirement")[0]
    txn = next(row for row in rows(finished, "ledger_txn") if row["kind"] == "settle")["txn_id"]
    changed = add("retirement", certificate, certificate_no="X", txn_id=txn)
    assert write(finished, changed) == "certificate-mismatch"


def test_a_trade_stays_within_its_listing_and_settles_on_both_sides(finished: Registry) -> None:
    trade = rows(finished, "trade")[0]
    more = {**trade, "trade_id": "T", "status": "pending", "quantity": 16, "amount_fen": 16 * 6_000}
    assert write(finished, add("trade", more)) == "trade-over-listing"
    one = {**more, "quantity": 1, "amount_fen": 6_000}
    dear = {**one, "price_fen_per_t": 6_001, "amount_fen": 6_001}
    assert write(finished, add("trade", dear)) == "trade-differs-from-listing"
    issue = next(row for row in rows(finished, "ledger_txn") if row["kind"] == "issue")["txn_id"]
    settlement = {"trade_id": "T", "txn_id": issue, "settled_on": "2026-01-05"}
    assert write(finished, add("trade", one), add("settlement", settlement)) == "settlement-one-leg"
    settled = change("trade", "trade_id", "T", status="settled")
    assert write(finished, add("trade", one), settled) == "trade-not-settled"


def test_a_series_never_counts_back(finished: Registry) -> None:
    assert write(finished, "UPDATE series SET next_serial = next_serial - 1") == "series-goes-back"


def test_an_issuance_continues_its_series(issued: Registry) -> None:
    later = {"period_start": "2026-01-01", "period_end": "2026-12-31"}
    room = one_more(issued, lo=102, hi=103, **later)
    series = rows(issued, "series", vintage=2024)[0]["series_id"]
    more = change("series", "series_id", series, next_serial=103)
    assert write(issued, *verified_twin(issued), more, room) == "issuance-outside-series"


def test_a_right_goes_through_its_notice(finished: Registry) -> None:
    steps = right_on_notice(finished, kind="林木所有权")
    notice_id = rows(finished, "tenure_right")[0]["notice_id"]
    skipped = change("tenure_right", "right_id", "R", **CONFIRM, notice_id=notice_id)
    assert write(finished, *steps[:2], skipped) == "right-not-noticed"


def test_each_rule_is_tried_here() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    assert sorted({rule.rule for rule in CROSS_RULES if f'"{rule.rule}"' not in source}) == []
