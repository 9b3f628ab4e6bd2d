"""The rubric: which checks are made, and what each kind of mistake costs."""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from harness.errors import HarnessError
from harness.model.finding import KINDS
from harness.strategies import catalogue

ERRORS = tuple(kind.name for kind in KINDS if kind.severity == "error")
MODES = ("found", "class", "program", "function")
ENGINES = ("explore", "stress")
MOST_REAL_THREADS = 16
"""Each takes 8 MB of address space and a place in the limit of processes, which are the submission's."""
ATTEMPTS = ("last", "best")
ORDERS = ("producer", "linear", "any")
"""See `harness check --order`."""

DEFAULT = """\
# A rubric of race-harness. Everything here is the default: leave out what you do not want to change.

title = "Producer and consumer"
seed = 0                  # the same seed gives the same executions, messages and grades
file = ""                 # the file to check where somebody hands in several; "": the one with a pipeline class or a program
attempts = "last"         # which counts where somebody hands in more than once: "last", or "best", which has most points after what
                          # lateness costs each. Attempts are told by names: ann/attempt-2/, ann_attempt-2.py, a date and time instead of the
                          # number, Canvas's pipeline.py beside pipeline-1.py, Gradescope's folders of one student

[limits]                  # of one check; whatever goes beyond them loses the check's points
wall_s = 60
stall_s = 10              # no sign of life for so long: it hangs
memory_mb = 1024

# What comes late loses so many per cent of its points for each day begun. The time is the submission's own: what Gradescope says, the newest
# file of an archive, or the file's time of change; what Canvas calls late counts as one day.
# [late]
# due = 2026-12-01T23:59:00Z
# percent_per_day = 10
# at_most_percent = 50

# A check runs the submission under so many schedules. Each line of points is given where none of the kinds on its left was seen: crash,
# assertion, loss, duplication, corruption, reorder, deadlock, livelock, capacity. They are given only where some execution delivered
# everything, and the check came to its proper end.
[[check]]
name = "One producer, one consumer"
as = "found"              # class, program or function; "found": the class where there is one, and the file's own program
function = ""             # as = "function": its name
producers = 1
consumers = 1
messages = 3              # for each producer
capacity = 2              # given to the constructor where it takes one
engine = "explore"        # or "stress": real threads with delays, as = "class" or "function"; some 200 executions a second, and what it finds
                          # depends on the machine: it is for mistakes that only real threads show, with extra points or none
strategy = "auto"         # auto searches exhaustively first
executions = 1000
program_executions = 60   # as = "found": how many of the program beside the class, 0 for none; without a class it gets all
order = "producer"        # producer, linear or any: see harness check --order
hidden = false            # its name and what it found are kept from the student's page
extra = false             # extra points: they do not count in the maximum

[check.points]
"loss" = 30
"duplication corruption" = 25
"crash assertion deadlock livelock" = 35
"reorder capacity" = 10

[[check]]
name = "Two producers, two consumers"
as = "class"
producers = 2
consumers = 2
messages = 2
executions = 400
extra = true

[check.points]
"loss duplication corruption" = 5
"crash assertion deadlock livelock" = 5
"""


@dataclass(frozen=True, slots=True)
class Share:
    """Points that are given where none of the kinds was seen."""

    kinds: tuple[str, ...]
    points: float


@dataclass(frozen=True, slots=True)
class Check:
    """One check of a rubric; the names are those of `harness check`. `mode` None: the class where there is one,
    and `program_executions` of the file's program."""

    name: str
    mode: str | None = None
    function: str = ""
    producers: int = 1
    consumers: int = 1
    messages: int = 3
    capacity: int = 2
    engine: str = "explore"
    strategy: str = "auto"
    executions: int = 1000
    program_executions: int = 60
    order: str = "producer"
    hidden: bool = False
    extra: bool = False
    shares: tuple[Share, ...] = ()

    @property
    def points(self) -> float:
        """The most that it gives."""
        return sum(share.points for share in self.shares)


