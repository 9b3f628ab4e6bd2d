"""Messages that came out in another order than they went in."""

from __future__ import annotations

import ast
import re

from harness.model.trace import Step
from harness.report.mistake import Mistake
from harness.report.story import Story, Told, mentions, place_of
from harness.report.words import printable, shortened, unique


def why_it_came_first(story: Story, early: Told, late: Told, taken: Step | None) -> Mistake | None:
    """The first of these that the trace shows: a heap gave what compares smallest; the class's own _get takes the newest; one carrier overtook another."""
    return (_smallest_first(story, early, late, taken) if taken is not None else None) or _own_get_takes_the_newest(story) or _overtaken(story)


def _smallest_first(story: Story, early: Told, late: Told, taken: Step) -> Mistake | None:
    calls = story.code.calls(taken.file, taken.line, "heappop")
    before = [step for step in story.touching(place_of(taken), before=taken.step) if step.value.startswith("[")]
    if not calls or not before or not all(mentions(before[-1].value, call.value) for call in (early, late)):
        return None
    name = printable(taken.location)
    first, second = (shortened(printable(call.value), 60) for call in (early, late))
    told = (
        f"Both were in {name} then ({shortened(printable(before[-1].value), 60)}); "
        f"heappop() gives the item that compares smallest, and that was not message {first}."
    )
    pushes = unique(story.line(step) for step in story.touching(place_of(taken)) if story.code.calls(step.file, step.line, "heappush"))
    where = f" ({pushes[0]})" if len(pushes) == 1 else ""
    return Mistake(
        (told,), f"What is pushed{where} must compare greater than all that was pushed before, by a number that only grows: so message {first} before {second}."
    )


def _own_get_takes_the_newest(story: Story) -> Mistake | None:
    for file, lines in story.trace.source.items():
        for line, text in sorted(lines.items()):
            if not re.match(r"\s*def _get\(self\)", text):
                continue
            function = story.code.function(file, line)
            for node in ast.walk(function or ast.Pass()):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "pop" and not node.args:
                    where = story.at_line(file, node.lineno)
                    told = f"The class's own _get takes by `{ast.unparse(node)}`{where} from the end to which a queue adds: the newest message."
                    return Mistake((told,), f"popleft() for pop(){where} takes the oldest message.")
    return None


def _overtaken(story: Story) -> Mistake | None:
    """Two threads of the pipeline carry from one queue to another: who took first put second."""
    carried: dict[str, list[tuple[Step, Step]]] = {}
    for get in story.steps:
        if get.kind != "get" or not get.line or story.call_of(get) is not None:
            continue
        put = next((step for step in story.steps[get.step :] if step.thread == get.thread and step.kind in ("put", "get") and step.line), None)
        if put is not None and put.kind == "put" and place_of(put) != place_of(get):
            carried.setdefault(f"{place_of(get)} {place_of(put)}", []).append((get, put))
    for pairs in carried.values():
        for one, two in ((one, two) for one in pairs for two in pairs if one[0].step < two[0].step and one[1].step > two[1].step):
            if one[0].thread != two[0].thread:
                source, sink = printable(one[0].location), printable(one[1].location)
                told = (
                    f"{one[0].thread} took an item out of {source}{story.at(one[0])} before "
                    f"{two[0].thread} took the next one, but {two[0].thread} put its own into "
                    f"{sink} first{story.at(two[1])}: it overtook."
                )
                return Mistake((told,), f"Let only one thread carry from {source} to {sink}; between two, nothing keeps the items in their order.")
    return None
