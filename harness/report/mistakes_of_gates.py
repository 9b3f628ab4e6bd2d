"""Why a put or a get went on too early: the mistakes in how the two sides let each other pass."""

from __future__ import annotations

import ast

from harness.model.trace import Step
from harness.report.code import called
from harness.report.mistake import Mistake
from harness.report.mistakes_of_names import asked_a_copy, loops_on_a_copy
from harness.report.passage import ASKED, Passage, closer_of, ended_by_time, is_gate, let_pass, mutexes_at, own_steps, passage
from harness.report.standstill import operation_of
from harness.report.story import CELL_READS, CELL_WRITES, Place, Story, Told, is_same_cell, place_of
from harness.report.words import joined, ordinal, printable, unique, upper

OF_QUEUES = frozenset({"empty", "full", "qsize"})
SIGNALS = frozenset({"Lock", "Semaphore", "BoundedSemaphore"})


def why_it_passed(story: Story, call: Told, act: Step) -> Mistake | None:
    """The first of these that the trace shows: time ended the wait; a copy was asked; the gate stood open from the start, by a call of its own kind, or for
    more puts than there are places; it was opened too early; what was seen had changed by the time of the act; others passed it at once; nothing was waited
    for at all."""
    return (
        went_on_after_time(story, call, act)
        or asked_a_copy(story, own_steps(story, call, act))
        or open_from_the_start(story, call, act)
        or opened_by_its_own_side(story, call, act)
        or open_for_more_than_one(story, call, act)
        or opened_too_early(story, call, act)
        or not_looked_again(story, call, act)
        or changed_meanwhile(story, call, act)
        or passed_by_two(story, call, act)
        or nothing_waits(story, call, act)
    )


def went_on_after_time(story: Story, call: Told, act: Step) -> Mistake | None:
    """A timed wait of the call ran out, and the call went on all the same."""
    ended = ended_by_time(story, own_steps(story, call, act))
    if ended is None:
        return None
    wait, told = ended
    calls = [] if wait.kind == "sleep" else story.code.calls(wait.file, wait.line, "wait_for", "wait", "acquire")
    if not calls or story.code.is_result_used(wait.file, wait.line):
        return Mistake((told,))
    name = called(calls[0])
    return Mistake((told,), f"{name}() says False when time was over: {story.line(wait)} must ask for that, and not go on to {story.line(act)} then.")


def open_from_the_start(story: Story, call: Told, act: Step) -> Mistake | None:
    """A signal that gets wait for and puts give let more gets pass than puts had given."""
    surplus = surplus_of(story, act)
    if surplus is None:
        return None
    gate, given = surplus
    release = next((step for step in story.touching(place_of(gate)) if step.kind == "release"), None)
    passed = f"{gate.thread}'s get passed {gate.location}{story.at(gate)} before any put had released it{story.at(release) if release is not None else ''}"
    if given:
        times = {1: "once", 2: "twice"}.get(given, f"{given} times")
        passed = f"{gate.thread}'s get was the {ordinal(given + 1)} to pass {gate.location}{story.at(gate)}, though puts had released it only {times}"
    told = f"{passed}: it stood open from the start."
    kind, file, line = story.made_of(gate.location)
    where = f" where it is made ({story.at_line(file, line).removeprefix(' at ')})"
    if "Semaphore" in kind:
        hint = f"{gate.location} counts the messages that are there, so it must begin at 0{where}."
    else:
        hint = f"{gate.location} tells gets that a message is there, so it must begin locked: acquire it once{where}."
    return Mistake((told,), hint)


def opened_by_its_own_side(story: Story, call: Told, act: Step) -> Mistake | None:
    """A get passed a signal that a get had released, and not a put; or a put one that a put had."""
    gates = [step for step in own_steps(story, call, act) if step.kind == "acquire" and place_of(step) in story.signals()]
    if not gates or story.made_of(gates[-1].location)[0] not in ("", *SIGNALS):
        return None
    gate = gates[-1]
    uses = [step for step in story.touching(place_of(gate), before=gate.step) if step.kind in ("acquire", "release")]
    opener = story.call_of(uses[-1]) if uses and uses[-1].kind == "release" else None
    given = {giver.operation for step in story.touching(place_of(gate)) if step.kind == "release" and (giver := story.call_of(step)) is not None}
    if opener is None or opener.operation != call.operation or given == {call.operation}:
        return None
    name, release, other = printable(gate.location), uses[-1], "put" if call.operation == "get" else "get"
    which = f" of {printable(opener.value)}" if opener.operation == "put" else f" that returned {printable(opener.value)}" if opener.has_returned else ""
    told = (
        f"{call.thread}'s {call.operation} passed {name}{story.at(gate)} because "
        f"{release.thread}'s {opener.operation}{which} had released it{story.at(release)}."
    )
    return Mistake((told,), f"{name} lets on who waits in a {call.operation}, so only a {other} may "
        f"release it: {story.line(release)} releases it in a {call.operation}.")


