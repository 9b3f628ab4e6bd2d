"""Arguments about threads that never end: who waits for what, who could have woken them, and what keeps turning."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from harness.model.trace import Step, ThreadEnd
from harness.report.mistake import Mistake
from harness.report.mistakes_after_death import died, died_before_changing, left_as_it_was
from harness.report.mistakes_of_losses import lost_before
from harness.report.mistakes_of_names import loops_on_a_copy
from harness.report.mistakes_of_places import drawn_twice
from harness.report.mistakes_of_pools import no_worker_left
from harness.report.mistakes_of_state import certain_update, torn_update
from harness.report.mistakes_of_turns import another_variable, both_want, given_back_and_forth, only_a_local_one, turns_with_the_lock
from harness.report.mistakes_of_waits import mistakes_of_waits, set_and_cleared
from harness.report.standstill import awaited, circle_of, last_test, operation_of, wait_step, wanted_from
from harness.report.story import CELL_WRITES, IN_BETWEEN, SYNCHRONISATION, Place, Story, is_same_cell, place_of, said_value, said_write
from harness.report.words import count, file_name, joined, printable, unique

WAKERS = {
    "acquire": ("release",),
    "wait": ("notify", "notify_all", "notify-all", "set"),
    "get": ("put",),
    "put": ("get",),
}
SAID = {"release": "released", "notify": "notified", "notify_all": "notified", "notify-all": "notified", "set": "set", "put": "put into", "get": "taken from"}
WAKING = {"release": "releasing", "notify": "notifying", "set": "setting", "put": "putting something into", "get": "taking something from"}
NOBODY_WOKE = "; nobody else has woken who waits on this one."
MOST_TOLD = 3
MOST_IN_CIRCLE = 6
"""Threads of a circle told one by one."""
MOST_LINES = 6
MOST_ASKED = 2
"""Places told that a thread asks in vain."""
PROGRESS = frozenset({"put-return", "put-raise", "get-return", "get-raise", "end"})


def deadlock(story: Story, message: str) -> list[str]:
    """Who waits, who took what is waited for and where, or which wake-up came too early; then why nothing will change."""
    waiting = story.blocked()
    if not waiting:
        return []
    wants = {end.name: who for end in waiting if (who := wanted_from(story, end))}
    circle = circle_of(wants)
    if len(circle) > 1:
        waiting.sort(key=lambda end: circle.index(end.name) if end.name in circle else len(circle))
    told_first = waiting[: min(max(MOST_TOLD, len(circle)), MOST_IN_CIRCLE)]
    sentences: list[str] = []
    for end in told_first:
        holder = _holder(story, end)
        if not end.waits_for or end.waits_for not in message:
            wait = told_wait(story, end)
            sentences.append(f"{wait.partition(', held by ')[0] if holder else wait}.")
        if not end.is_daemon:
            sentences += [sentence for sentence in holder or missed_wake(story, end) if sentence not in sentences]
    others = [end for end in waiting[len(told_first) :] if end.name not in circle]
    if others and any(not end.waits_for or end.waits_for not in message for end in others):
        sentences.append(f"{joined([end.name for end in others])} {'waits' if len(others) == 1 else 'wait'} too.")
    if any(" waits on one, " in sentence for sentence in sentences):
        sentences = [sentence for sentence in sentences if not sentence.endswith(NOBODY_WOKE)]
    mistakes = mistakes_of_waits(story)
    told = [sentence for mistake in mistakes for sentence in mistake.told]
    if any(" woke " in sentence for sentence in told):
        # Told of the last wait it sounds like another notify: this one began the last wait, by waking who had nothing to do.
        sentences = [sentence for sentence in sentences if not sentence.endswith("began to wait, and nobody does so again.") and " had found " not in sentence]
    told += deaths(story)
    if any(no_worker_left(story, end) is not None for end in waiting):
        return sentences + told
    return sentences + told + _why_for_ever(story, waiting, wants, circle)


def livelock(story: Story, message: str) -> list[str]:
    """What each turning thread asks again and again, whether anything still writes it, and which mistake lies behind that."""
    tail = _since_progress(story)
    sentences = []
    for end in _turning_threads(story):
        sentences += _turning(story, end, tail, message)
    sentences += _each_for_the_other(story, tail, message)
    return sentences + [sentence for mistake in mistakes_of_loops(story, message) for sentence in mistake.told] + deaths(story)


def _each_for_the_other(story: Story, tail: list[Step], message: str) -> list[str]:
    """That each turning thread asks for what another of them wrote before, and none of them writes it again while it goes round."""
    wants = _wants(story, tail, message)
    if not wants:
        return []
    told = [f"{write.thread} had written {said_write(write)}{story.at(write)}" for write in wants]
    each = "Each waits for the other to take that back" if len(wants) == 2 else "Each waits for the next to take that back"
    return [f"{joined(told)}. {each}, and none of them does while it goes round."]


def _wants(story: Story, tail: list[Step], message: str) -> list[Step]:
    """The writes for which threads that turn wait in a circle, each for another's to be taken back; [] where they do not."""
    written: dict[str, Step] = {}
    for end in _turning_threads(story):
        file, line = _loop_of(story, end, message)
        asked = _asked(story, end, tail, next(reversed(story.code.inside(file, line, ast.While)), None), file)
        if len(asked) != 1:
            return []
        look = asked[0][0]
        writes = [step for step in story.touching(place_of(look)) if step.kind in CELL_WRITES and is_same_cell(step, look)]
        if writes and writes[-1].step < look.step and writes[-1].value == look.value:
            written[end.name] = writes[-1]
    circle = circle_of({name: write.thread for name, write in written.items()})
    return [written[name] for name in circle] if len(circle) > 1 else []


