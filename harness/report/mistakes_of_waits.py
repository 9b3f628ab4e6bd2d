"""Mistakes behind threads that wait for ever: locks in two orders or kept, waiting with a lock in hand, Events wiped out, and what stands beside."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from itertools import pairwise

from harness.model.trace import Step, ThreadEnd
from harness.report.code import called, receiver
from harness.report.mistake import Mistake
from harness.report.mistakes_after_death import died_before_waking
from harness.report.mistakes_of_counts import (
    left_when_it_was_empty,
    no_line_does_it,
    nobody_was_started,
    not_given_back,
    results_in_a_circle,
    takers_have_gone,
    takes_and_waits_for_room,
    too_few_done,
    too_few_ends,
    too_few_for_the_barrier,
)
from harness.report.mistakes_of_ends import flag_unseen, kept_from_waking, no_end_told, one_end_for_several
from harness.report.mistakes_of_losses import lost_before
from harness.report.mistakes_of_names import waits_on_a_copy
from harness.report.mistakes_of_notify import changed_without_notify, stayed_elsewhere
from harness.report.mistakes_of_places import changed_before_its_test
from harness.report.mistakes_of_pools import no_worker_left
from harness.report.mistakes_of_refusals import refused_for
from harness.report.mistakes_of_state import certain_update
from harness.report.mistakes_of_wakes import came_before_the_wait, woke_another, woke_the_wrong_one
from harness.report.passage import mutexes_at
from harness.report.standstill import circle_of, operation_of, wait_step, wanted_from
from harness.report.story import CELL_WRITES, Story, place_of
from harness.report.words import joined, printable, upper

ANY_CALLER = "these are different locks of one name. Take them in an order that does not depend on who calls (sorted by a number of their own, say)."


def mistakes_of_waits(story: Story) -> list[Mistake]:
    """What each thread that waits for ever waits in vain for; one mistake once. After an exception only what a lock explains."""
    waiting = [end for end in story.blocked() if not end.is_daemon]
    wants = {end.name: holder for end in waiting if (holder := wanted_from(story, end))}
    circle = circle_of(wants)
    if len(circle) > 1:
        two_orders = _two_orders(story, circle)
        return [two_orders] if two_orders is not None else []
    looks = [no_worker_left, _kept, _waits_with_a_lock, _begins_shut]
    if not any(step.kind == "raise" for step in story.steps):
        looks += [_two_objects, waits_on_a_copy, kept_from_waking, _wiped_out, woke_the_wrong_one, woke_another, came_before_the_wait]
        looks += [stayed_elsewhere, changed_without_notify, nobody_was_started, too_few_for_the_barrier, too_few_done, left_when_it_was_empty]
        looks += [refused_for, flag_unseen, one_end_for_several, too_few_ends, not_given_back, no_end_told, takers_have_gone]
        looks += [results_in_a_circle, lost_before]
    looks += [died_before_waking, changed_without_notify, takes_and_waits_for_room, no_line_does_it]
    found: dict[str, Mistake] = {}
    for look in looks:
        for end in waiting:
            mistake = look(story, end)
            if mistake is not None:
                found.setdefault(mistake.hint or mistake.told[0], mistake)
        if found:
            break
    if not found and waiting and (torn := certain_update(story)) is not None:
        return [torn]
    return list(found.values())


def locks_left_behind(story: Story) -> list[Mistake]:
    """Locks that a thread ended with, of which others wait for some."""
    found = (_kept(story, end) for end in story.blocked() if not end.is_daemon)
    return [mistake for mistake in found if mistake is not None]


def _two_orders(story: Story, circle: list[str]) -> Mistake | None:
    holders = story.holders()
    told, names, places = [], [], set()
    for thread in circle:
        end = story.end_of(thread)
        wait = wait_step(story, end) if end is not None else None
        wanted_by = circle[circle.index(thread) - 1]
        other = story.end_of(wanted_by)
        wished = wait_step(story, other) if other is not None else None
        held = holders.get(place_of(wished)) if wished is not None else None
        if wait is None or held is None:
            return None
        told.append(f"{thread} takes {story.lock_name(held)} ({story.line(held)}), then {story.lock_name(wait)} ({story.line(wait)})")
        names.append(wait.location)
        places.add(place_of(wait))
    if len(set(names)) < len(places):
        return Mistake(
            (),
            f"{joined(told)}: {ANY_CALLER}",
        )
    return Mistake((), one_order(told))


def _is_given_back_elsewhere(story: Story, taken: Step, back: Sequence[ast.Call]) -> bool:
    """Whether the lock is taken in a branch or loop that holds none of the releases, as by the first reader of several: no ``with`` can span the two."""
    around = [node for node in story.code.around(taken.file, taken.line) if isinstance(node, ast.If | ast.While | ast.For)]
    taking = [node for node in around if any(_lies_in(taken.line, statement) for statement in node.body + node.orelse)]
    return bool(taking) and not any(_lies_in(node.lineno, taking[-1]) for node in back)


def _lies_in(line: int, statement: ast.stmt) -> bool:
    return statement.lineno <= line <= (statement.end_lineno or statement.lineno)


def one_order(told: Sequence[str]) -> str:
    """A hint for a circle of locks with different names, `told` being what each thread takes."""
    if len(told) == 2:
        return f"Take the two locks in one order everywhere: {told[0]}, but {told[1]}."
    return f"Take the locks in one order everywhere: {joined(told)}, which closes a circle."


def _kept(story: Story, end: ThreadEnd) -> Mistake | None:
    """A lock whose taker has ended, or comes to take it once more."""
    wait = wait_step(story, end)
    taken = story.holders().get(place_of(wait)) if wait is not None else None
    holder = story.end_of(taken.thread) if taken is not None else None
    if wait is None or taken is None or holder is None or (holder.state != "ended" and holder.name != end.name):
        return None
    calls = story.code.calls(taken.file, taken.line, "acquire")
    name = printable(taken.location)
    if calls:
        function = story.code.function(taken.file, taken.line)
        lock = receiver(calls[0])
        back = [node for node in ast.walk(function or ast.Pass()) if isinstance(node, ast.Call) and called(node) == "release" and receiver(node) == lock]
        came_round = story.call_of(taken) is not story.call_of(wait) or (wait.file, wait.function) == (taken.file, taken.function)
        if back and holder.name == end.name and (wait.file, wait.line) == (taken.file, taken.line) and _is_given_back_elsewhere(story, taken, back):
            told_round = f"{end.name} came round to {story.line(wait)} with {name} still in hand, which it had taken there before."
            return Mistake((told_round,), f"Release {name} before the loop goes round to {story.line(wait)} again, on every way.")
        if back and holder.state == "ended" and (skipped := changed_before_its_test(story, holder.name)) is not None:
            return skipped
        if not back or (holder.state != "ended" and not came_round) or _is_given_back_elsewhere(story, taken, back):
            return None
        left = _handler_passed(story, taken)
        told = (f"{left} and so passed by the release of {story.at_line(taken.file, back[0].lineno).removeprefix(' at ')}.",) if left else ()
        return Mistake(
            told, f"`with {lock}:` in place of acquire() at {story.line(taken)} gives {name} back on every way out, an exception and `continue` among them."
        )
    if holder.name == end.name and wait.line != taken.line:
        return Mistake(
            (), f"{upper(story.line(wait))} takes {name} once more while {story.line(taken)} still holds it: take it once, or make it a threading.RLock."
        )
    return None


def _handler_passed(story: Story, taken: Step) -> str:
    """The `except` through which the thread went after it had taken the lock, with its line, and where it had failed; "" where no step shows that."""
    own = [step for step in story.steps if step.thread == taken.thread and step.step > taken.step and step.line]
    for failed, following in pairwise(own):
        handler = story.code.handler_between(failed.file, failed.line, following.line) if failed.file == following.file else None
        if handler is not None:
            kind = f" {ast.unparse(handler.type)}" if handler.type is not None else ""
            return f"What it did{story.at(failed)} failed; it left by the `except{kind}` of {story.at_line(failed.file, handler.lineno).removeprefix(' at ')}"
    return ""


def _waits_with_a_lock(story: Story, end: ThreadEnd) -> Mistake | None:
    """It waits for something that only others can bring, and they need the lock that it holds meanwhile."""
    wait = wait_step(story, end)
    if wait is None or wanted_from(story, end):
        return None
    for place, taken in mutexes_at(story, wait).items():
        others = [other for other in story.blocked() if other.name != end.name and (step := wait_step(story, other)) is not None and place_of(step) == place]
        if others and place != place_of(wait):
            name, wanted = printable(taken.location), printable(wait.location)
            needed = story.at_line(others[-1].file, others[-1].line)
            told = f"{end.name} holds {name} while it waits for {wanted}, and {others[-1].name} must have {name}{needed} before it can do anything."
            return Mistake(
                (told,),
                f"Wait first, lock then: what waits at {story.line(wait)} must stand before {name} is taken at {story.line(taken)}, "
                "and likewise on the other side.",
            )
    return None


def _two_objects(story: Story, end: ThreadEnd) -> Mistake | None:
    """One variable has been given two objects, and this thread waits on one of them."""
    wait = wait_step(story, end)
    if wait is None:
        return None
    made = [step for step in story.steps if step.location == wait.location and step.kind in CELL_WRITES and step.value not in ("None", "")]
    if len({step.thread for step in made}) < 2:
        return None
    one, two = made[0], made[-1]
    looks = [step for step in story.touching(place_of(two), before=two.step) if step.thread == two.thread and not step.is_write and step.value == "None"]
    name = printable(wait.location)
    seen = f", having seen None{story.at(looks[-1])} before" if looks else ""
    told = f"{one.thread} made {name}{story.at(one)}, and {two.thread} made another{story.at(two)}{seen}."
    span = f"{story.line(looks[-1])} and {story.line(two)}" if looks and looks[-1].line != two.line else story.line(two)
    return Mistake((told,), f"Make {name} once, in __init__, before any thread runs; or hold a lock that is made there around {span}.")


def _wiped_out(story: Story, end: ThreadEnd) -> Mistake | None:
    """The Event had been set for this thread, and was cleared before it could see that."""
    found = set_and_cleared(story, end)
    if found is None:
        return None
    wait, last, clear = found
    name = printable(wait.location)
    if clear.thread == end.name and clear.function == wait.function and clear.line < wait.line:
        before = _lets_on_after(story, wait)
        soon = f", and before {before} lets the other side go on" if before else ""
        wipes = f"{story.line(clear)} wipes out a set that came early"
        return Mistake((), f"Clear {name} straight after the wait of {story.line(wait)}{soon}, not before the wait: {wipes}.")
    if clear.thread == last.thread:
        return Mistake(
            (), f"{upper(story.line(clear))} must not clear {name}: leave it set, and let who waits for it clear it after the wait ({story.line(wait)})."
        )
    if clear.thread == end.name and clear.function == wait.function:
        passed = next((step.step for step in reversed(story.steps[: clear.step]) if step.kind == "wait" and place_of(step) == place_of(clear)), 0)
        own = [step for step in story.steps[passed : clear.step - 1] if step.thread == clear.thread]
        release = next((step for step in reversed(own) if step.kind == "release" and place_of(step) not in story.signals()), None)
        branches = story.code.inside(clear.file, clear.line, ast.If)
        if release is not None and release.function == clear.function and place_of(release) not in mutexes_at(story, clear):
            lock = printable(release.location)
            look = f"What was seen under {lock} ({story.line(release)}) and the clear ({story.line(clear)})"
            return Mistake((), f"{look} must stand under one hold of it, and so must the change and the set ({story.line(last)}).")
        if branches:
            decided = f"What decides the clear ({story.at_line(clear.file, branches[-1].lineno).removeprefix(' at ')}) and the clear ({story.line(clear)})"
            return Mistake((), f"{decided} must stand under one lock, and the change and the set of {story.line(last)} under the same.")
        return Mistake((), f"Clear {name} right after the wait of {story.line(wait)}: at {story.line(clear)} it wipes out a set that came meanwhile.")
    if len({step.thread for step in story.touching(place_of(wait)) if step.kind in ("wait", "blocked")}) < 2:
        return None
    hint = (
        f"An Event does not count: several threads wait for {name}, and one clears it for all. A Semaphore, or a Condition with a `while`, keeps every wake-up."
    )
    return Mistake((), hint)


def _lets_on_after(story: Story, wait: Step) -> str:
    """The first line below a wait, in its function, that lets another thread go on; "" where there is none."""
    calls = [node for node in ast.walk(story.code.function(wait.file, wait.line) or ast.Pass()) if isinstance(node, ast.Call)]
    lines = [node.lineno for node in calls if called(node) in ("set", "release", "notify", "notify_all", "put") and node.lineno > wait.line]
    return story.at_line(wait.file, min(lines)).removeprefix(" at ") if lines else ""


def set_and_cleared(story: Story, end: ThreadEnd) -> tuple[Step, Step, Step] | None:
    """The wait of a thread for an Event, the last set before it was cleared, and that clear; None unless it was cleared last."""
    wait = wait_step(story, end)
    if wait is None or operation_of(wait) != "wait" or not story.is_event(wait):
        return None
    uses = [step for step in story.touching(place_of(wait)) if step.kind in ("set", "clear")]
    before = next((step for step in reversed(uses) if step.kind == "set"), None)
    clear = next((step for step in uses if before is not None and step.step > before.step), None)
    if before is None or clear is None or before.thread == end.name or (clear.thread == end.name and _was_let_on(story, before, clear)):
        return None
    return wait, before, clear


def _was_let_on(story: Story, opened: Step, clear: Step) -> bool:
    """Whether the thread that cleared the Event had been let past a wait for it by that set."""
    own = [step for step in story.steps[: clear.step - 1] if step.thread == clear.thread]
    wait = next((step for step in reversed(own) if step.kind == "wait" and place_of(step) == place_of(clear)), None)
    return wait is not None and not any(wait.step < step.step < opened.step and step.kind != "blocked" for step in own)


def _begins_shut(story: Story, end: ThreadEnd) -> Mistake | None:
    """A put waits for a signal that only gets give, and it has never stood open."""
    wait = wait_step(story, end)
    call = next((put for put in story.puts if put.thread == end.name and put.end is None), None)
    if wait is None or call is None or operation_of(wait) != "acquire" or any(step.kind != "blocked" for step in story.touching(place_of(wait))):
        return None
    attribute = wait.location.rpartition(".")[2]
    function = story.code.function(wait.file, wait.line)
    own = range(function.lineno, (function.end_lineno or function.lineno) + 1) if function is not None else range(0)
    pattern = re.compile(rf"\b{re.escape(attribute)}\.release\(")
    given = [line for line, text in story.trace.source.get(wait.file, {}).items() if line not in own and pattern.search(text)]
    kind, file, line = story.made_of(wait.location)
    if not given or not line:
        return None
    name, where = printable(wait.location), story.at_line(file, line).removeprefix(" at ")
    told = f"{name} had been shut since it was made{story.at_line(file, line)}, and only a get releases it{story.at_line(wait.file, given[0])}."
    if "Semaphore" in kind:
        return Mistake((told,), f"{name} counts free places, so it must begin with as many as there are ({where}).")
    return Mistake((told,), f"{name} tells puts that there is room, so it must begin released ({where}).")
