"""A hint, followed to the letter: the edit of the source that its words and line numbers say, made by no one who knows the program."""

from __future__ import annotations

import re
from collections.abc import Callable

Lines = dict[int, str]
"""The source by line number; what is put in goes to the end of a line's text, so the numbers stay."""


def followed(source: str, hint: str) -> str | None:
    """The source after the edit that the hint asks for; None where its words leave the edit to a person."""
    lines = dict(enumerate(source.splitlines(), 1))
    for pattern, edit in EDITS:
        found = re.search(pattern, hint)
        if found is not None:
            edit(lines, found)
            return "\n".join(text for number, text in sorted(lines.items()) if text is not GONE) + "\n"
    return None


GONE = "<gone>"


def indent_of(text: str) -> str:
    return text[: len(text) - len(text.lstrip())]


def replace(lines: Lines, number: int, old: str, new: str) -> None:
    assert old in lines[number], f"line {number} holds no {old}: {lines[number]}"
    lines[number] = lines[number].replace(old, new)


def move_before(lines: Lines, number: int, before: int) -> None:
    lines[before] = f"{lines[number]}\n{lines[before]}"
    lines[number] = GONE


def move_after(lines: Lines, number: int, after: int) -> None:
    lines[after] = f"{lines[after]}\n{lines[number]}"
    lines[number] = GONE


def add_after(lines: Lines, number: int, statement: str) -> None:
    lines[number] = f"{lines[number]}\n{indent_of(lines[number])}{statement}"


def under_a_lock(lines: Lines, *numbers: int) -> None:
    """One lock, made where the object is made, around each of the lines."""
    make_a_lock(lines)
    for number in numbers:
        indent = indent_of(lines[number])
        lines[number] = f"{indent}with self.of_the_hint:\n    {lines[number]}"


def make_a_lock(lines: Lines) -> None:
    """A lock of the object, unless an earlier hint made it; one that may be taken again, for hints may nest."""
    if any("self.of_the_hint = " in text for text in lines.values()):
        return
    first = next(number for number, text in lines.items() if "def __init__" in text)
    lines[first] += "\n        self.of_the_hint = threading.RLock()"
    if not any(text.strip() == "import threading" for text in lines.values()):
        start = next(number for number, text in lines.items() if text.startswith(("import ", "from ")))
        lines[start] = f"import threading\n{lines[start]}"


def _while_for_if(lines: Lines, found: re.Match[str]) -> None:
    for number in re.findall(r"line (\d+)", found[1]):
        replace(lines, int(number), "if ", "while ")


def _notify_all(lines: Lines, found: re.Match[str]) -> None:
    for number in re.findall(r"line (\d+)", found[1]):
        replace(lines, int(number), ".notify()", ".notify_all()")


def _one_before_the_other(lines: Lines, found: re.Match[str]) -> None:
    move_before(lines, int(found[1]), int(found[2]))


def _into_the_block(lines: Lines, found: re.Match[str]) -> None:
    lines[int(found[1])] = f"    {lines[int(found[1])]}"


def _begins_at_zero(lines: Lines, found: re.Match[str]) -> None:
    number = int(found[1])
    lines[number] = re.sub(r"Semaphore\(.*?\)", "Semaphore(0)", lines[number])


def _begins_with_all(lines: Lines, found: re.Match[str]) -> None:
    replace(lines, int(found[1]), "Semaphore(0)", "Semaphore(capacity)")


def _begins_locked(lines: Lines, found: re.Match[str]) -> None:
    number = int(found[2])
    add_after(lines, number, f"{lines[number].split('=')[0].strip()}.acquire()")
    assert found[1].rpartition(".")[2] in lines[number]


def _oldest(lines: Lines, found: re.Match[str]) -> None:
    replace(lines, int(found[2]), ".pop()", f".{found[1]}")


def _at_least(lines: Lines, found: re.Match[str]) -> None:
    replace(lines, int(found[1]), " > ", " >= ")


def _release_once(lines: Lines, found: re.Match[str]) -> None:
    lines[int(found[1])] = GONE


def _with_for_acquire(lines: Lines, found: re.Match[str]) -> None:
    lock, number = found[1], int(found[2])
    indent = indent_of(lines[number])
    lines[number] = f"{indent}with {lock}:"
    below = number + 1
    while below in lines and (not lines[below].strip() or len(indent_of(lines[below])) >= len(indent)):
        lines[below] = GONE if f"{lock}.release()" in lines[below] else f"    {lines[below]}" if lines[below].strip() else ""
        below += 1


def _clear_after_the_wait(lines: Lines, found: re.Match[str]) -> None:
    move_after(lines, int(found[2]), int(found[1]))


def _waiter_clears(lines: Lines, found: re.Match[str]) -> None:
    clear, wait = int(found[1]), int(found[2])
    add_after(lines, wait, lines[clear].strip())
    lines[clear] = GONE


