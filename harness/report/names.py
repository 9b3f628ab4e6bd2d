"""Containers called as the line calls them that touches them: the recorder names each by where it was first seen, which a swap or a hand-over makes stale."""

from __future__ import annotations

import ast
import re

import msgspec

from harness.model.trace import Step, Trace
from harness.report.code import Code, called
from harness.report.story import CELL_READS, CELL_WRITES, SYNCHRONISATION, place_of


def named_as_read(trace: Trace) -> Trace:
    """The trace with other names for containers where the line says another: that of the variable just read on the line, or that on which a method is
    called. Nothing but names in `location` and `what` changes; O(steps)."""
    code = Code(trace.source)
    before: dict[str, Step] = {}
    steps: list[Step] = []
    for step in trace.steps:
        name = _name_on_the_line(trace, code, step, before.get(step.thread))
        before[step.thread] = step
        steps.append(step if name is None else _renamed(step, name))
    return trace if all(one is other for one, other in zip(steps, trace.steps, strict=True)) else msgspec.structs.replace(trace, steps=tuple(steps))


def _name_on_the_line(trace: Trace, code: Code, step: Step, previous: Step | None) -> str | None:
    """What the line calls the container of a step, where it does not know the recorder's name; None where that name fits, or no other is certain."""
    if not step.line or not step.location_id or not step.value or step.kind in SYNCHRONISATION | CELL_READS | CELL_WRITES:
        return None
    text = trace.source.get(step.file, {}).get(step.line, "")
    if not text or _is_on(text, step.location):
        return None
    is_read = previous is not None and previous.kind in CELL_READS and (previous.file, previous.line) == (step.file, step.line)
    if previous is not None and is_read and _is_on(text, previous.location) and place_of(previous) != place_of(step):
        return previous.location
    method = re.match(rf"call {re.escape(step.location)}\.(\w+)\(", step.what)
    statement = code.statement(step.file, step.line) if method is not None else None
    owners = {
        node.func.value.id
        for node in ast.walk(statement or ast.Pass())
        if isinstance(node, ast.Call)
        and method is not None
        and called(node) == method[1]
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
    }
    return owners.pop() if len(owners) == 1 else None


def _is_on(text: str, location: str) -> bool:
    """Whether the line has the last name of a label: "front" of "Pipeline.front[0]"."""
    name = re.match(r"\w+", location.partition("[")[0].rpartition(".")[2])
    return name is not None and re.search(rf"\b{name[0]}\b", text) is not None


def _renamed(step: Step, name: str) -> Step:
    return msgspec.structs.replace(step, location=name, what=step.what.replace(step.location, name, 1))
