"""The progress of a run on a terminal: one line for each step, a bar while it works."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from flows.cli.output import sentence


class Display:
    """A listener of :mod:`flows.progress` that draws on a terminal, or writes plain lines elsewhere."""

    def __init__(self, lang: str, console: Console | None = None) -> None:
        self._lang = lang
        self._console = console or Console(stderr=True, highlight=False)
        self._stage = ""
        self._task: int | None = None
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )

    def __enter__(self) -> Display:
        """Start drawing."""
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop drawing."""
        self._bar.stop()

    def start(self, stage: str, step: str, total: int | None) -> None:
        """Draw the beginning of a step."""
        if stage != self._stage:
            self._stage = stage
            self._console.print(f"[bold]{sentence(f'stage-{stage}', self._lang)}[/]")
        self._task = self._bar.add_task("  " + sentence(f"step-{step}", self._lang), total=total)

    def advance(self, amount: int, total: int | None = None) -> None:
        """Move the bar."""
        if self._task is not None:
            self._bar.update(self._bar.task_ids[-1], advance=amount, total=total)

    def finish(self, stage: str, step: str, seconds: float, note: str) -> None:
        """Draw the end of a step."""
        if self._task is not None:
            self._bar.remove_task(self._bar.task_ids[-1])
            self._task = None
        words = sentence(f"step-{step}", self._lang)
        self._console.print(f"  [green]✓[/] {words}  [dim]{seconds:.1f} s[/]  {note}", markup=True)
