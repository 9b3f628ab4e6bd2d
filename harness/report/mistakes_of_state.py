"""Mistakes with shared state and with what guards it: updates torn apart, locks given back wrongly, one object for many messages."""

from __future__ import annotations

import ast

from harness.model.trace import Step
from harness.report.code import called, receiver
from harness.report.lost_update import LostUpdate, find_lost_update, is_carried, shared_permit
from harness.report.mistake import Mistake
from harness.report.passage import mutexes_at
from harness.report.story import CELL_READS, CELL_WRITES, Place, Story, Told, is_absent, is_same_cell, place_of, said_value, said_write
from harness.report.words import joined, printable, unique, upper

ADDING = frozenset({"put", "put_nowait", "append", "appendleft", "insert", "add"})


def torn_update(story: Story, place: Place | None = None, on_one_line: bool = False) -> Mistake | None:
    """A read, a change and a write that another thread's write came between."""
    lost = find_lost_update(story, place, on_one_line)
    return None if lost is None else Mistake(lost.sentences(story), _one_lock_for(story, lost))


def certain_update(story: Story) -> Mistake | None:
    """A torn update of which it is certain that what was written came from what had been read: on one line, or through a variable."""
    torn = torn_update(story, on_one_line=True)
    lost = None if torn is not None else find_lost_update(story)
    return torn_update(story) if lost is not None and is_carried(story, lost) else torn


def torn_under_two_locks(story: Story, write: Step, over: Step) -> Mistake | None:
    """An update that the threads of these two writes have torn apart although both held a lock, for each held its own."""
    lost = find_lost_update(story, None, False)
    if lost is None or {lost.write.thread, lost.other.thread} != {write.thread, over.thread}:
        return None
    mine, theirs = mutexes_at(story, lost.write), mutexes_at(story, lost.other)
    return Mistake(lost.sentences(story), _one_lock_for(story, lost)) if mine and theirs and not mine.keys() & theirs.keys() else None


def _one_lock_for(story: Story, lost: LostUpdate) -> str:
    mine, theirs = mutexes_at(story, lost.write), mutexes_at(story, lost.other)
    first, last, other = story.line(lost.read), story.line(lost.write), story.line(lost.other)
    span = last if first == last else f"{first} to {last}"
    around = f"around {last}" if first == last else f"from {first} to {last}"
    lines = around if other in (first, last) else f"{around} and around {other}"
    my_names, their_names = (unique(printable(taken.location) for taken in held.values()) for held in (mine, theirs))
    if my_names and their_names and not mine.keys() & theirs.keys():
        held = f"{joined(my_names)} at {last} and {joined(their_names)} at {other} are different locks, so they keep nobody apart"
        if my_names == their_names:
            held = f"{lost.write.thread} and {lost.other.thread} hold two different locks that are both called {joined(my_names)}, so they keep nobody apart"
        loops = unique(line for step in (lost.write, lost.other) for line in loops_with_a_lock(story, step))
        waits = f" A loop must not keep that lock while it waits ({joined(loops)}): use a Condition on it and its wait()." if loops else ""
        return f"{held}: hold one and the same lock {lines}.{waits}"
    if my_names or their_names:
        name, there = (my_names[0], last) if my_names else (their_names[0], other)
        missing = other if my_names else span
        if mine.keys() & theirs.keys():
            return f"{name} is given back between {first} and {last}: hold it from the read to the write."
        if other in (first, last):
            return guarded_by_some(story, *((lost.write, lost.other) if mine else (lost.other, lost.write)))
        return f"{upper(there)} holds {name}, {missing} does not: hold it around {missing} too, from the read to the write."
    if both := shared_permit(story, lost.write, lost.other):
        name, (_, file, made) = printable(both.location), story.made_of(both.location)
        where = story.at_line(file, made)
        return f"{name} lets more than one thread in: make it a Lock, or a Semaphore that begins at 1{where}."
    return f"Hold one lock {lines}: then no other write can come between the read and the write."


def loops_with_a_lock(story: Story, step: Step) -> list[str]:
    """The lines of the loops that wait by asking again and again while the locks are held that the step's thread holds there."""
    found = []
    for block in story.code.inside(step.file, step.line, ast.With):
        if any(taken.file == step.file and taken.line == block.lineno for taken in mutexes_at(story, step).values()):
            for node in ast.walk(block):
                if isinstance(node, ast.While) and not isinstance(node.test, ast.Constant) and not _waits_or_works(node):
                    found.append(story.at_line(step.file, node.lineno).removeprefix(" at "))
    return found


