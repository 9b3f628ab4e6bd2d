"""One object where each user should have one of its own, and one element for two who each take it."""

from __future__ import annotations

import ast
import re

from harness.model.trace import Step
from harness.report.mistake import Mistake
from harness.report.story import CELL_READS, CONTAINERS, SYNCHRONISATION, Place, Story, is_same_cell, place_of, said_value
from harness.report.words import printable

FRESH = (ast.List, ast.Dict, ast.Set)
MAKERS = frozenset({"list", "dict", "set", "deque", "defaultdict"})


def one_default_for_all(story: Story) -> Mistake | None:
    """Two threads changed a container that a function has as the default of a parameter: it is made once, with the function."""
    for place, changes in _changed_by_several(story).items():
        function = story.code.function(changes[0].file, changes[0].line)
        if not isinstance(function, ast.FunctionDef):
            continue
        arguments = [*function.args.posonlyargs, *function.args.args]
        defaults = dict(zip((argument.arg for argument in reversed(arguments)), reversed(function.args.defaults), strict=False))
        defaults |= {argument.arg: value for argument, value in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True) if value is not None}
        labels = {step.location for step in story.touching(place)}
        name = next((name for name, value in defaults.items() if name in labels and _is_fresh(value)), None)
        if name is None or any(story.code.function(step.file, step.line) is not function for step in changes):
            continue
        one, two = _first_of_two(changes)
        where = story.at_line(changes[0].file, function.lineno)
        told = (
            f"{one.thread} changed {name}{story.at(one)}, and {two.thread} the same object{story.at(two)}, "
            f"for the default `{name}={ast.unparse(defaults[name])}`{where} is made once and not for each call."
        )
        return Mistake((told,), f"Say {name}=None{where}, and make a new object in the function where it is None.")
    return None


def one_for_all_objects(story: Story) -> Mistake | None:
    """Two threads changed, each through an object of its own, a container that their class has."""
    for _place, changes in _changed_by_several(story).items():
        owner, _, attribute = changes[0].location.partition(".")
        found = _in_class_body(story, owner, attribute)
        if found is None:
            continue
        file, line, value = found
        reads = [step for step in story.steps if step.kind == "read" and step.location == changes[0].location and step.step > story.opening()]
        owners = {place_of(step) for step in reads if any(step.thread == change.thread for change in changes)}
        if len(owners) < 2:
            continue
        one, two = _first_of_two(changes)
        where = story.at_line(file, line)
        told = (
            f"{one.thread} changed {attribute}{story.at(one)} for one {owner}, and {two.thread}{story.at(two)} for another; both are the one object "
            f"that the class has (`{attribute} = {value}`{where})."
        )
        return Mistake((told,), f"Make {attribute} in __init__ (self.{attribute} = {value}) and not in the class{where}: then each {owner} has its own.")
    return None


def taken_by_two(story: Story) -> Mistake | None:
    """Two threads read the same element of a container before either had removed it."""
    for first in story.steps:
        if first.kind != "getitem" or not first.line or not first.value or place_of(first) not in story.live_places():
            continue
        for second in story.touching(place_of(first), first.step):
            if second.is_write:
                break  # whatever this changed, the second read comes after it
            same = second.kind == "getitem" and second.thread != first.thread and (second.file, second.line) == (first.file, first.line)
            if not same or not is_same_cell(first, second) or second.value != first.value:
                continue
            removals = [step for step in story.touching(place_of(first), second.step) if step.is_write and step.thread in (first.thread, second.thread)]
            removal = next((step for step in removals if _removes(story, step)), None)
            if removal is None or removal.file != first.file:
                continue
            name, element = printable(first.location.partition("[")[0]), printable(first.location)
            told = (
                f"{first.thread} and {second.thread} both read {element} = {said_value(first)}{story.at(first)}; only after that did {removal.thread} "
                f"remove it{story.at(removal)}."
            )
            hint = f"Read and remove in one step, {name}.pop(...) at {story.line(first)}, or hold one lock from {story.line(first)} to {story.line(removal)}."
            return Mistake((told,), hint)
    return None


def _removes(story: Story, step: Step) -> bool:
    return bool(story.code.calls(step.file, step.line, "remove", "pop", "popleft", "discard", "clear")) or step.kind == "delitem"


def _changed_by_several(story: Story) -> dict[Place, list[Step]]:
    """The changes of each container that more than one thread changed, by what they are on."""
    found: dict[Place, list[Step]] = {}
    for step in story.steps:
        if step.is_write and step.line and step.kind not in SYNCHRONISATION | CELL_READS and step.value.startswith(CONTAINERS) and step.step > story.opening():
            found.setdefault(place_of(step), []).append(step)
    return {place: steps for place, steps in found.items() if len({step.thread for step in steps}) > 1}


def _first_of_two(changes: list[Step]) -> tuple[Step, Step]:
    """The first change, and the first of another thread."""
    return changes[0], next(step for step in changes if step.thread != changes[0].thread)


def _is_fresh(value: ast.expr) -> bool:
    return isinstance(value, FRESH) or (isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in MAKERS)


def _in_class_body(story: Story, owner: str, attribute: str) -> tuple[str, int, str] | None:
    """Where the class of this name gives the attribute a container of its own: file, line and the expression."""
    for file, lines in story.trace.source.items():
        inside = -1
        for line, text in sorted(lines.items()):
            depth = len(text) - len(text.lstrip())
            if re.match(rf"\s*class {re.escape(owner)}\b", text):
                inside = depth
            elif inside >= 0 and text.strip() and depth <= inside:
                inside = -1
            elif inside >= 0 and (
                found := re.fullmatch(
                    rf"\s*{re.escape(attribute)}\s*(?::[^=]+)?=\s*((?:\w+\.)?(?:list|dict|set|deque|defaultdict)\(.*\)|\[.*\]|\{{.*\}})\s*", text
                )
            ) and not any(isinstance(node, ast.FunctionDef) for node in story.code.around(file, line)):
                return file, line, found[1]
    return None
