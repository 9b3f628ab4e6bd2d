"""Finding submissions: who handed in which files, in a plain folder or as Moodle, Canvas and Gradescope hand them out."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from harness.errors import HarnessError
from harness.grading.attempts import HANDED_IN, VERSION, Attempt, Part, attempt_of, attempts_in, grouped, versions
from harness.grading.unpack import MOST_BYTES, MOST_FILES, Unpacked, unpack

MOODLE = re.compile(r"^(?P<name>.+)_(?P<id>\d{3,})_assignsubmission_(?:file|onlinetext)_?(?P<rest>.*)$")
CANVAS = re.compile(r"^(?P<name>[^_\W]+)_(?:(?P<late>LATE)_)?(?P<id>\d+)_\d+_(?P<rest>.+)$")
GRADESCOPE = re.compile(r"^submission_(?P<number>\d+)$")
GRADESCOPE_NAMES = "submission_metadata.yml"
NO_SUBMISSION = ("__pycache__", "__MACOSX", "__init__.py")


@dataclass(frozen=True, slots=True)
class Submission:
    """What one student handed in. `files` are the Python files by their path in the submission; `problem` says why there is nothing to run.

    `id` is what the learning platform calls the student, "" where the folder does not say; `handed_in` when, as far as that is known.
    `attempt`: the number of this one where the student has handed in several `attempts`.
    """

    student: str
    id: str = ""
    files: tuple[tuple[str, bytes], ...] = ()
    handed_in: datetime | None = None
    is_late: bool = False
    problem: str = ""
    remarks: tuple[str, ...] = field(default=())
    attempt: int = 0
    attempts: int = 1

    @property
    def digest(self) -> str:
        """A hash of what decides the grade, but for when it was handed in."""
        hashed = hashlib.sha256()
        which = (str(self.attempt),) if self.attempts > 1 else ()
        for part in (self.student, self.id, self.problem, str(self.is_late), *which):
            hashed.update(f"{len(part)}:{part}".encode(errors="surrogatepass"))
        for name, data in self.files:
            hashed.update(f"{len(name)}:{name}{len(data)}:".encode(errors="surrogatepass") + data)
        return hashed.hexdigest()


def find_submissions(folder: Path) -> tuple[list[Submission], str]:
    """The submissions in a folder, by name, the attempts of one student in their order, and the layout: "plain", "moodle", "canvas" or "gradescope".

    Raises HarnessError where there is no such folder, or nothing in it.
    """
    if not folder.is_dir():
        raise HarnessError(f"{folder}: no such folder" if not folder.exists() else f"{folder} is no folder: give the one that holds the submissions")
    entries = sorted(entry for entry in folder.iterdir() if not entry.name.startswith(".") and entry.name not in NO_SUBMISSION)
    entries = [entry for entry in entries if not entry.is_symlink()]
    layout = _layout(entries)
    match layout:
        case "moodle":
            found = _by_names(entries, MOODLE)
        case "canvas":
            found = _by_names(entries, CANVAS)
        case "gradescope":
            found = _gradescope(folder, entries)
        case _:
            found = _plain(entries)
    if not found:
        raise HarnessError(f"{folder} holds no submission: STUDENT.py, STUDENT.zip or a folder for each student is looked for")
    named = _told_apart(found)
    return [one for several in sorted(named, key=lambda several: (several[0].student.casefold(), several[0].id)) for one in several], layout


def _layout(entries: list[Path]) -> str:
    names = [entry.name for entry in entries]
    if any(MOODLE.match(name) for name in names):
        return "moodle"
    if GRADESCOPE_NAMES in names or (names and all(GRADESCOPE.match(name) for name in names)):
        return "gradescope"
    files = [entry.name for entry in entries if entry.is_file() and entry.suffix.lower() in HANDED_IN]
    return "canvas" if files and all(CANVAS.match(name) for name in files) else "plain"


def _plain(entries: list[Path]) -> list[list[Submission]]:
    """A file or folder for each student, or for each attempt of one: ann_attempt-1.py, ann_attempt-2.py."""
    found: list[list[Submission]] = []
    parts: dict[str, list[tuple[int, datetime | None, Part]]] = {}
    for entry in entries:
        if not entry.is_dir() and entry.suffix.lower() not in HANDED_IN:
            continue
        if told := attempt_of(entry):
            student, number, at, rest = told
            parts.setdefault(student, []).append((number, at, (entry, rest)))
        else:
            found.append(_of_student(_stem(entry), "", [(entry, "")]))
    return found + [_all_attempts(student, "", grouped(its_parts)) for student, its_parts in parts.items()]


def _by_names(entries: list[Path], pattern: re.Pattern[str]) -> list[list[Submission]]:
    """Files and folders whose names say whose they are: one submission for all that name the same, or its attempts."""
    parts: dict[tuple[str, str], list[Part]] = {}
    late = set()
    for entry in entries:
        match = pattern.match(entry.name)
        if match is None:
            if entry.is_dir() or entry.suffix.lower() in HANDED_IN:
                parts.setdefault((_stem(entry), ""), []).append((entry, ""))
            continue
        if match.groupdict().get("late"):
            late.add(entry)
        parts.setdefault((match["name"], match["id"]), []).append((entry, "" if entry.is_dir() else match["rest"]))
    found = []
    for (name, number), its_parts in parts.items():
        attempts = versions(its_parts) if pattern is CANVAS else []
        plain = [(path, VERSION.sub("", rest)) for path, rest in its_parts]
        of_student = _all_attempts(name, number, attempts) if attempts else _of_student(name, number, plain)
        late_parts = [[path in late for path, _ in attempt.parts] for attempt in attempts] or [[path in late for path, _ in its_parts]] * len(of_student)
        found.append([replace(one, is_late=any(is_late)) for one, is_late in zip(of_student, late_parts, strict=True)])
    return found


def _gradescope(folder: Path, entries: list[Path]) -> list[list[Submission]]:
    """A folder for each submission; those of one student's number are attempts, by the time that the metadata says."""
    known = _gradescope_names(folder / GRADESCOPE_NAMES)
    found: dict[tuple[str, str], list[Submission]] = {}
    for entry in entries:
        if not entry.is_dir():
            continue
        name, number, at = known.get(entry.name, ("", "", None))
        for one in _of_student(name or entry.name, number, [(entry, "")]):
            found.setdefault((number, "") if number else ("", entry.name), []).append(replace(one, handed_in=at or one.handed_in))
    return [_numbered(sorted(several, key=_handed_in)) for several in found.values()]