def _waits_or_works(loop: ast.While) -> bool:
    """Whether the loop does more than to let time pass: it waits in a call that gives the lock back, or changes something itself."""
    calls = {called(node) for node in ast.walk(loop) if isinstance(node, ast.Call)}
    return not all(isinstance(statement, ast.Pass | ast.Expr) for statement in loop.body) or bool(calls & {"wait", "wait_for"})


def checked_then_made(story: Story) -> Mistake | None:
    """A thread asked whether something is there, and wrote it; in between another one had done the same, and what that wrote is gone."""
    for act in story.steps:
        if act.kind not in CELL_WRITES or not act.line:
            continue
        own = story.own_since_write(act)
        looks = [step for step in own if step.function == act.function and step.line <= act.line and _asks_for(story, step, act)]
        change = next((other for other in story.touching(place_of(act), looks[-1].step, act.step) if _writes_too(other, act)), None) if looks else None
        if change is not None and not any(step.step > change.step for step in own):  # whoever looked again knew
            look, name = looks[-1], printable(act.location)
            seen = f" ({said_value(look)})" if look.value else ""
            told = f"{act.thread} looked at {printable(look.location)}{seen}{story.at(look)}; before it wrote {name}{story.at(act)}, {change.thread} wrote it"
            return Mistake((f"{told}{story.at(change)}: what that had put there is gone.",), _one_lock_around(story, look, act))
    return None


def checked_then_changed(story: Story) -> Mistake | None:
    """A thread found in an `if` what let it go on, and changed that in its body; in between another one had changed it."""
    for act in story.steps:
        if act.kind not in CELL_WRITES or not act.line:
            continue
        own = story.own_since_write(act, act.function)
        looks = [step for step in own if step.kind in CELL_READS and is_same_cell(step, act) and _lets_on(story, step, act)]
        if not looks:
            continue
        look = looks[-1]
        changes = [step for step in story.touching(place_of(act), look.step, act.step) if _writes_too(step, act) and step.value != look.value]
        if changes:
            found = f"{act.thread} found {printable(look.location)} = {said_value(look)}{story.at(look)} and went on to {story.line(act)}"
            between = f"between the two {changes[-1].thread} wrote {said_write(changes[-1])}{story.at(changes[-1])}"
            return Mistake((f"{found}; {between}, so what it had found was true no more.",), _one_lock_around(story, look, act))
    return None


def _lets_on(story: Story, look: Step, act: Step) -> bool:
    """Whether the look stands in the test of an `if` in whose body the act is."""
    branch = story.code.statement(look.file, look.line)
    if not isinstance(branch, ast.If) or look.file != act.file or look.line > (branch.test.end_lineno or branch.test.lineno):
        return False
    return branch.body[0].lineno <= act.line <= (branch.body[-1].end_lineno or branch.body[-1].lineno)


def _asks_for(story: Story, look: Step, act: Step) -> bool:
    """Whether a step asks for what the act writes, on a line that decides something."""
    is_whole = look.kind not in CELL_READS | CELL_WRITES and act.location.startswith(f"{look.location}[")
    return not look.is_write and (is_whole or is_same_cell(look, act) or is_absent(look)) and story.code.decides(look.file, look.line)


def _writes_too(other: Step, act: Step) -> bool:
    return other.thread != act.thread and other.kind in CELL_WRITES and is_same_cell(other, act)


def _one_lock_around(story: Story, look: Step, act: Step) -> str:
    """A hint for a look and an act that another thread's change came between; "" where a lock was held all the time."""
    before, after = mutexes_at(story, look), mutexes_at(story, act)
    if any(place in after and before[place].step == after[place].step for place in before):
        return ""
    return f"The look at {story.line(look)} and what follows from it, up to {story.line(act)}, must stand under one lock in every thread, held without a gap."


