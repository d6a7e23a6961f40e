"""What the registry refuses, as one tree.

::

    RegistryError
      RuleViolation          a request breaks a rule; nothing was written
        NotFound             it names a thing the registry does not hold
        IdempotencyConflict  its key was used before for another request
      InvariantViolation     the database itself refused the write
      JournalError           the journal or its external checkpoint does not fit

Each error carries a catalogue key (``rule``) and parameters; the sentences people
read are in ``registry/messages/registry.toml``.
"""

from __future__ import annotations


class RegistryError(Exception):
    """Base of all errors of the registry.

    Parameters
    ----------
    rule
        Key of the message catalogue.
    **params
        Values named by the message.

    Examples
    --------
    >>> str(RuleViolation("quantity-not-positive", quantity=0))
    'quantity-not-positive: quantity=0'
    """

    def __init__(self, rule: str, **params: object) -> None:
        self.rule = rule
        self.params = params
        detail = "; ".join(f"{name}={value}" for name, value in params.items())
        super().__init__(f"{rule}: {detail}" if detail else rule)


class RuleViolation(RegistryError):  # noqa: N818 - named for what happened
    """A request breaks a rule of the registry."""


class NotFound(RuleViolation):
    """A request names a row that the registry does not hold."""


class IdempotencyConflict(RuleViolation):
    """The idempotency key was used before with another request."""


class InvariantViolation(RegistryError):  # noqa: N818
    """A constraint or trigger of the database refused the write."""


class JournalError(RegistryError):
    """The journal is not the one the external checkpoint or the key belongs to."""