def deaths(story: Story) -> list[str]:
    """The threads that an exception ended, and what they do not do any more."""
    told = []
    for end, error in died(story):
        operations = {call.operation for call in story.calls if call.thread == end.name}
        rest = {"get": "so it takes nothing any more", "put": "so it puts nothing any more"}.get("".join(operations), "so it does nothing any more")
        name = error.what.removeprefix("raise ").partition(":")[0].partition(",")[0]
        kept = ", kept by the future of " in error.what
        told.append(f"{end.name} {'raised' if kept else 'died of'} {printable(name)}{story.at(error)}, {'which ended its job' if kept else rest}.")
    return told[:MOST_TOLD]


def mistakes_of_loops(story: Story, message: str) -> list[Mistake]:
    """Why what the turning threads ask never comes out otherwise; one mistake once."""
    found: dict[str, Mistake] = {}
    tail = _since_progress(story)
    for end in _turning_threads(story):
        file, line = _loop_of(story, end, message)
        asked = _asked(story, end, tail, next(reversed(story.code.inside(file, line, ast.While)), None), file)
        loop = next(reversed(story.code.inside(file, line, ast.While)), None)
        updates = (torn_update(story, place_of(looks[0])) for looks in asked)
        mistake = loops_on_a_copy(story, file, line) or next((torn for torn in updates if torn is not None), None)
        mistake = mistake or turns_with_the_lock(story, end) or lost_before(story, end)
        mistake = mistake or next((left for looks in asked if (left := left_as_it_was(story, looks[0])) is not None), None)
        mistake = mistake or next((other for looks in asked if (other := another_variable(story, looks[0])) is not None), None)
        mistake = mistake or (only_a_local_one(story, end, loop) if loop is not None and not asked else None)
        mistake = mistake or next((gone for looks in asked if (gone := died_before_changing(story, looks[0])) is not None), None)
        if mistake is not None:
            told = (f"Earlier, {mistake.told[0]}", *mistake.told[1:]) if mistake.told and " read " in mistake.told[0] else mistake.told
            found.setdefault(mistake.hint, Mistake(told, mistake.hint))
    turning = [end.name for end in _turning_threads(story)]
    if not found and (wants := _wants(story, tail, message)):
        return [both_want(story, wants)]
    if not found and (mistake := given_back_and_forth(story, tail, turning) or drawn_twice(story) or certain_update(story)) is not None:
        return [mistake]
    return list(found.values())


def _since_progress(story: Story) -> list[Step]:
    since = max((step.step for step in story.steps if step.kind in PROGRESS), default=0)
    return [step for step in story.steps if step.step > since]


def _turning_threads(story: Story) -> list[ThreadEnd]:
    return [end for end in story.trace.ends if end.state == "running" and not end.is_daemon]


def _loop_of(story: Story, end: ThreadEnd, message: str) -> tuple[str, int]:
    """The loop that the message names, where this thread turns in it; else where the thread stands."""
    named = re.search(r"in the loop at (\S+):(\d+)", message)
    if named is not None and message.startswith(f"{end.name} "):
        files = [file for file in story.trace.source if file_name(file) == named[1]]
        return (files[0] if files else end.file), int(named[2])
    return end.file, end.line


def _is_on_test(asked: list[list[Step]], loop: ast.While, file: str) -> bool:
    return any(looks[0].file == file and loop.test.lineno <= looks[0].line <= (loop.test.end_lineno or loop.test.lineno) for looks in asked)