def open_for_more_than_one(story: Story, call: Told, act: Step) -> Mistake | None:
    """A put passed a semaphore that nobody had released for it, and wrote over the one place that a put before it had filled."""
    passed = passage(story, call, act)
    if passed is None or passed.gate.kind != "acquire" or call.operation != "put" or act.kind not in CELL_WRITES or act.location.endswith("]"):
        return None
    gate = passed.gate
    kind, file, line = story.made_of(gate.location)
    before = [step for step in story.touching(place_of(gate), before=gate.step) if step.kind in ("acquire", "release")]
    earlier = next((step for step in before if step.kind == "acquire"), None)
    if "Semaphore" not in kind or earlier is None or any(step.kind == "release" and step.step > earlier.step for step in before):
        return None
    name, where = printable(gate.location), f" ({story.at_line(file, line).removeprefix(' at ')})" if line else ""
    since = f"since the put before had passed it{story.at(earlier)}"
    told = f"That put passed {name}{story.at(gate)} though nobody had released it {since}: it had more than one permit."
    return Mistake((told,), f"{name} counts the free places, and {printable(act.location)} is one: it must have one permit at first{where}.")


def surplus_of(story: Story, before: Step) -> tuple[Step, int] | None:
    """The first get that passed a signal for which no put had released it, and how often puts had by then."""
    passes: dict[Place, int] = {}
    given: dict[Place, int] = {}
    taken: set[Place] = set()
    signals = [step for step in story.steps if step.step < before.step and place_of(step) in story.signals()]
    strangers = {place_of(step) for step in signals if _operation(story, step) not in (("acquire", "get"), ("release", "put"), ("", ""))}
    for step in signals:
        place = place_of(step)
        if place in strangers or story.made_of(step.location)[0] not in SIGNALS:
            continue
        if step.kind == "acquire":
            if passes.get(place, 0) >= given.get(place, 0):
                return step, given.get(place, 0)
            passes[place] = passes.get(place, 0) + 1
            taken.add(place)
        elif step.kind == "release" and (place in taken or "Semaphore" in story.made_of(step.location)[0]):
            # The release of a lock that is open raises, and gives nothing.
            given[place] = given.get(place, 0) + 1
            taken.discard(place)
    return None


def took_what_was_there_before(story: Story, call: Told, write: Step, over: Step) -> Mistake | None:
    """The get that let this put go on had read the place before the lost message was written: why it could is the mistake."""
    passed = passage(story, call, over)
    opener = passed.opener if passed is not None else None
    get = story.call_of(opener) if opener is not None else None
    if passed is None or opener is None or get is None or get.operation != "get":
        return None
    reads = [step for step in story.touching(place_of(write), get.begin.step, opener.step) if step.thread == get.thread and step.kind in CELL_READS]
    read = next((step for step in reversed(reads) if is_same_cell(step, write)), None)
    mistake = why_it_passed(story, get, read) if read is not None and read.step < write.step else None
    if read is None or mistake is None or not mistake.told:
        return None
    early = f"But that get of {get.thread} had read {printable(read.location)}{story.at(read)} before message {printable(write.value)} was written there."
    return Mistake((f"{let_pass(story, passed)}.", early, *mistake.told), mistake.hint)


