"""People decide, flows prepare.

A flow asks :func:`decide` at each point where a person's decision is due. It goes on when the decision is in
the registry already, applies a scripted one where the programme is a demonstration, and otherwise stops with
:class:`~flows.errors.AwaitingDecision`, which says what is awaited, from whom, and by which command.
"""

from __future__ import annotations

from collections.abc import Callable

from flows.county import DecisionTable
from flows.errors import AwaitingDecision
from flows.workspace import Run
from registry.model import Context, Outcome

Act = Callable[[Context, DecisionTable], Outcome | None]


def decide(
    run: Run,
    step: str,
    *,
    done: bool,
    act: Callable[[Context, DecisionTable], Outcome],
    who: str,
    command: str,
) -> Outcome | None:
    """Apply, await or pass a decision.

    Parameters
    ----------
    step
        Name of the step in ``[rehearsal]``.
    done
        Whether the registry already holds the decision.
    act
        What carries the decision out.
    who, command
        Whose decision it is, and the command that makes it.

    Returns
    -------
    Outcome | None
        The answer of the registry; None when it was done before.

    Raises
    ------
    AwaitingDecision
        It is not done, and nothing is scripted.
    """
    if done:
        return None
    scripted = run.county.decision(step)
    if scripted is None:
        raise AwaitingDecision("awaiting-decision", step=step, who=who, command=command)
    return act(run.context(step, scripted.identity, scripted.effective_at), scripted)


def rehearse(
    run: Run, step: str, *, act: Callable[[Context, DecisionTable], Outcome | None]
) -> Outcome | None:
    """Carry out a scripted act of the market or of a bank; do nothing where none is scripted.

    Such acts are never awaited: whether to sell, buy or lend is nobody's duty.
    """
    scripted = run.county.decision(step)
    if scripted is None:
        return None
    # a script is played once, whatever the day of the run
    key = f"{run.county.county.id}/rehearsal/{step}"
    return act(Context(scripted.identity, scripted.effective_at, key), scripted)
