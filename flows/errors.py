"""The errors of the flows.

FlowError
 +- CountyFileError       a run file that cannot be used
 +- EstimateError         a question that cannot be put to an inventory
 +- PlanError             a survey cannot be planned from what was given
 +- FieldError            what came back from the field cannot be read
 +- InputsRefused         the inputs have errors; carries their findings
 +- StageOrderError       a stage was run before the one it needs
 +- AwaitingDecision      a person has to decide; not a fault (exit code 3)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class FlowError(Exception):
    """A flow cannot go on.

    Parameters
    ----------
    rule
        Key of the sentence in the message catalogue.
    params
        What the sentence names: file, field, value, way out.
    """

    def __init__(self, rule: str, **params: object) -> None:
        self.rule = rule
        self.params = params
        super().__init__(f"{rule}: " + "; ".join(f"{key}={value}" for key, value in params.items()))

    def __reduce__(self) -> tuple[object, ...]:
        """Keep rule and parameters when Prefect carries the error between processes."""
        return (_rebuild, (type(self), self.rule, self.params))


def _rebuild(kind: type[FlowError], rule: str, params: dict[str, object]) -> FlowError:
    return kind(rule, **params)


class CountyFileError(FlowError):
    """The run file of a county cannot be used."""


class PlanError(FlowError):
    """A survey cannot be planned from what was given."""


class FieldError(FlowError):
    """What came back from the field cannot be read."""


class EstimateError(FlowError):
    """A question that cannot be put to an inventory."""


class StageOrderError(FlowError):
    """A stage was asked for before the one whose result it needs."""


class AwaitingDecision(FlowError):  # noqa: N818  (a state of affairs, not a fault)
    """A flow stopped at a decision that belongs to a person."""


class InputsRefused(FlowError):  # noqa: N818  (what happened to the inputs)
    """The inputs have errors; nothing was recorded."""

    def __init__(self, rule: str, *, findings: Sequence[Any] = (), **params: object) -> None:
        super().__init__(rule, **params)
        self.findings = tuple(findings)

    def __reduce__(self) -> tuple[object, ...]:
        """Keep the findings too."""
        return (_rebuild_refused, (self.rule, self.params, self.findings))


def _rebuild_refused(rule: str, params: dict[str, Any], findings: tuple[Any, ...]) -> InputsRefused:
    return InputsRefused(rule, findings=findings, **params)