def opened_too_early(story: Story, call: Told, act: Step) -> Mistake | None:
    """The other side opened the gate before it was done with what the gate guards: it announces and then writes, or lets in and then reads."""
    passed = passage(story, call, act)
    if passed is None or passed.opener is None:
        return None
    opener = passed.opener
    other = story.call_of(opener)
    if other is None or other.operation == call.operation:
        return None
    own = [step for step in story.steps if other.covers(step) and _is_same_thing(step, act) and step.is_write == (other.operation == "put")]
    # A put may write once and then read; what a get delivers is what it read last.
    late = next(iter(own if other.operation == "put" else own[-1:]), None)
    if late is None or late.step < act.step or late.step < opener.step:
        return None
    opened = f"{let_pass(story, passed)}."
    if other.operation == "put":
        told = f"Only afterwards,{story.at(late)}, did {opener.thread} write message {printable(other.value)}."
        return Mistake((opened, told), f"Write the message ({story.line(late)}) before the line that lets a get go on ({story.line(opener)}).")
    read = f"Only afterwards,{story.at(late)}, did {opener.thread} read {printable(act.location)}."
    block = _block_left(story, opener, late)
    if block is not None:
        return Mistake(
            (opened, read),
            f"{upper(story.line(late))} reads after the lock has been given back: move the read into the `with` block of {_line_like(story, late, block)}.",
        )
    return Mistake((opened, read), f"Read the message ({story.line(late)}) before the line that lets a put go on ({story.line(opener)}).")


def _is_same_thing(step: Step, act: Step) -> bool:
    """Whether both touch one variable, or the contents of one container."""
    is_cell = step.kind in CELL_READS | CELL_WRITES or act.kind in CELL_READS | CELL_WRITES
    return bool(act.location) and place_of(step) == place_of(act) and (is_same_cell(step, act) or not is_cell)


def not_looked_again(story: Story, call: Told, act: Step) -> Mistake | None:
    """An `if` around a wait: after the wait the call did not look again."""
    own = own_steps(story, call, act)
    wait = next((step for step in reversed(own) if step.line and (step.kind == "wait" or (step.kind == "blocked" and operation_of(step) == "wait"))), None)
    if wait is None or story.is_event(wait) or story.made_of(wait.location)[0] == "Barrier":
        return None
    after = [step for step in own if step.step > wait.step and step.line and step.line != act.line and not step.is_write]
    if any(place_of(step) in story.live_places() and story.code.decides(step.file, step.line) for step in after):
        return None
    told = f"After its wait{story.at(wait)} it did not look again"
    if story.code.function(wait.file, wait.line) is None:
        return Mistake((f"{told}.",))
    branch = next((node for node in reversed(story.code.around(wait.file, wait.line)) if isinstance(node, ast.If | ast.While)), None)
    if isinstance(branch, ast.While):
        return None
    if isinstance(branch, ast.If):
        looks = range(branch.test.lineno, (branch.test.end_lineno or branch.test.lineno) + 1)
        if branch.orelse or not any(step.line in looks and not step.is_write and place_of(step) in story.live_places() for step in own):
            return None
        line = _line_like(story, wait, branch.lineno)
        likewise = "".join(f", and likewise at {_line_like(story, wait, other)}" for other in _like_it(story, wait, branch))
        return Mistake((f"{told}: {line} says `if`.",), f"`while` for `if` at {line}{likewise}: whoever is woken must look again before it goes on.")
    return Mistake((f"{told}, and nothing was asked before the wait.",), _ask_before(story, wait, act))


def _like_it(story: Story, wait: Step, branch: ast.If) -> list[int]:
    """The lines of the other `if`s in the file around a wait for the same thing."""
    name = wait.location.rpartition(".")[2]
    found = set()
    for line, text in story.trace.source.get(wait.file, {}).items():
        if f"{name}.wait(" in text:
            around = next((node for node in reversed(story.code.around(wait.file, line)) if isinstance(node, ast.If | ast.While)), None)
            if isinstance(around, ast.If) and not around.orelse and around.lineno != branch.lineno:
                found.add(around.lineno)
    return sorted(found)


def passed_by_two(story: Story, call: Told, act: Step) -> Mistake | None:
    """Two calls of one kind came past the same gate before either had shut it for the other."""
    passed = passage(story, call, act)
    if passed is None or passed.gate.kind in ("acquire", "get", "put"):
        return None
    gate, mine = passed.gate, closer_of(story, passed)
    horizon = max(act.step, mine.step if mine is not None else 0)
    for other in story.puts if call.operation == "put" else story.gets:
        if other.thread == call.thread or other.begin.step > horizon or (other.end is not None and other.end.step < gate.step):
            continue
        theirs = _passage_through(story, other, passed, horizon)
        shut = closer_of(story, theirs) if theirs is not None else None
        if theirs is None or (shut is not None and shut.step < gate.step) or (mine is not None and mine.step < theirs.gate.step):
            continue
        test = "wait for" if gate.kind == "wait" else "test of"
        asked = unique(printable(look.location) for look in passed.looks)
        both = f"{other.thread} and {call.thread} both passed the {test} {joined(asked)}{story.at(gate)} before either had changed {joined(asked, 'or')}"
        if shut is None and mine is None:
            return Mistake((f"{both}.",))
        first = min((step for step in (shut, mine) if step is not None), key=lambda step: step.step)
        return Mistake((f"{both}; {first.thread} was the first to do that,{story.at(first)}.",), one_lock_from(story, gate, first))
    return None


