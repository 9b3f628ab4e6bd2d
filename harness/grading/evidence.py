"""What a check's executions show, judged here and not where the submission runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec

from harness.grading import wire
from harness.grading.values import read_execution
from harness.grading.wire import Job, Scene
from harness.model.execution import GET_RETURN, PUT_BEGIN, PUT_RETURN, Execution, LogEntry
from harness.model.finding import Finding
from harness.oracles import is_clean, judge

MOST_REMEMBERED = 2000
"""Executions of a scene whose judgements are kept, for those that look the same."""


class Mismatch(Exception):
    """What the child tells does not fit what it was asked; one line."""


@dataclass(slots=True)
class Seen:
    """A kind of finding: the first of it, and in how many executions it showed."""

    first: Finding
    executions: int = 0


class Evidence:
    """Takes what a child tells of its executions, and judges each by the oracles. `completed` counts those in which everything got through."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._messages = [message for messages in job.values for message in messages]
        self._workers = [f"producer-{number + 1}" for number in range(job.producers)] + [f"consumer-{number + 1}" for number in range(job.consumers)]
        self._scene: Scene | None = None
        self.modes: list[str] = []
        self.executions = 0
        self.completed = 0
        self.kinds: dict[str, Seen] = {}
        self._judged: dict[bytes, tuple[bool, tuple[Finding, ...]]] = {}

    def take(self, kind: bytes, body: bytes) -> None:
        """One frame. Raises Mismatch."""
        try:
            match kind:
                case wire.SCENE:
                    self._judged.clear()  # the same log may mean another thing in another scene
                    self._scene = msgspec.msgpack.decode(body, type=Scene)
                    self.modes.append(self._scene.mode)
                case wire.CLEAN:
                    for log in wire.read_clean(body):
                        self._take_log(log)
                case wire.SEEN:
                    self._take_execution(body)
                case _:
                    raise Mismatch(f"it sent a message of kind {kind!r}, which nobody asked for")
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            raise Mismatch("it sent what cannot be read") from None

    @property
    def errors(self) -> dict[str, Seen]:
        """The kinds of findings that are mistakes, not warnings."""
        return {kind: seen for kind, seen in self.kinds.items() if seen.first.severity == "error"}

    def _take_log(self, log: list[LogEntry]) -> None:
        if self._scene is None or self._scene.mode != "class":
            raise Mismatch("it told a log where no class was to be driven")
        self._check_puts(log)
        if is_clean(log, len(self._messages), self._capacity, self._job.order):
            self.executions += 1
            self.completed += 1
        else:
            self._count(*self._judge(Execution(mode="class", log=log, workers=self._workers, capacity=self._capacity, order=self._job.order)))

    def _take_execution(self, body: bytes) -> None:
        judged = self._judged.get(body)  # of a program's executions every fourth is another than all before, in class mode every second
        if judged is None:
            judged = self._judge(self._read(body))
            if len(self._judged) < MOST_REMEMBERED:
                self._judged[body] = judged
        self._count(*judged)

    def _read(self, body: bytes) -> Execution:
        execution = read_execution(wire.read_seen(body))
        if self._scene is None or execution.mode != self._scene.mode:
            raise Mismatch("it told an execution of another mode than it said")
        if execution.mode == "class":
            self._check_puts(execution.log)
            execution = replace(execution, workers=self._workers, capacity=self._capacity, order=self._job.order)
        return execution

    def _judge(self, execution: Execution) -> tuple[bool, tuple[Finding, ...]]:
        """Whether everything got through, and the first finding of each kind."""
        try:
            findings = judge(execution)
        except (KeyError, IndexError, TypeError, ValueError, AttributeError, RecursionError):
            raise Mismatch("it told an execution that cannot have been one") from None
        return self._got_through(execution), tuple({finding.kind: finding for finding in reversed(findings)}.values())

    def _count(self, got_through: bool, findings: Sequence[Finding]) -> None:
        self.executions += 1
        self.completed += got_through
        for finding in findings:
            self.kinds.setdefault(finding.kind, Seen(finding)).executions += 1

    def _got_through(self, execution: Execution) -> bool:
        if execution.ending != "finished":
            return False
        if execution.mode != "class":
            return not execution.crashes
        kinds = [what for what, _, _ in execution.log]
        return kinds.count(PUT_RETURN) == kinds.count(GET_RETURN) == len(self._messages)

    def _check_puts(self, log: Sequence[LogEntry]) -> None:
        """Every producer puts what the parent chose, in that order."""
        due = [iter(messages) for messages in self._job.values]
        for what, worker, value in log:
            if what == PUT_BEGIN and (not 0 <= worker < len(due) or type(value) is not int or next(due[worker], None) != value):
                raise Mismatch("it told of a put that nobody asked for")

    @property
    def _capacity(self) -> int | None:
        return self._job.capacity if self._scene is not None and self._scene.takes_capacity else None
