"""One name for two variables: ``from module import name`` copies what the name stands for, and later writes of the one do not reach the other."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from harness.model.trace import Step, ThreadEnd
from harness.report.mistake import Mistake
from harness.report.standstill import wait_step
from harness.report.story import Story, place_of
from harness.report.words import file_name, printable


def asked_a_copy(story: Story, own: Sequence[Step]) -> Mistake | None:
    """Of a thread's steps the last that asked a module's variable to decide something, where writes went to another module's of the same name."""
    for look in reversed(own):
        if look.kind == "global-read" and look.line and story.code.decides(look.file, look.line):
            for write in _writes_of(story, look.location):
                is_twin = place_of(write) != place_of(look) and write.file != look.file
                asked = f"{look.thread} asked it{story.at(look)}"
                mistake = _copied(story, look.file, write, asked) or _copied(story, write.file, look, asked, write) if is_twin else None
                if mistake is not None:
                    return mistake
    return None


def loops_on_a_copy(story: Story, file: str, line: int) -> Mistake | None:
    """The innermost loop around a line asks a name that the file has imported with ``from``, and only the module's own variable is written."""
    loop = next(reversed(story.code.inside(file, line, ast.While)), None)
    for node in ast.walk(loop.test) if loop is not None else ():
        if loop is not None and isinstance(node, ast.Name):
            for write in _writes_of(story, node.id):
                mistake = _copied(story, file, write, f"the loop{story.at_line(file, loop.lineno)} asks it") if write.file != file else None
                if mistake is not None:
                    return mistake
    return None


def waits_on_a_copy(story: Story, end: ThreadEnd) -> Mistake | None:
    """`loops_on_a_copy`, or `asked_a_copy`, for a thread that waits for ever."""
    wait = wait_step(story, end)
    if wait is None:
        return None
    own = [step for step in story.steps if step.thread == end.name and step.function == wait.function]
    return loops_on_a_copy(story, wait.file, wait.line) or asked_a_copy(story, own)


def _writes_of(story: Story, name: str) -> list[Step]:
    """The writes of module-level variables of this name, the last first."""
    return [step for step in reversed(story.steps) if step.kind == "global-write" and step.location == name and step.line]


def _copied(story: Story, file: str, origin: Step, asked: str, write: Step | None = None) -> Mistake | None:
    """That `file` has a variable of its own because it imported the name from the module of `origin`; `write` is what did not reach it, or came from it."""
    module, write = file_name(origin.file).removesuffix(".py"), write or origin
    found = story.code.copied_from(file, origin.location, module)
    if found is None:
        return None
    in_full, words, line = found
    name, own = printable(origin.location), file_name(file)
    other = f"that of {file_name(write.file)}"
    told = f"`{words}`{story.at_line(file, line)} gave {own} a variable {name} of its own: {asked}, and {write.thread} wrote {other}{story.at(write)}."
    return Mistake((told,), f"In {own} say {in_full}.{name} after `import {in_full}`, not {name}: then both mean one variable.")