def _asked(story: Story, end: ThreadEnd, tail: list[Step], loop: ast.While | None, file: str) -> list[list[Step]]:
    """The looks of a turning thread at what decides whether it goes on, by place and line: what the loop's own test reads, else what leaves the loop, else
    any test, else all that others change. What is looked at most comes first."""
    live = story.live_places()
    test = range(loop.test.lineno, (loop.test.end_lineno or loop.test.lineno) + 1) if loop is not None else range(0)
    ranked: dict[int, dict[tuple[Place, int], list[Step]]] = {}
    for step in tail:
        if step.thread != end.name or step.is_write or not step.value or step.kind in SYNCHRONISATION or not step.line:
            continue
        is_test = step.file == file and step.line in test
        if place_of(step) in live or is_test:
            rank = 0 if is_test else 1 if _leaves(story, step) else 2 if story.code.decides(step.file, step.line) else 3
            ranked.setdefault(rank, {}).setdefault((place_of(step), step.line), []).append(step)
    best = ranked[min(ranked)] if ranked else {}
    told = [looks for looks in best.values() if len(looks) > 1]
    changing = [looks for looks in told if place_of(looks[0]) in live]
    return sorted(changing or told, key=len, reverse=True)[:MOST_ASKED]


def _leaves(story: Story, step: Step) -> bool:
    """Whether the line decides that a loop or a function is left."""
    statement = story.code.statement(step.file, step.line)
    if isinstance(statement, ast.If):
        return any(isinstance(node, ast.Break | ast.Return | ast.Raise) for each in (*statement.body, *statement.orelse) for node in ast.walk(each))
    return isinstance(statement, ast.Return)


def _turning(story: Story, end: ThreadEnd, tail: list[Step], message: str) -> list[str]:
    """What a thread that gets nowhere does again and again."""
    lasting = f"in the last {count(len(tail), 'step')}"
    file, line = _loop_of(story, end, message)
    loop = next(reversed(story.code.inside(file, line, ast.While)), None)
    asked = _asked(story, end, tail, loop, file)
    if loop is not None and not any(isinstance(node, ast.Constant | ast.Call) for node in ast.walk(loop.test)) and not _is_on_test(asked, loop, file):
        return [f"The test of the loop{story.at_line(file, loop.lineno)} (`while {ast.unparse(loop.test)}`) asks nothing that another thread changes."]
    if not asked:
        return _coming_round(story, end, tail, lasting)
    sentences = []
    for looks in asked:
        first = looks[0]
        result = f"and found {said_value(first)} every time" if len({step.value for step in looks}) == 1 else "with changing results"
        sentences.append(f"{end.name} looked at {first.location} {count(len(looks), 'time')}{story.at(first)} {lasting}, {result}.")
        if any(step.is_write and place_of(step) == place_of(first) for step in tail):
            continue
        sentences.append(f"No thread wrote {first.location} in that time.")
        writers = unique(step.thread for step in story.touching(place_of(first), story.opening(), tail[0].step) if step.is_write and step.thread != end.name)
        gone = [name for name in writers if (other := story.end_of(name)) is not None and other.state == "ended"]
        if gone and len(gone) == len(writers):
            sentences.append(f"{joined(gone)}, which had changed it before, {'has' if len(gone) == 1 else 'have'} ended.")
    return list(unique(sentences))


def _coming_round(story: Story, end: ThreadEnd, tail: list[Step], lasting: str) -> list[str]:
    """What a thread does again and again that looks at no variable."""
    seen: dict[tuple[Place, int], list[Step]] = {}
    for step in tail:
        if step.thread == end.name and step.kind in SYNCHRONISATION and step.kind not in ("blocked", "expiry") and step.line:
            seen.setdefault((place_of(step), step.line), []).append(step)
    if not seen:
        where = story.at_line(end.file, end.line)
        return [f"{end.name} still runs{where}, and since its last progress it has looked at nothing that another thread changes."]
    often = max(seen.values(), key=len)
    first = often[0]
    did = f"came to {first.kind} {first.location}" if first.location else "slept" if first.kind == "sleep" else f"came to {first.kind}"
    return [f"{end.name} {did} {count(len(often), 'time')}{story.at(first)} {lasting}."] if len(often) > 1 else []


def leaked_thread(story: Story, message: str) -> list[str]:
    """How each thread left behind stood when all else had ended."""
    left = [end for end in story.trace.ends if end.role == "own" and end.state != "ended" and not end.is_daemon]
    told = [f"{told_wait(story, end)}." if end.state == "blocked" else f"{end.name} was still running{story.at_line(end.file, end.line)}." for end in left]
    return told[:MOST_TOLD]


