"""Progress reaches the listener, and nobody else."""

from __future__ import annotations

from flows.progress import advance, listen, report


class Recorder:
    def __init__(self) -> None:
        self.events: list[tuple[object, ...]] = []

    def start(self, stage: str, step: str, total: int | None) -> None:
        self.events.append(("start", stage, step, total))

    def advance(self, amount: int, total: int | None = None) -> None:
        self.events.append(("advance", amount, total))

    def finish(self, stage: str, step: str, seconds: float, note: str) -> None:
        assert seconds >= 0
        self.events.append(("finish", stage, step, note))


def test_a_step_is_reported_from_start_to_end() -> None:
    recorder = Recorder()
    with listen(recorder), report("monitor", "read-inputs", total=3) as step:
        step.advance(2)
        advance(1, total=3)
        step.note = "2 files"
    assert recorder.events == [
        ("start", "monitor", "read-inputs", 3),
        ("advance", 2, None),
        ("advance", 1, 3),
        ("finish", "monitor", "read-inputs", "2 files"),
    ]


def test_nobody_listens_outside() -> None:
    recorder = Recorder()
    with listen(recorder):
        pass
    with report("monitor", "read-inputs") as step:
        step.advance()
    assert recorder.events == []
