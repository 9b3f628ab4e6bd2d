"""The source that a trace carries, so that it can be shown where the files are no more."""

from __future__ import annotations

import linecache
from collections.abc import Mapping

LINES_OF_A_WHOLE_FILE = 300
LINES_AROUND = 15
"""A short file is kept whole, of a longer one what stands around the lines that were executed."""


class KeptSource:
    """`lines` are the kept lines by number, of each file by the path to show; `shown_as` gives that path where it is not the file's own."""

    def __init__(self, shown_as: Mapping[str, str]) -> None:
        self.lines: dict[str, dict[int, str]] = {}
        self._shown_as = shown_as

    def keep(self, file: str, line: int) -> str:
        """Keeps a line of a file with what stands around it. Returns the path to show for the file."""
        shown = self._shown_as.get(file, file)
        if file and line:
            lines = self.lines.setdefault(shown, {})
            if line not in lines:
                texts = linecache.getlines(file)
                whole = len(texts) <= LINES_OF_A_WHOLE_FILE
                around = range(1, len(texts) + 1) if whole else range(max(1, line - LINES_AROUND), min(len(texts), line + LINES_AROUND) + 1)
                lines.update((number, texts[number - 1].rstrip("\r\n")) for number in around)
                lines.setdefault(line, "")
        return shown
