"""Errors keep their rule and parameters, also through a pickle (Prefect carries them so)."""

from __future__ import annotations

import pickle

from flows.errors import AwaitingDecision, FlowError


def test_an_error_survives_a_pickle() -> None:
    error = AwaitingDecision("awaiting-decision", step="issue-units", who="registrar", command="tanhui")
    again = pickle.loads(pickle.dumps(error))  # noqa: S301  (our own bytes)
    assert isinstance(again, AwaitingDecision)
    assert (again.rule, again.params) == (error.rule, error.params)


def test_its_text_names_everything() -> None:
    assert str(FlowError("county-locked", folder="var/x")) == "county-locked: folder=var/x"
