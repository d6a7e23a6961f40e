"""What `mrv` refuses, as one tree.

::

    MrvError
      ProfileError         a methodology profile is malformed, unknown or not usable for the purpose
      ParameterMissing     a coefficient is not in the tables (or is a placeholder)
      InventoryError       the columns given are not an inventory
      EstimationError      the sample does not support the estimate asked for
      ExpressionError      a condition over columns cannot be understood
      StatementError       a stored statement is not one
      ClaimError           a statement claims more than its profile allows
      EquationError        a formula, an equation or a library of them cannot be used

Each error carries a catalogue key (``rule``) and parameters; the sentences people read are in
``registry/messages/mrv.toml``.
"""

from __future__ import annotations


class MrvError(Exception):
    """Base of all errors of this package.

    Parameters
    ----------
    rule
        Key of the message catalogue.
    **params
        Values named by the message.

    Examples
    --------
    >>> str(EstimationError("stratum-single-plot", stratum="杨树", n_plots=1))
    'stratum-single-plot: stratum=杨树; n_plots=1'
    """

    def __init__(self, rule: str, **params: object) -> None:
        self.rule = rule
        self.params = params
        detail = "; ".join(f"{name}={value}" for name, value in params.items())
        super().__init__(f"{rule}: {detail}" if detail else rule)


class ProfileError(MrvError):
    """A methodology profile is malformed, unknown or not usable for the purpose."""


class ParameterMissing(MrvError):  # noqa: N818 - named for what happened
    """A coefficient that the calculation needs is not in the tables."""


class InventoryError(MrvError):
    """The columns given cannot be read as an inventory."""


class EstimationError(MrvError):
    """The sample does not support the estimate asked for."""


class ExpressionError(MrvError):
    """A condition over columns cannot be understood."""


class StatementError(MrvError):
    """A stored statement cannot be read back."""


class EquationError(MrvError):
    """A formula, an equation or a library of them cannot be used."""


class ClaimError(MrvError):
    """A statement claims more than its profile allows, or its lines do not add up."""
