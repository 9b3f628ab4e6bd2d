"""Which processes there are below this one."""

from __future__ import annotations

import os
from pathlib import Path


def processes() -> set[int]:
    """This process's children, and theirs, that have not been waited for."""
    found: set[int] = set()
    parents = [os.getpid()]
    while parents:
        try:
            tasks = [*Path(f"/proc/{parents.pop()}/task").iterdir()]
        except OSError:
            continue  # it has ended meanwhile
        for task in tasks:
            try:
                children = [int(child) for child in (task / "children").read_text().split()]
            except OSError:
                continue
            found.update(children)
            parents.extend(children)
    return found
