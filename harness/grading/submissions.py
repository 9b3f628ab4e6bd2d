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
    """

    student: str
    id: str = ""
    files: tuple[tuple[str, bytes], ...] = ()
    handed_in: datetime | None = None
    is_late: bool = False
    problem: str = ""
    remarks: tuple[str, ...] = field(default=())

    @property
    def digest(self) -> str:
        """A hash of what decides the grade, but for when it was handed in."""
        hashed = hashlib.sha256()
        for part in (self.student, self.id, self.problem, str(self.is_late)):
            hashed.update(f"{len(part)}:{part}".encode(errors="surrogatepass"))
        for name, data in self.files:
            hashed.update(f"{len(name)}:{name}{len(data)}:".encode(errors="surrogatepass") + data)
        return hashed.hexdigest()


def find_submissions(folder: Path) -> tuple[list[Submission], str]:
    """The submissions in a folder, by name, and the layout: "plain", "moodle", "canvas" or "gradescope".

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
            found = [_one(_stem(entry), "", [(entry, "")]) for entry in entries if entry.is_dir() or entry.suffix.lower() in (".py", ".zip")]
    if not found:
        raise HarnessError(f"{folder} holds no submission: STUDENT.py, STUDENT.zip or a folder for each student is looked for")
    return sorted(_told_apart(found), key=lambda submission: (submission.student.casefold(), submission.id)), layout


def _layout(entries: list[Path]) -> str:
    names = [entry.name for entry in entries]
    if any(MOODLE.match(name) for name in names):
        return "moodle"
    if GRADESCOPE_NAMES in names or (names and all(GRADESCOPE.match(name) for name in names)):
        return "gradescope"
    files = [entry.name for entry in entries if entry.is_file() and entry.suffix.lower() in (".py", ".zip")]
    return "canvas" if files and all(CANVAS.match(name) for name in files) else "plain"


def _by_names(entries: list[Path], pattern: re.Pattern[str]) -> list[Submission]:
    """Files and folders whose names say whose they are: one submission for all that name the same."""
    parts: dict[tuple[str, str], list[tuple[Path, str]]] = {}
    late = set()
    for entry in entries:
        match = pattern.match(entry.name)
        if match is None:
            if entry.is_dir() or entry.suffix.lower() in (".py", ".zip"):
                parts.setdefault((_stem(entry), ""), []).append((entry, ""))
            continue
        whose = match["name"], match["id"]
        if match.groupdict().get("late"):
            late.add(whose)
        parts.setdefault(whose, []).append((entry, "" if entry.is_dir() else re.sub(r"-\d+(?=\.\w+$)", "", match["rest"])))
    return [replace(_one(name, number, found), is_late=(name, number) in late) for (name, number), found in parts.items()]


def _gradescope(folder: Path, entries: list[Path]) -> list[Submission]:
    known = _gradescope_names(folder / GRADESCOPE_NAMES)
    found = []
    for entry in entries:
        if not entry.is_dir():
            continue
        name, number, at = known.get(entry.name, ("", "", None))
        submission = _one(name or entry.name, number, [(entry, "")])
        found.append(replace(submission, handed_in=at or submission.handed_in))
    return found


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


def _one(student: str, number: str, parts: list[tuple[Path, str]]) -> Submission:
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


def _walk(parts: list[tuple[Path, str]]) -> Iterator[tuple[Path, str, bool]]:
    """The Python files and archives, each with its name within the submission. Links are not followed: they may lead anywhere."""
    for top, name in parts:
        if top.is_symlink():
            continue
        if top.is_file():
            if top.suffix.lower() in (".py", ".zip"):
                yield top, name or top.name, False
            continue
        for folder, folders, names in os.walk(top):
            folders[:] = sorted(inner for inner in folders if not inner.startswith(".") and inner not in NO_SUBMISSION)
            for inner in sorted(names):
                path = Path(folder, inner)
                if path.suffix.lower() in (".py", ".zip") and not inner.startswith(".") and path.is_file() and not path.is_symlink():
                    yield path, path.relative_to(top).as_posix(), True


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


def _told_apart(found: list[Submission]) -> list[Submission]:
    """Two students of one name (ann.py beside a folder ann) get a number: nobody's grade may stand for another's."""
    seen: dict[tuple[str, str], int] = {}
    told = []
    for submission in found:
        key = submission.student, submission.id
        seen[key] = seen.get(key, 0) + 1
        told.append(submission if seen[key] == 1 else replace(submission, student=f"{submission.student} ({seen[key]})"))
    return told
