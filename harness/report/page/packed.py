"""The data of a page's players, each text and each source file once: executions of one program say the same things over and over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from harness.report.page.playback import Playback

ROWS = ("moments", "switches", "links", "before", "changes", "logged", "output")
ROWS_OF_THREADS = ("standings", "holdings")


def packed(playbacks: Sequence[Playback | None]) -> dict[str, Any]:
    """`texts`, `sources` (a name and the lines by their numbers) and `executions`, whose rows hold the numbers of texts where a `Playback`'s have
    texts, and whose `files` are numbers of sources. None stays None."""
    texts: dict[str, int] = {}
    sources: dict[str, dict[int, Any]] = {}

    def row(fields: list[Any]) -> list[Any]:
        return [texts.setdefault(field, len(texts)) if isinstance(field, str) else field for field in fields]

    executions: list[dict[str, Any] | None] = []
    for playback in playbacks:
        if playback is None:
            executions.append(None)
            continue
        plain = msgspec.to_builtins(playback)
        for name in ROWS:
            plain[name] = [row(fields) for fields in plain[name]]
        for name in ROWS_OF_THREADS:
            plain[name] = [[row(fields) for fields in rows] for rows in plain[name]]
        lines = plain.pop("source")
        for number, name in enumerate(playback.files):
            known = sources.setdefault(name, {})
            known.update((line, pieces) for line, pieces in lines[number].items() if line not in known)
        plain["files"] = [[*sources].index(name) for name in playback.files]
        executions.append(plain)
    return {"texts": [*texts], "sources": [[name, dict(sorted(lines.items()))] for name, lines in sources.items()], "executions": executions}


def embedded(playbacks: Sequence[Playback | None]) -> str:
    """The data as JSON that can stand in a script element: no character in it means anything to HTML or to old scripts."""
    text = msgspec.json.encode(packed(playbacks)).decode()
    return re.sub("[<>&\u2028\u2029]", lambda match: f"\\u{ord(match[0]):04x}", text)
