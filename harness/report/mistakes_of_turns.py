"""Loops that never end: each gives way to the other, the loop holds the lock that is needed, or what it asks is another variable than the one written."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from harness.model.trace import Step, ThreadEnd
from harness.report.mistake import Mistake
from harness.report.standstill import wanted_from
from harness.report.story import CELL_WRITES, Story, place_of
from harness.report.words import joined, printable, unique


def given_back_and_forth(story: Story, tail: Sequence[Step], turning: Sequence[str]) -> Mistake | None:
    """Two turning threads write one variable again and again, each in its loop what the other then writes over."""
    writes: dict[tuple[str, str, int], list[Step]] = {}
    for step in tail:
        if step.kind in CELL_WRITES and step.thread in turning and step.line:
            writes.setdefault((str(place_of(step)), step.location, step.line), []).append(step)
    for (place, location, _), steps in writes.items():
        threads = unique(step.thread for step in steps)
        if len(threads) != 2 or any(sum(step.thread == name for step in steps) < 2 for name in threads) or str(place_of(steps[0])) != place:
            continue
        line, name = story.line(steps[0]), printable(location)
        branch = next(reversed(story.code.inside(steps[0].file, steps[0].line, ast.If)), None)
        condition = (
            f", whenever `{ast.unparse(branch.test)}` ({story.at_line(steps[0].file, branch.lineno).removeprefix(' at ')})" if branch is not None else ""
        )
        told = f"{joined(threads)} write {name} by turns{story.at(steps[0])}{condition}: each gives way to the other, who then does the same."
        hint = (
            f"Two threads must not both give way ({line}): let one of them go first whatever "
            "the other wants, or hold a lock from the look to the end of the work."
        )
        return Mistake((told,), hint)
    return None


def both_want(story: Story, wants: Sequence[Step]) -> Mistake:
    """Each of several threads had said that it wants to go on, and then waits until no other one does."""
    lines = joined(unique(story.line(step) for step in wants))
    return Mistake((), f"Hold one threading.Lock in place of such flags: as each sets its own ({lines}) before it asks for the other's, all can wait at once.")


def turns_with_the_lock(story: Story, end: ThreadEnd) -> Mistake | None:
    """The turning thread holds a lock that others must have before they can change anything."""
    for other in story.blocked():
        if wanted_from(story, other) != end.name:
            continue
        taken = next((step for step in story.holders().values() if step.thread == end.name and f" {step.location}," in f"{other.waits_for},"), None)
        if taken is None:
            continue
        name = printable(taken.location)
        told = (
            f"{end.name} holds {name}{f' (since {story.line(taken)})' if taken.line else ''} "
            f"all the time, and {other.name} must have it before it can change anything."
        )
        return Mistake(
            (told,),
            f"A loop must not keep {name} while it waits{story.at_line(end.file, end.line)}: use a Condition on it and its wait(), which gives it back.",
        )
    return None


def another_variable(story: Story, look: Step) -> Mistake | None:
    """What the loop asks is not what others write: that of the class for that of an object, that of each thread, or a local variable of one name."""
    return _of_class_and_object(story, look) or _of_each_thread(story, look) or _a_local_one(story, look)


def _of_class_and_object(story: Story, look: Step) -> Mistake | None:
    asked = _owner(story, look)
    for write in story.steps:
        if write.kind not in CELL_WRITES or write.location != look.location or place_of(write) == place_of(look) or not write.line:
            continue
        written = _owner(story, write)
        if written == asked or "self" not in (asked, written) or not any(name[:1].isupper() for name in (asked, written)):
            continue
        attribute = look.location.rpartition(".")[2]
        told = (
            f"`{asked}.{attribute}` ({story.line(look)}), which {look.thread} asks, and "
            f"`{written}.{attribute}` ({story.line(write)}), which {write.thread} wrote, "
            "are two variables: one of the class and one of an object of it."
        )
        return Mistake((told,), f"Make {attribute} in __init__ and say self.{attribute} everywhere ({joined(unique((story.line(look), story.line(write))))}).")
    return None


def _owner(story: Story, step: Step) -> str:
    """The name before the attribute that a step touches ("self"); "" where the line does not show one."""
    attribute = step.location.rpartition(".")[2]
    statement = story.code.statement(step.file, step.line)
    heads: list[ast.AST] = [statement.test] if isinstance(statement, ast.While | ast.If) else [statement] if statement is not None else []
    owners = {
        node.value.id
        for head in heads
        for node in ast.walk(head)
        if isinstance(node, ast.Attribute) and node.attr == attribute and isinstance(node.value, ast.Name)
    }
    return owners.pop() if len(owners) == 1 else ""


def _of_each_thread(story: Story, look: Step) -> Mistake | None:
    locals_ = {step.location for step in story.steps if step.value == "<local>"}
    for write in story.steps:
        owner, _, attribute = write.location.rpartition(".")
        if write.kind in CELL_WRITES and owner in locals_ and write.thread == look.thread and write.line:
            others = unique(step.thread for step in story.steps if step.location == write.location and step.kind in CELL_WRITES and step.thread != look.thread)
            _, file, line = story.made_of(owner)
            if others and line:
                where, name = story.at_line(file, line), printable(owner)
                told = f"{name} is a threading.local{where}: {look.thread} and {joined(others)} each have {attribute} of their own there{story.at(write)}."
                return Mistake((told,), f"What threads share must not stand in a threading.local{where}: make {attribute} an attribute of the object itself.")
    return None


def _a_local_one(story: Story, look: Step) -> Mistake | None:
    """A function of another thread assigns a local variable of the name that the loop asks."""
    name = look.location.rpartition(".")[2]
    if not name.isidentifier():
        return None
    writers = [step for step in story.steps if step.location == look.location and step.kind in CELL_WRITES and step.step > story.opening()]
    if writers:
        return None
    assigned = _assigned_by_another(story, name, look.thread)
    if assigned is None:
        return None
    step, function, found = assigned
    where = story.at_line(step.file, found.lineno)
    told = (
        f"`{ast.unparse(found)}`{where} sets a local variable of {function.name}, "
        f"not the {printable(look.location)} that {look.thread} asks{story.at(look)}."
    )
    way = (
        f"Say `global {name}` at the beginning of {function.name}"
        if "." not in look.location
        else f"Say self.{name} = {ast.unparse(found.value)}{where}"
    )
    return Mistake((told,), f"{way}.")


def _assigned_by_another(story: Story, name: str, thread: str, file: str = "") -> tuple[Step, ast.FunctionDef, ast.Assign] | None:
    """The first function of this file, of any if none is named, that another thread came to and that assigns a variable of this name which is its
    own: the step there, the function, the assignment."""
    seen: set[int] = set()
    for step in story.steps:
        function = story.code.function(step.file, step.line) if step.line and step.thread != thread and file in ("", step.file) else None
        if not isinstance(function, ast.FunctionDef) or id(function) in seen:
            continue
        seen.add(id(function))
        found = local_of(function, name)
        if found is not None:
            return step, function, found
    return None


def local_of(function: ast.FunctionDef, name: str) -> ast.Assign | None:
    """Where a function assigns a variable of this name that is its own."""
    if any(isinstance(node, ast.Global | ast.Nonlocal) and name in node.names for node in ast.walk(function)):
        return None
    assigns = [node for node in ast.walk(function) if isinstance(node, ast.Assign)]
    return next((node for node in assigns if any(isinstance(target, ast.Name) and target.id == name for target in node.targets)), None)


def only_a_local_one(story: Story, end: ThreadEnd, loop: ast.While) -> Mistake | None:
    """The loop's test asks a variable of the module, and the only other line that sets one of that name sets a local variable."""
    names = {node.id for node in ast.walk(loop.test) if isinstance(node, ast.Name)}
    text = "\n".join(story.trace.source.get(end.file, {}).values())
    for name in sorted(names):
        if not re.search(rf"^{re.escape(name)}\s*=", text, re.MULTILINE):
            continue
        assigned = _assigned_by_another(story, name, end.name, end.file)
        if assigned is not None:
            step, function, found = assigned
            where = story.at_line(step.file, found.lineno)
            told = f"`{ast.unparse(found)}`{where} sets a local variable of {function.name}, not the {name} of the module that the loop asks."
            return Mistake((told,), f"Say `global {name}` at the beginning of {function.name}{story.at_line(step.file, function.lineno)}.")
    return None
