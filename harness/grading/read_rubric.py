"""Reads a rubric as an instructor writes it, in TOML; what is wrong in it is told with its line."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harness.errors import HarnessError
from harness.grading.default_rubric import DEFAULT
from harness.grading.rubric import ATTEMPTS, Check, Late, Rubric, Share
from harness.model.finding import KINDS
from harness.strategies import catalogue

ERRORS = tuple(kind.name for kind in KINDS if kind.severity == "error")
MODES = ("found", "class", "program", "function")
ENGINES = ("explore", "stress")
MOST_REAL_THREADS = 16
"""Each takes 8 MB of address space and a place in the limit of processes, which are the submission's."""
ORDERS = ("producer", "linear", "any")
"""See `harness check --order`."""


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