def _handed_in(submission: Submission) -> datetime:
    return submission.handed_in or datetime.min.replace(tzinfo=UTC)


def _of_student(student: str, number: str, parts: list[Part]) -> list[Submission]:
    """What one student handed in: one submission, or an attempt for each folder that calls itself one."""
    if len(parts) == 1 and parts[0][0].is_dir() and not parts[0][0].is_symlink():
        attempts = attempts_in(parts[0][0])
        if attempts:
            return _all_attempts(student, number, attempts)
    return [_one(student, number, parts)]


def _all_attempts(student: str, number: str, attempts: list[Attempt]) -> list[Submission]:
    made = [_one(student, number, list(attempt.parts)) for attempt in attempts]
    timed = [replace(one, handed_in=attempt.at or one.handed_in, attempt=attempt.number) for one, attempt in zip(made, attempts, strict=True)]
    return [replace(one, attempts=len(timed)) for one in timed]


def _numbered(several: list[Submission]) -> list[Submission]:
    if len(several) == 1:
        return several
    return [replace(one, student=several[0].student, attempt=number, attempts=len(several)) for number, one in enumerate(several, 1)]


def _gradescope_names(file: Path) -> dict[str, tuple[str, str, datetime | None]]:
    """Name, id and time by folder, of the export's YAML; only the lines that say these are read."""
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return {}
    known: dict[str, tuple[str, str, datetime | None]] = {}
    folder = ""
    for line in lines:
        if begins := re.match(r"^['\"]?(submission_\d+)['\"]?:\s*$", line):
            folder = begins[1]
            known[folder] = ("", "", None)
        elif folder and (said := re.match(r"^\s*(?:-\s+)?:(name|sid|created_at):\s*(.+?)\s*$", line)):
            name, number, at = known[folder]
            value = said[2].strip("'\"")
            if said[1] == "name":
                name = f"{name}, {value}" if name else value
            elif said[1] == "sid":
                number = number or value
            else:
                at = at or _time(value)
            known[folder] = (name, number, at)
    return known


