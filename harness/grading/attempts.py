"""Several attempts of one student, told apart by the names of files and folders."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

MOMENT = r"(\d{4})-?([01]\d)-?([0-3]\d)[T_ -]?([0-2]\d)[:.-]?([0-5]\d)(?:[:.-]?([0-5]\d))?Z?"
FOLDER = re.compile(rf"^(?:attempt[ _.-]*(?P<number>\d{{1,4}})|(?:attempt[ _.-]*)?(?P<moment>{MOMENT}))$", re.IGNORECASE)
FLAT = re.compile(rf"^(?P<name>.+?)[ _.-]+attempt[ _.-]*(?:(?P<moment>{MOMENT})|(?P<number>\d{{1,4}}))(?:[ _.-]+(?P<rest>.+))?$", re.IGNORECASE)
VERSION = re.compile(r"-(\d+)(?=\.\w+$)")
HANDED_IN = (".py", ".zip")

Part = tuple[Path, str]
"""A file or folder of a submission, and the name to give it ("": its own)."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What makes one attempt: its number, what was handed in, and when as far as a name says so."""

    number: int
    parts: tuple[Part, ...]
    at: datetime | None = None


def attempts_in(folder: Path) -> list[Attempt]:
    """The attempts in a student's folder: what is called attempt-2, or by date and time, one each; what lies beside them belongs to each of them.

    Empty where nothing in it is called so.
    """
    named: list[tuple[int, datetime | None, Path]] = []
    beside: list[Part] = []
    for entry in sorted(folder.iterdir()):
        if entry.is_symlink() or not (entry.is_dir() or entry.suffix.lower() in HANDED_IN):
            continue
        match = FOLDER.match(entry.name if entry.is_dir() else entry.stem)
        if match is not None and (match["number"] or _moment(match["moment"])):
            named.append((int(match["number"] or 0), _moment(match["moment"]), entry))
        elif not entry.name.startswith((".", "__")):
            beside.append((entry, "" if entry.is_file() else entry.name))
    return _in_order([(number, at, [(entry, ""), *beside]) for number, at, entry in named])


def attempt_of(entry: Path) -> tuple[str, int, datetime | None, str] | None:
    """Of a file or folder such as ann_attempt-2.py, bob_attempt_2026-03-01-12-00-00_pipeline.py: whose it is, which attempt by its number or by its
    time, and the name of the file; None for any other."""
    match = FLAT.match(entry.name if entry.is_dir() else entry.stem)
    if match is None or not (match["number"] or _moment(match["moment"])):
        return None
    rest = match["rest"] or ""
    return match["name"], int(match["number"] or 0), _moment(match["moment"]), f"{rest}{entry.suffix}" if rest and entry.is_file() else ""


def grouped(parts: Sequence[tuple[int, datetime | None, Part]]) -> list[Attempt]:
    """The attempts that parts belong to, each with its number or time."""
    together: dict[tuple[int, datetime | None], list[Part]] = {}
    for number, at, part in parts:
        together.setdefault((number, at), []).append(part)
    return _in_order([(number, at, found) for (number, at), found in together.items()])


def versions(parts: Sequence[Part]) -> list[Attempt]:
    """The attempts in files that one student has handed in anew: pipeline.py beside pipeline-1.py and pipeline-2.py, as Canvas names them.

    A file of which there is one version belongs to each. Empty where no file was handed in twice.
    """
    by_name: dict[str, dict[int, Part]] = {}
    for path, name in parts:
        match = VERSION.search(name)
        plain = VERSION.sub("", name)
        by_name.setdefault(plain, {})[int(match[1]) if match else 0] = (path, plain)
    numbers = {number for known in by_name.values() if len(known) > 1 and 0 in known for number in known}
    attempts = []
    for number in sorted(numbers):
        of_it = []
        for known in by_name.values():
            before = [other for other in known if other <= number]
            if len(known) == 1 or before:
                of_it.append(known[max(before, default=min(known))])
        attempts.append(Attempt(number + 1, tuple(of_it)))
    return attempts


def _in_order(found: Sequence[tuple[int, datetime | None, list[Part]]]) -> list[Attempt]:
    """By number where all have one, else by time and numbered so."""
    if all(at is None for _, at, _ in found):
        return [Attempt(number, tuple(parts)) for number, _, parts in sorted(found, key=lambda each: each[0])]
    by_time = sorted(found, key=lambda each: (each[1] or datetime.min.replace(tzinfo=UTC), each[0]))
    return [Attempt(number, tuple(parts), at) for number, (_, at, parts) in enumerate(by_time, 1)]


def _moment(text: str | None) -> datetime | None:
    """A date and time in a name, taken as UTC; None where it is none."""
    match = re.fullmatch(MOMENT, text or "")
    if match is None:
        return None
    try:
        return datetime(*(int(part or 0) for part in match.groups()), tzinfo=UTC)  # type: ignore[misc, arg-type] # six numbers
    except ValueError:
        return None