def _passage_through(story: Story, call: Told, passed: Passage, horizon: int) -> Passage | None:
    """How another call came past the same gate at the same line, up to step `horizon`; None if it did not, or went on to wait."""
    gate = passed.gate
    until = min(horizon, call.end.step if call.end is not None else horizon)
    own = [step for step in story.steps if call.begin.step <= step.step < until and step.thread == call.thread]
    looks = [step for step in own if (step.kind, step.file, step.line) == (gate.kind, gate.file, gate.line) and place_of(step) == place_of(gate)]
    if not looks or any(step.step > looks[-1].step and step.kind in ("wait", "sleep") for step in own):
        return None
    return Passage(call, looks[-1], None, passed.looks)


def changed_meanwhile(story: Story, call: Told, act: Step) -> Mistake | None:
    """Between a look and the act another thread changed what had been looked at."""
    looks = [step for step in own_steps(story, call, act) if is_gate(story, step) and step.kind not in ("acquire", "wait", "get", "put")]
    for gate in sorted({place_of(look): look for look in looks}.values(), key=lambda look: look.step):
        kinds = {"set", "clear"} if place_of(gate) in story.events() else None
        changes = [
            step
            for step in story.touching(place_of(gate), gate.step, act.step)
            if step.thread != call.thread and (step.kind in kinds if kinds else step.is_write and step.kind not in ASKED)
        ]
        if changes:
            name, change = printable(gate.location), changes[-1]
            told = f"{call.thread} had asked {name}{story.at(gate)}; before it acted on that, {change.thread} changed it{story.at(change)}."
            # A partner in the same function shows how far the steps go that belong together.
            until = change if (change.file, change.function) == (act.file, act.function) and change.line > act.line else act
            if gate.kind in OF_QUEUES:
                way = "put" if call.operation == "put" or act.kind in ("put", "try-put") else "get"
                waits = f"a plain {way}() asks, waits and acts in one step"
                if not call.operation:  # a program that may want to stop when there is nothing
                    error = "queue.Full" if way == "put" else "queue.Empty"
                    waits = f"`{way}_nowait()` in a `try` with `except {error}` asks and acts in one step, and a plain {way}() waits as well"
                return Mistake((told,), f"In place of {story.line(gate)} and {story.line(act)} one call: {waits}.")
            return Mistake((told,) if gate.kind in ASKED else (), one_lock_from(story, gate, act, change, until))
    return None


def nothing_waits(story: Story, call: Told, act: Step, is_full: bool = False) -> Mistake | None:
    """The call has no step that could have kept it back; `is_full`: the capacity is what it should have waited for."""
    own = own_steps(story, call, act)
    if passage(story, call, act) is not None or any(step.kind in ("blocked", "wait", "sleep") for step in own):
        return None
    taken = [step for step in own if step.kind in ("acquire", "try-acquire")]
    if any(place_of(step) in story.signals() or "Semaphore" in story.made_of(step.location)[0] for step in taken):
        return None
    if any(block.handlers for block in story.code.inside(act.file, act.line, ast.Try)):
        return None  # it may try again until there is something
    if (loop := _loop_passed(story, act)) is not None:
        if any(step.file == act.file and loop.lineno <= step.line <= (loop.end_lineno or loop.lineno) for step in own):
            return None
        where = story.at_line(act.file, loop.lineno)
        told = f"The loop{where} (`while {ast.unparse(loop.test)}`) did not keep {call.thread} back: what it asks no thread changed in this execution."
        copy = loops_on_a_copy(story, act.file, loop.lineno)
        return Mistake((told, *(copy.told if copy is not None else ())), copy.hint if copy is not None else "")
    way = "through a queue.Queue, or with a Condition" if not mutexes_at(story, act) else "with a Condition on that lock"
    if is_full:
        return Mistake((), f"Nothing makes a put wait: before {story.line(act)} it must wait while as many messages as the capacity are inside, {way}.")
    if call.operation == "put":
        return Mistake((), f"Nothing makes a put wait: before {story.line(act)} it must wait until what stands there has been taken, {way}.")
    return Mistake((), f"Nothing makes a get wait: before {story.line(act)} it must wait until there is a message that nobody has taken, {way}.")