def missed_wake(story: Story, end: ThreadEnd) -> list[str]:
    """Which wake-up the waiting thread has missed, or that there was none; [] where the trace does not show what it waits in."""
    wait = wait_step(story, end)
    operation = operation_of(wait) if wait is not None else ""
    if wait is None or operation not in WAKERS:
        return []
    may_be_own = operation == "acquire" and place_of(wait) in story.signals()  # one worker of a pool may do the jobs of both sides
    wakes = [step for step in story.touching(place_of(wait)) if step.kind in WAKERS[operation] and (may_be_own or step.thread != end.name)]
    if story.made_of(wait.location)[0] == "Barrier" or wait.location == "a Barrier":
        here = {step.thread for step in story.touching(place_of(wait)) if step.kind == "blocked"} & {other.name for other in story.blocked()}
        return [f"{count(len(here), 'thread')} {'waits' if len(here) == 1 else 'wait'} at {printable(wait.location)}, and it opens only for more."]
    if not wakes:
        twins = [step for step in story.steps if step.location == wait.location and place_of(step) != place_of(wait) and step.kind in SYNCHRONISATION]
        other = next((twin for twin in reversed(twins) if twin.kind in WAKERS[operation] and twin.thread != end.name), None)
        if other is not None:
            woke = f"{other.thread} {SAID[other.kind]} another{story.at(other)}"
            return [f"Two different objects are called {wait.location} in this execution: {end.name} waits on one, {woke}."]
        if twins and "." in wait.location:
            return [f"Two different objects are called {wait.location} in this execution{NOBODY_WOKE}"]
        kinds = [kind for kind in WAKERS[operation] if kind not in ("notify-all", "notify_all")]
        if operation == "wait":
            uses = {step.kind for step in story.touching(place_of(wait))}
            is_condition = bool(uses & {"notify", "notify_all", "notify-all", "acquire", "release"})
            kinds = ["set"] if story.is_event(wait) else ["notify"] if is_condition else kinds
        how = joined([WAKING[kind] for kind in kinds], "or")
        return [f"Only another thread could wake {end.name}, by {how} {wait.location}, and none has done so in this execution.", *_last_asked(story, wait)]
    if operation == "acquire" and place_of(wait) in story.signals() and f"held by {end.name} " in end.waits_for:
        # "Held" is only how the engine says who acquired it last: of a signal nobody is the holder.
        last, mine = wakes[-1], [step for step in story.touching(place_of(wait), before=wait.step) if step.kind == "acquire" and step.thread == end.name]
        follows = next((step for step in story.steps[last.step :] if step.thread == last.thread and step.kind not in IN_BETWEEN), None)
        has_failed = follows is not None and follows.kind == "raise"
        did = f"tried to release it{story.at(last)} and failed, for it was open then" if has_failed else f"released it last{story.at(last)}"
        name = printable(wait.location)
        passed = f" {end.name} had passed it{story.at(mine[-1])}{_in_which_call(story, mine[-1])}, which shut it." if mine else ""
        told = f"{name} serves as a signal here: one thread acquires it, another releases it.{passed}"
        return [told, f"{last.thread} {did}, and nobody does so again."]
    wiped = set_and_cleared(story, end)
    if wiped is not None:
        _, last, clear = wiped
        moment = "before it came to its wait" if clear.thread == end.name else f"before {end.name} could see that"
        return [f"{last.thread} set {last.location}{story.at(last)}, but {clear.thread} cleared it{story.at(clear)} {moment}{story.at(wait)}."]
    last = wakes[-1]
    wiped_by = next((step for step in story.touching(place_of(wait), last.step) if step.kind == "clear"), None) if last.kind == "set" else None
    if wiped_by is not None:
        return [f"{last.thread} set {last.location}{story.at(last)}, {wiped_by.thread} cleared it{story.at(wiped_by)}, and nobody has set it since."]
    if operation in ("get", "put") and all((waker := story.end_of(step.thread)) is not None and waker.state == "ended" for step in wakes):
        did = "put the last item there" if operation == "get" else "took the last item from there"
        return [f"{last.thread} {did}{story.at(last)} and has ended."]
    if operation == "get":
        taker = next((step for step in reversed(list(story.touching(place_of(wait), last.step))) if step.kind == "get"), None)
        return [f"{last.thread} put the last item there{story.at(last)}, and {taker.thread} took it{story.at(taker)}."] if taker is not None else []
    if last.step < wait.step and operation == "wait":
        told = f"{last.thread} {SAID[last.kind]} {last.location}{story.at(last)} before {end.name} began to wait, and nobody does so again."
        return [told, *_last_asked(story, wait)]
    return []


