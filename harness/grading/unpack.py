"""Reading an archive that somebody handed in: into memory, bounded, and without believing any path or size in it."""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from harness.errors import HarnessError

MOST_FILES = 200
MOST_BYTES = 4 << 20
MOST_ENTRIES = 10_000
"""In all of an archive: images and pickled data may be there, and are not read."""


@dataclass(slots=True)
class Unpacked:
    """The Python files by path, when the newest was written (seconds since 1970, 0 where unknown), and what was left out."""

    files: dict[str, bytes]
    at: float = 0.0
    remarks: list[str] = field(default_factory=list)


def unpack(archive: Path) -> Unpacked:
    """The Python files of a zip. Raises HarnessError, one line, where it is no zip, encrypted, or unpacks to more than is allowed.

    Nothing is written anywhere. Entries that lead out of the archive, and links, are left out and named.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            return _read(opened, archive.name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError) as error:
        raise HarnessError(f"{archive.name} cannot be unpacked: {' '.join(str(error).split()) or type(error).__name__}") from None


def _read(opened: zipfile.ZipFile, name: str) -> Unpacked:
    if len(opened.infolist()) > MOST_ENTRIES:
        raise HarnessError(f"{name} holds more than {MOST_ENTRIES:,} entries")
    unpacked = Unpacked({})
    left = MOST_BYTES
    for entry in opened.infolist():
        path = entry.filename.replace("\\", "/")
        parts = path.split("/")
        if not path.lower().endswith(".py") or parts[0] == "__MACOSX" or any(part.startswith("._") for part in parts):
            continue
        if path.startswith("/") or ".." in parts or ":" in parts[0] or "\0" in path:
            unpacked.remarks.append(f"{name}: the entry {path[:80]!r} leads out of the archive and was left out")
            continue
        if (entry.external_attr >> 28) == 0xA:
            unpacked.remarks.append(f"{name}: the entry {path[:80]!r} is a link and was left out")
            continue
        if entry.flag_bits & 1:
            raise HarnessError(f"{name} is encrypted")
        with opened.open(entry) as stream:
            data = stream.read(left + 1)  # what the entry says of its own size is not believed
        left -= len(data)
        if left < 0 or len(unpacked.files) >= MOST_FILES:
            raise HarnessError(f"{name} unpacks to more than {MOST_FILES} Python files or {MOST_BYTES >> 20} MiB")
        unpacked.files["/".join(part for part in parts if part not in ("", "."))] = data
        try:
            unpacked.at = max(unpacked.at, datetime(*entry.date_time).timestamp())
        except (ValueError, OverflowError):
            continue  # a date that is none
    return unpacked