def guarded_by_some(story: Story, with_lock: Step, without: Step) -> str:
    """A hint where two threads came to one line, and only one of them had taken a lock before."""
    taken = next(iter(mutexes_at(story, with_lock).values()))
    name, where = printable(taken.location), f" (taken at {story.line(taken)})" if story.line(taken) != story.line(with_lock) else ""
    apart = f"{with_lock.thread} held {name}{where} at {story.line(with_lock)}, and {without.thread} did not"
    return f"{apart}: every thread that comes there must hold it, from the read to the write."


def released_twice(story: Story, step: Step) -> Mistake | None:
    """A semaphore was released once too often: twice by one call, at two lines."""
    own = story.led_to(step)
    if not own or own[0].kind != "release" or "released too many times" not in step.value + step.what:
        return None
    last = own[0]
    call = story.call_of(last)
    first = call.begin.step if call is not None else 0
    before = [other for other in story.touching(place_of(last), first, last.step) if other.thread == last.thread and other.kind in ("release", "acquire")]
    if not before or before[-1].kind != "release":
        return None
    one, two = story.line(before[-1]), story.line(last)
    within = f" in the same {call.operation}" if call is not None else ""
    told = f"It had released {printable(last.location)}{story.at(before[-1])} already{within}, with no acquire between the two."
    return Mistake((told,), f"Release {printable(last.location)} once for each acquire: at {one} or at {two}, not at both." if one != two else "")


def released_unlocked(story: Story, step: Step) -> Mistake | None:
    """A lock that serves as a signal was released before anybody had acquired it: it should have begun locked."""
    own = story.led_to(step)
    if not own or own[0].kind != "release" or own[0].line != step.line or "release un" not in step.value + step.what:
        return None
    release = own[0]
    function = story.code.function(release.file, release.line)
    calls = story.code.calls(release.file, release.line, "release")
    if function is None or not calls:
        return None
    lock = receiver(calls[0])
    inside = {called(node) for node in ast.walk(function) if isinstance(node, ast.Call) and receiver(node) == lock}
    if "acquire" in inside or any(earlier.kind == "acquire" for earlier in story.touching(place_of(release), before=release.step)):
        return Mistake((), f"Release {printable(release.location)} only where it has been acquired: once for each acquire.") if "acquire" in inside else None
    taken = next((other for other in story.touching(place_of(release), release.step) if other.kind in ("acquire", "blocked") and other.line), None)
    _, file, line = story.made_of(release.location)
    if taken is None or not line:
        return None
    name, made = printable(release.location), story.at_line(file, line).removeprefix(" at ")
    return Mistake((), f"{name} is a signal here, acquired at {story.line(taken)} and released at {story.line(release)} by the other side: "
                       f"it must begin locked, so acquire it once where it is made ({made}).")  # fmt: skip


def not_held(story: Story, step: Step) -> Mistake | None:
    """A Condition was used (notify, wait) without holding it."""
    error = step.value + step.what
    if "un-acquired lock" not in error:
        return None
    calls = story.code.calls(step.file, step.line, "notify", "notify_all", "wait", "wait_for")
    if not calls:
        return None
    name, call = receiver(calls[0]), called(calls[0])
    function = story.code.function(step.file, step.line)
    blocks = [
        node for node in ast.walk(function or ast.Pass()) if isinstance(node, ast.With) and any(ast.unparse(item.context_expr) == name for item in node.items)
    ]
    around = [node for node in blocks if node.lineno <= step.line <= (node.end_lineno or node.lineno)]
    if around:
        block = story.at_line(step.file, around[-1].lineno).removeprefix(" at ")
        told = f"{step.thread} held what {name} was in the `with` of {block}; {name}{story.at(step)} is another object, which it did not hold."
        return Mistake(
            (told,), f"Make the Condition once, in __init__, before any thread runs: {name} gave two different ones ({block} and {story.line(step)})."
        )
    left = [node for node in blocks if (node.end_lineno or node.lineno) < step.line]
    at, where = story.line(step), story.at(step)
    if left:
        block = story.at_line(step.file, left[-1].lineno).removeprefix(" at ")
        told = f"{step.thread} did not hold {name}{where}: the `with {name}` of {block} had ended."
        return Mistake((told,), f"Move {call}() of {at} into the `with` block of {block}.")
    return Mistake((f"{step.thread} did not hold {name}{where}.",), f"Call {call}() of {at} within `with {name}:`.")