def _in_which_call(story: Story, step: Step) -> str:
    """ " in the get that returned 101", where the step was taken within a call that has returned."""
    call = story.call_of(step)
    if call is None or not call.has_returned or call.operation != "get":
        return ""
    return f" in the get that returned {printable(call.value)}"


def _last_asked(story: Story, wait: Step) -> list[str]:
    """What the thread had found when it last asked, before it began to wait on a Condition."""
    asked = last_test(story, wait)
    return [f"{wait.thread} had found {asked.location} = {said_value(asked)}{story.at(asked)}."] if asked is not None else []


def told_wait(story: Story, end: ThreadEnd) -> str:
    """What the thread waits for, as a clause: "consumer-1 waits at line 12 to acquire Pipeline.lock"."""
    daemon = " (a daemon)" if end.is_daemon else ""
    return f"{end.name}{daemon} waits{story.at_line(end.file, end.line)} {wait_phrase(end.waits_for, story.signal_labels())}".rstrip()


def wait_phrase(waits_for: str, signals: Iterable[str] = ()) -> str:
    """The words for what is waited for, as they follow "waits". Of what serves as a signal no holder is told."""
    said = printable(waits_for)
    head, held, _ = said.partition(", held by ")
    if held and any(head.endswith(f" {label}") for label in signals):
        said = head
    return said if not said or said.startswith(("to ", "for ", "until ")) else f"for {said}"


def without_holders(message: str, story: Story) -> str:
    """An oracle's sentence without the holders of what serves as a signal: nobody holds that, whoever acquired it last."""
    for label in story.signal_labels():
        message = re.sub(rf"(to acquire {re.escape(label)}), held by .+? since line \d+", r"\1", message)
    return message


def _holder(story: Story, end: ThreadEnd) -> list[str]:
    """Who took the lock that the thread waits for, where, and what it has done since."""
    wait = wait_step(story, end)
    taken = story.holders().get(place_of(wait)) if wait is not None else None
    if wait is None or taken is None:
        return []
    since = [step for step in story.steps if step.thread == taken.thread and step.step > taken.step and step.kind not in ("blocked", "expiry")]
    lines = unique(str(step.line) for step in since if step.line and step.line != taken.line)
    passed = f", went on to {'line' if len(lines) == 1 else 'lines'} {joined(lines)}" if 0 < len(lines) <= MOST_LINES else ""
    other = story.end_of(taken.thread)
    how = "and ended without releasing it" if other is not None and other.state == "ended" else "and has not released it"
    return [f"{taken.thread} took {story.lock_name(wait)}{story.at(taken)}{passed} {how}."]


def _why_for_ever(story: Story, waiting: list[ThreadEnd], wants: dict[str, str], circle: list[str]) -> list[str]:
    if any(holder == name for name, holder in wants.items()):
        return ["A thread that waits for what it holds itself can never go on."]
    if len(circle) == 2:
        return ["Each waits for what the other holds, so neither can go on.", *_namesakes(story, circle)]
    if circle:
        return [f"{joined(circle)} wait in a circle, each for what the next one holds, so none can go on.", *_namesakes(story, circle)]
    round_ = circle_of({**{end.name: who for end in waiting if (who := awaited(end))}, **wants})
    if len(round_) == 1:
        return [f"{round_[0]} waits for itself, so it can never go on."]
    if round_:
        how = "wait for each other" if len(round_) == 2 else "wait in a circle, each for the next one"
        return [f"{joined(round_)} {how}, so none of them can go on."]
    gone = [end.name for end in story.trace.ends if end.state == "ended"]
    if len(waiting) == 1 and gone:
        return [f"{joined(gone)} {'has' if len(gone) == 1 else 'have'} ended, so nothing is left that could wake {waiting[0].name}."]
    if any(end.state == "running" for end in story.trace.ends):
        return []
    return ["Every thread that could change this waits itself or has ended."]


def _namesakes(story: Story, circle: list[str]) -> list[str]:
    """That one name stands for several locks of the circle: each object has its own ("Account.lock" of two accounts)."""
    held: dict[str, set[Place]] = {}
    for place, taken in story.holders().items():
        if taken.thread in circle and taken.location and not taken.location.startswith("a "):
            held.setdefault(taken.location, set()).add(place)
    return [f"{name} is the name of {len(places)} locks here, each of another object." for name, places in held.items() if len(places) > 1]