def _wait_first(lines: Lines, found: re.Match[str]) -> None:
    wait, lock = int(found[1]), int(found[2])
    lines[lock] = f"{indent_of(lines[lock])}{lines[wait].strip()}\n{lines[lock]}"
    lines[wait] = GONE


def _one_order(lines: Lines, found: re.Match[str]) -> None:
    first, second = int(found[1]), int(found[2])
    one, two = lines[first].strip(), lines[second].strip()
    lines[first], lines[second] = indent_of(lines[first]) + two, indent_of(lines[second]) + one


def _one_lock(lines: Lines, found: re.Match[str]) -> None:
    under_a_lock(lines, *{int(number) for number in re.findall(r"line (\d+)", found[1])})


def _hold_it_there_too(lines: Lines, found: re.Match[str]) -> None:
    lock, number = found[1], int(found[2])
    lines[number] = f"{indent_of(lines[number])}with self.{lock}:\n    {lines[number]}"


def _look_and_act_as_one(lines: Lines, found: re.Match[str]) -> None:
    """A loop that polls, and what follows it, become a loop that looks and acts under one lock, and sleeps without it."""
    first, last = int(found[1]), int(found[2])
    polling = re.fullmatch(r"( *)while (.*):", lines[first])
    assert polling is not None, f"line {first} is no loop: {lines[first]}"
    indent, test = polling.groups()
    lock = "self.of_the_hint"
    make_a_lock(lines)
    lines[first] = f"{indent}while True:\n{indent}    with {lock}:\n{indent}        if not ({test}):"
    for number in range(first + 2, last + 1):
        lines[number] = "\n".join(f"            {text}" for text in lines[number].split("\n"))
    lines[last] += f"\n{indent}            break\n{lines[first + 1]}"
    lines[first + 1] = GONE


def _ask_the_timed_wait(lines: Lines, found: re.Match[str]) -> None:
    number = int(found[1])
    lines[number] = f"{indent_of(lines[number])}while not {lines[number].strip()}:\n{indent_of(lines[number])}    pass"


def _semaphore_for_event(lines: Lines, found: re.Match[str]) -> None:
    event = found[1].rpartition(".")[2]
    is_set = any(f"self.{event}.set()" in text and number < 25 for number, text in lines.items())
    for number, text in lines.items():
        if f"self.{event}" in text:
            text = text.replace("threading.Event()", f"threading.Semaphore({int(is_set)})").replace(".wait()", ".acquire()").replace(".set()", ".release()")
            lines[number] = GONE if ".clear()" in text or (".release()" in text and number < 25) else text


EDITS: tuple[tuple[str, Callable[[Lines, re.Match[str]], None]], ...] = (
    (r"`while` for `if` at (line \d+(?:, and likewise at line \d+)*)", _while_for_if),
    (r"notify_all\(\) for notify\(\) at (line \d+(?: and line \d+)?)", _notify_all),
    (r"(?:Write|Read) the message \(line (\d+)\) before the line that lets a (?:get|put) go on \(line (\d+)\)", _one_before_the_other),
    (r"Line (\d+) reads after the lock has been given back: move the read into the `with` block of line \d+", _into_the_block),
    (r"Move \w+\(\) of line (\d+) into the `with` block of line \d+", _into_the_block),
    (r"must begin at 0 where it is made \(line (\d+)\)", _begins_at_zero),
    (r"must begin with as many as there are \(line (\d+)\)", _begins_with_all),
    (r"(Pipeline\.\w+) .*must begin locked.* acquire it once where it is made \(line (\d+)\)", _begins_locked),
    (r"(pop\(0\)|popleft\(\)) for pop\(\) at line (\d+)", _oldest),
    (r"`>=` for `>` at line (\d+)", _at_least),
    (r"Release \S+ once for each acquire: at line (\d+) or at line \d+", _release_once),
    (r"`with (\S+):` in place of acquire\(\) at line (\d+)", _with_for_acquire),
    (r"Clear \S+ straight after the wait of line (\d+)(?:, and before line \d+ [a-z ]+)?, not before the wait: line (\d+)", _clear_after_the_wait),
    (r"Line (\d+) must not clear \S+: leave it set, and let who waits for it clear it after the wait \(line (\d+)\)", _waiter_clears),
    (r"what waits at line (\d+) must stand before \S+ is taken at line (\d+)", _wait_first),
    (r"in one order everywhere: .* but .* takes \S+ \(line (\d+)\), then \S+ \(line (\d+)\)", _one_order),
    (r"[Hh]old one(?: and the same)? lock around (line \d+(?: and around line \d+)?)", _one_lock),
    (r"[Ll]ine \d+ holds Pipeline\.(\w+), line (\d+) does not: hold it around", _hold_it_there_too),
    (r"The look at line (\d+) and what follows up to line (\d+) must stand under one lock without a gap", _look_and_act_as_one),
    (r"wait_for\(\) says False when time was over: line (\d+) must ask for that", _ask_the_timed_wait),
    (r"use a Semaphore in place of (\S+), whose acquire\(\)", _semaphore_for_event),
)