@dataclass(frozen=True, slots=True)
class Late:
    """What comes after `due` loses `percent_per_day` for each day begun, `at_most_percent` in all."""

    due: datetime
    percent_per_day: float = 10.0
    at_most_percent: float = 100.0

    def percent(self, handed_in: datetime | None, is_late: bool) -> float:
        """How many per cent a submission loses."""
        days = 0
        if handed_in is not None and handed_in > self.due:
            days = -int(-(handed_in - self.due).total_seconds() // 86400)
        return min(self.at_most_percent, self.percent_per_day * max(days, int(is_late)))


@dataclass(frozen=True, slots=True)
class Rubric:
    """All of it. `digest` is a hash of what it says."""

    title: str
    checks: tuple[Check, ...]
    seed: int = 0
    file: str = ""
    wall_s: int = 60
    stall_s: float = 10.0
    memory_mb: int = 1024
    late: Late | None = None
    attempts: str = "last"

    @property
    def max_score(self) -> float:
        """Of the checks that are not extra."""
        return sum(check.points for check in self.checks if not check.extra)

    @property
    def digest(self) -> str:
        """A hash of everything in it, the time of `late` too."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()

    @property
    def digest_of_a_grade(self) -> str:
        """A hash of what the grade of an attempt depends on: not on which attempt counts."""
        return replace(self, attempts=ATTEMPTS[0]).digest


def default_rubric() -> Rubric:
    """The rubric of the lesson."""
    return read_rubric(DEFAULT, "the default rubric")


def load_rubric(path: Path) -> Rubric:
    """The rubric in a file. Raises HarnessError, one line that names the line."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise HarnessError(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise HarnessError(f"{path}: is not UTF-8 text") from None
    return read_rubric(text, str(path))


def read_rubric(text: str, name: str) -> Rubric:
    """The rubric that the text says. Raises HarnessError, one line that names the line."""
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        where = re.search(r"\(at line (\d+), column (\d+)\)|\(at end of document\)", message)
        line = where[1] if where and where[1] else str(len(text.splitlines()))
        raise HarnessError(f"{name}, line {line}: {message.partition(' (at')[0]}") from None
    return _Reading(text, name).rubric(said)


class _Reading:
    """Turns what TOML says into a rubric; knows where each key stands."""

    def __init__(self, text: str, name: str) -> None:
        self._name = name
        self._lines = _lines_of_keys(text)

    def rubric(self, said: dict[str, Any]) -> Rubric:
        self._only(said, ("title", "seed", "file", "attempts", "limits", "late", "check"), "")
        limits = self._table(said, "limits", "")
        self._only(limits, ("wall_s", "stall_s", "memory_mb"), "limits")
        checks = said.get("check")
        if checks is None:
            checks = tomllib.loads(DEFAULT)["check"]
        elif not isinstance(checks, list) or not checks:
            raise self._wrong("check", "a check begins with [[check]]")
        made = tuple(self._check(check, f"check.{number}", number) for number, check in enumerate(checks))
        names = [check.name for check in made]
        for number, name in enumerate(names):
            if name in names[:number]:
                raise self._wrong(f"check.{number}.name", f"two checks are called {name!r}")
        if not any(check.points for check in made):
            raise HarnessError(f"{self._name}: no check gives any points")
        return Rubric(
            title=self._text(said, "title", "", "Submissions"),
            checks=made,
            seed=self._whole(said, "seed", "", 0, -(2**62), 2**62),
            file=self._text(said, "file", "", ""),
            wall_s=self._whole(limits, "wall_s", "limits", 60, 1, 86400),
            stall_s=self._number(limits, "stall_s", "limits", 10.0, 0.5, 3600),
            memory_mb=self._whole(limits, "memory_mb", "limits", 1024, 256, 1 << 20),
            late=self._late(said),
            attempts=self._among(said, "attempts", "", ATTEMPTS[0], ATTEMPTS),
        )

    def _check(self, said: Any, at: str, number: int) -> Check:
        if not isinstance(said, dict):
            raise self._wrong(at, "a check begins with [[check]]")
        known = "name as function producers consumers messages capacity engine strategy executions program_executions order hidden extra points".split()
        self._only(said, known, at)
        mode = self._among(said, "as", at, "found", MODES)
        function = self._text(said, "function", at, "")
        if (mode == "function") != bool(function):
            raise self._wrong(f"{at}.function", 'as = "function" and the name of the function belong together')
        engine = self._among(said, "engine", at, "explore", ENGINES)
        if engine == "stress" and mode not in ("class", "function"):
            raise self._wrong(f"{at}.engine", 'engine = "stress" needs as = "class" or "function": each execution of a program takes as long as it sleeps')
        n_threads = self._whole(said, "producers", at, 1, 1, 64) + self._whole(said, "consumers", at, 1, 1, 64)
        if engine == "stress" and n_threads > MOST_REAL_THREADS:
            raise self._wrong(f"{at}.engine", f"on real threads a check has at most {MOST_REAL_THREADS} producers and consumers, not {n_threads}")
        return Check(
            name=self._text(said, "name", at, f"Check {number + 1}"),
            mode=None if mode == "found" else mode,
            function=function,
            producers=self._whole(said, "producers", at, 1, 1, 64),
            consumers=self._whole(said, "consumers", at, 1, 1, 64),
            messages=self._whole(said, "messages", at, 3, 1, 10_000),
            capacity=self._whole(said, "capacity", at, 2, 1, 1_000_000),
            engine=engine,
            strategy=self._among(said, "strategy", at, "auto", tuple(catalogue.STRATEGIES)),
            executions=self._whole(said, "executions", at, 1000, 1, 10_000_000),
            program_executions=self._whole(said, "program_executions", at, 60, 0, 10_000_000),
            order=self._among(said, "order", at, "producer", ORDERS),
            hidden=self._flag(said, "hidden", at),
            extra=self._flag(said, "extra", at),
            shares=self._shares(said, at),
        )

    def _shares(self, said: dict[str, Any], at: str) -> tuple[Share, ...]:
        points = self._table(said, "points", at)
        shares = []
        for key in points:
            kinds = tuple(re.split(r"[\s,+]+", key.strip()))
            for kind in kinds:
                if kind not in ERRORS:
                    raise self._wrong(f"{at}.points.{key}", f"there is no kind {kind!r} (there are {', '.join(ERRORS)})")
            shares.append(Share(kinds, self._number(points, key, f"{at}.points", 0.0, 0, 1e6)))
        return tuple(shares)

    def _late(self, said: dict[str, Any]) -> Late | None:
        if "late" not in said:
            return None
        late = self._table(said, "late", "")
        self._only(late, ("due", "percent_per_day", "at_most_percent"), "late")
        due = late.get("due")
        if not isinstance(due, datetime):
            raise self._wrong("late.due", "due is a date and time, such as 2026-12-01T23:59:00Z")
        due = due if due.tzinfo is not None else due.replace(tzinfo=UTC)
        return Late(due, self._number(late, "percent_per_day", "late", 10.0, 0, 100), self._number(late, "at_most_percent", "late", 100.0, 0, 100))

    def _table(self, said: dict[str, Any], key: str, at: str) -> dict[str, Any]:
        value = said.get(key, {})
        if not isinstance(value, dict):
            raise self._wrong(_path(at, key), f"{key} is a table: [{_path(at, key)}]")
        return value

    def _text(self, said: dict[str, Any], key: str, at: str, default: str) -> str:
        value = said.get(key, default)
        if not isinstance(value, str) or len(value) > 200:
            raise self._wrong(_path(at, key), f"{key} is a short text in quotes")
        return value

    def _whole(self, said: dict[str, Any], key: str, at: str, default: int, least: int, most: int) -> int:
        value = said.get(key, default)
        if type(value) is not int or not least <= value <= most:
            raise self._wrong(_path(at, key), f"{key} is a whole number from {least} to {most}, not {value!r}")
        return value

    def _number(self, said: dict[str, Any], key: str, at: str, default: float, least: float, most: float) -> float:
        value = said.get(key, default)
        if type(value) not in (int, float) or not least <= value <= most:
            raise self._wrong(_path(at, key), f"{key} is a number from {least:g} to {most:g}, not {value!r}")
        return float(value)

    def _flag(self, said: dict[str, Any], key: str, at: str) -> bool:
        value = said.get(key, False)
        if type(value) is not bool:
            raise self._wrong(_path(at, key), f"{key} is true or false, not {value!r}")
        return value

    def _among(self, said: dict[str, Any], key: str, at: str, default: str, known: tuple[str, ...]) -> str:
        value = said.get(key, default)
        if value not in known:
            raise self._wrong(_path(at, key), f"{key} is one of {', '.join(known)}, not {value!r}")
        return str(value)

    def _only(self, said: dict[str, Any], known: Any, at: str) -> None:
        for key in said:
            if key not in known:
                raise self._wrong(_path(at, key), f"there is no {key!r} here (there are {', '.join(known)})")

    def _wrong(self, path: str, what: str) -> HarnessError:
        while path not in self._lines and "." in path:
            path = path.rpartition(".")[0]
        line = self._lines.get(path)
        return HarnessError(f"{self._name}{f', line {line}' if line else ''}: {what}")


def _path(at: str, key: str) -> str:
    return f"{at}.{key}" if at else key


def _lines_of_keys(text: str) -> dict[str, int]:
    """The line of every key and table: "check.1.points.loss" -> 12. What tomllib has accepted is read here line by line."""
    found: dict[str, int] = {}
    at, counts = "", {"check": -1}
    for number, line in enumerate(text.splitlines(), 1):
        if head := re.match(r"\s*\[\[\s*(\w+)\s*\]\]", line):
            counts[head[1]] = counts.get(head[1], -1) + 1
            at = f"{head[1]}.{counts[head[1]]}"
            found.setdefault(head[1], number)
            found[at] = number
        elif head := re.match(r"\s*\[\s*([\w. ]+?)\s*\]", line):
            at = head[1].replace(" ", "")
            if counts["check"] >= 0:
                at = re.sub(r"^check\b", f"check.{counts['check']}", at)
            found[at] = number
        elif key := re.match(r"\s*(?:\"([^\"]*)\"|'([^']*)'|([\w.-]+))\s*=", line):
            found.setdefault(_path(at, key[1] or key[2] or key[3]), number)
    return found