def _loop_passed(story: Story, act: Step) -> ast.While | None:
    """The last loop with a test before the act in its function: it could have kept the call back."""
    function = story.code.function(act.file, act.line)
    loops = [node for node in ast.walk(function or ast.Pass()) if isinstance(node, ast.While) and not isinstance(node.test, ast.Constant)]
    return max((node for node in loops if (node.end_lineno or node.lineno) < act.line), key=lambda node: node.lineno, default=None)


def one_lock_from(story: Story, first: Step, last: Step, change: Step | None = None, until: Step | None = None) -> str:
    """A hint: one lock around look and act (and the lines up to `until`), which a loop that polls must give back while it waits; "" where one
    is held all the time."""
    before, after = mutexes_at(story, first), mutexes_at(story, last)
    common = [place for place in before if place in after]
    if any(before[place].step == after[place].step for place in common):
        return ""
    look, act = story.line(first), story.line(until or last)
    guard = _guard_of(story, last, change)
    if common:
        name = printable(before[common[0]].location)
        return f"{name} is given back between {look} and {act}: the look and what follows from it must stand under one hold of it."
    if guard and place_of(guard) in after:
        return f"{printable(guard.location)} is taken only after {look}: take it before, and give it back only after {act}."
    if before and not after and (guard is None or place_of(guard) in before):
        name = printable(next(iter(before.values())).location)
        return f"{name} is given back after {look}, before {act}: the look and what follows from it must stand under one hold of it."
    if look == act:
        held = f"{printable(guard.location)} around it, as {story.line(change)} does" if guard and change is not None else "one lock around it in every thread"
        return f"{upper(look)} must be one step: hold {held}."
    if first.kind == "wait":
        return (
            f"{upper(look)} and {act} are two steps, and several threads can be between them: hold one lock around both in every thread that does this, "
            f"or use a Semaphore in place of {printable(first.location)}, whose acquire() waits and takes in one step."
        )
    is_other = change is not None and story.line(change) not in (look, act)
    lock = f"{printable(guard.location)}, which {story.line(change)} holds," if guard and change is not None and is_other else "one lock"
    is_other = is_other and not guard
    others = f", and whoever changes {printable(first.location)} ({story.line(change)}) must hold it too" if change is not None and is_other else ""
    is_loop = any(isinstance(node, ast.While) for node in story.code.around(first.file, first.line))
    waits = " A loop must not keep the lock while it waits: use a Condition and its wait()." if is_loop else ""
    return f"The look at {look} and what follows up to {act} must stand under {lock} without a gap{others}.{waits}"


def _guard_of(story: Story, act: Step, change: Step | None) -> Step | None:
    """The lock that whoever made the change held, where it has one name; one that the act stands under too goes first. None where there is none."""
    held = mutexes_at(story, change) if change is not None else {}
    named = {place: taken for place, taken in held.items() if not taken.location.startswith("a ")}
    return next((named[place] for place in mutexes_at(story, act) if place in named), next(iter(named.values()), None))


def _ask_before(story: Story, wait: Step, act: Step) -> str:
    return f"Put {story.line(wait)} into a `while` that asks for what is waited for (is there something for {story.line(act)}?): before the wait and after it."


def _block_left(story: Story, opener: Step, late: Step) -> int | None:
    """The line of the `with` block that holds the opener and no longer the late step."""
    inside = story.code.inside(opener.file, opener.line, ast.With)
    left = [node for node in inside if not node.lineno <= late.line <= (node.end_lineno or node.lineno)]
    return left[0].lineno if left and opener.file == late.file else None


def _line_like(story: Story, step: Step, line: int) -> str:
    return story.at_line(step.file, line).removeprefix(" at ")


def _operation(story: Story, step: Step) -> tuple[str, str]:
    if step.kind not in ("acquire", "try-acquire", "release"):
        return "", ""
    call = story.call_of(step)
    return step.kind, call.operation if call is not None else "none"