def _time(text: str) -> datetime | None:
    match = re.match(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.\d+)?\s*(Z|[+-]\d\d:?\d\d)?$", text)
    if match is None:
        return None
    zone = (match[3] or "Z").replace("Z", "+00:00")
    return datetime.fromisoformat(f"{match[1]}T{match[2]}{zone if ':' in zone else f'{zone[:3]}:{zone[3:]}'}")


def _one(student: str, number: str, parts: list[Part]) -> Submission:
    """The submission made of files and folders, each with the name to give it ("": its own)."""
    files: dict[str, bytes] = {}
    remarks: list[str] = []
    times: list[float] = []
    size = 0
    for path, name, own in _walk(parts):
        try:
            if path.suffix.lower() == ".zip":
                unpacked = unpack(path)
            elif path.stat().st_size > MOST_BYTES:
                raise HarnessError(f"{name} is larger than {MOST_BYTES >> 20} MiB")
            else:
                unpacked = Unpacked({name: path.read_bytes()}, path.stat().st_mtime)
        except HarnessError as error:
            return Submission(student, number, problem=str(error))
        except OSError as error:
            return Submission(student, number, problem=f"{name} cannot be read: {error.strerror}")
        remarks += unpacked.remarks
        times.append(unpacked.at or path.stat().st_mtime)
        for inner, data in unpacked.files.items():
            size += len(data)
            files[inner if own else _free(inner, files)] = data
        if size > MOST_BYTES or len(files) > MOST_FILES:
            return Submission(student, number, problem=f"more than {MOST_FILES} files or {MOST_BYTES >> 20} MiB were handed in")
    problem = "" if files else "no Python file was handed in"
    at = datetime.fromtimestamp(max(times), UTC).replace(microsecond=0) if times else None
    return Submission(student, number, tuple(sorted(_without_common_folder(files).items())), at, problem=problem, remarks=tuple(remarks))


def _walk(parts: list[Part]) -> Iterator[tuple[Path, str, bool]]:
    """The Python files and archives, each with its name within the submission. Links are not followed: they may lead anywhere."""
    for top, name in parts:
        if top.is_symlink():
            continue
        if top.is_file():
            if top.suffix.lower() in HANDED_IN:
                yield top, name or top.name, False
            continue
        for folder, folders, names in os.walk(top):
            folders[:] = sorted(inner for inner in folders if not inner.startswith(".") and inner not in NO_SUBMISSION)
            for inner in sorted(names):
                path = Path(folder, inner)
                if path.suffix.lower() in HANDED_IN and not inner.startswith(".") and path.is_file() and not path.is_symlink():
                    yield path, f"{name}/{path.relative_to(top).as_posix()}".lstrip("/"), True


def _without_common_folder(files: dict[str, bytes]) -> dict[str, bytes]:
    """An archive of a folder holds the folder: its name is nobody's module path."""
    tops = {name.partition("/")[0] for name in files if "/" in name}
    if len(tops) == 1 and all("/" in name for name in files):
        return _without_common_folder({name.partition("/")[2]: data for name, data in files.items()})
    return files


def _free(name: str, taken: dict[str, bytes]) -> str:
    stem, dot, suffix = name.rpartition(".")
    number = 2
    while name in taken:
        name, number = f"{stem}_{number}{dot}{suffix}", number + 1
    return name


def _stem(entry: Path) -> str:
    return entry.name if entry.is_dir() else entry.stem


def _told_apart(found: list[list[Submission]]) -> list[list[Submission]]:
    """Two students of one name (ann.py beside a folder ann) get a number: nobody's grade may stand for another's."""
    seen: dict[tuple[str, str], int] = {}
    told = []
    for several in found:
        key = several[0].student, several[0].id
        seen[key] = seen.get(key, 0) + 1
        told.append(several if seen[key] == 1 else [replace(one, student=f"{one.student} ({seen[key]})") for one in several])
    return told