def one_object_for_all(story: Story, write: Step, over: Step) -> Mistake | None:
    """What is put is the same object every time, and the next put fills it anew."""
    statement = story.code.statement(over.file, over.line)
    if not isinstance(statement, ast.Assign) or (write.file, write.line) != (over.file, over.line):
        return None
    target = statement.targets[0]
    if not isinstance(target, ast.Subscript | ast.Attribute) or not isinstance(target.value, ast.Attribute):
        return None
    owner = ast.unparse(target.value)
    function = story.code.function(over.file, over.line)
    handed = [
        node
        for node in ast.walk(function or ast.Pass())
        if isinstance(node, ast.Call) and called(node) in ADDING and any(ast.unparse(argument) == owner for argument in node.args)
    ]
    if not handed:
        return None
    line = story.at_line(over.file, handed[0].lineno).removeprefix(" at ")
    told = f"Every put hands on the same {owner} ({line}), so what is written into it changes what waits inside."
    return Mistake((told,), f"Make a new object for each message at {story.line(over)} and hand that on, not {owner} again.")


def one_list_for_all(story: Story, taken: Step) -> Mistake | None:
    """A put emptied the object that the put before had handed on, to fill it again."""
    call = story.call_of(taken)
    calls = story.code.calls(taken.file, taken.line, "clear", "pop", "remove")
    if call is None or call.operation != "put" or not calls:
        return None
    owner = receiver(calls[0])
    function = story.code.function(taken.file, taken.line)
    handed = [node for node in ast.walk(function or ast.Pass()) if isinstance(node, ast.Call) and called(node) in ADDING]
    on = next((node for node in handed if any(ast.unparse(argument) == owner for argument in node.args)), None)
    if on is None:
        return None
    line = story.at_line(taken.file, on.lineno).removeprefix(" at ")
    told = f"Every put hands on the same {owner} ({line}), so what is changed in it ({story.line(taken)}) changes what waits inside."
    return Mistake((told,), f"Make a new object for each message in place of {owner} ({story.line(taken)}), and hand that on at {line}.")


def newest_first(story: Story, taken: Step) -> Mistake | None:
    """The newest message was taken: pop() from the end to which put appends."""
    calls = [call for call in story.code.calls(taken.file, taken.line, "pop") if not call.args and not call.keywords]
    if not calls or not taken.value.startswith(("[", "deque(")):
        return None
    added = [
        step for step in story.touching(place_of(taken), before=taken.step) if step.is_write and step.line and story.code.calls(step.file, step.line, "append")
    ]
    if not added:
        return None
    oldest = "popleft()" if taken.value.startswith("deque(") else "pop(0)"
    told = f"pop() takes from the end to which append(){story.at(added[-1])} adds: the newest message."
    return Mistake((told,), f"{oldest} for pop() at {story.line(taken)} takes the oldest message.")


def last_in_first_out(story: Story, get: Told) -> Mistake | None:
    """The get took from a queue that gives the newest first."""
    taken = next((step for step in reversed(story.steps) if get.covers(step) and step.kind == "get"), None)
    kind, file, line = story.made_of(taken.location) if taken is not None else ("", "", 0)
    if taken is None or kind != "LifoQueue" or not line:
        return None
    where = story.at_line(file, line)
    return Mistake(
        (f"{printable(taken.location)} is a LifoQueue{where}: it gives the newest first.",), f"queue.Queue for queue.LifoQueue{where} gives the oldest first."
    )


def one_too_many(story: Story, call: Told, act: Step, capacity: str) -> Mistake | None:
    """The test before the put lets it go on although as many as the capacity are there already."""
    looks = [step for step in story.steps if call.begin.step <= step.step < act.step and step.thread == call.thread and not step.is_write and step.line]
    for look in reversed(looks):
        statement = story.code.statement(look.file, look.line)
        if not isinstance(statement, ast.If | ast.While) or not look.value or look.value == capacity:
            continue
        test = statement.test
        if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not isinstance(test.ops[0], ast.Gt):
            return None
        if "capacity" not in ast.unparse(test.comparators[0]).lower() and "max" not in ast.unparse(test.comparators[0]).lower():
            return None
        words = ast.unparse(test)
        at = story.line(look)
        told = f"The test{story.at(look)}, `{words}`, did not keep the put back: it does that only when there are more than the capacity already."
        return Mistake((told,), f"`>=` for `>` at {at} keeps a put back when as many as the capacity are there.")
    return None
