"""Which place a site stands for: known once for all engines of the process, because a test session has hundreds of campaigns."""

from __future__ import annotations

from bisect import bisect_left
from typing import Any

from harness import runtime

names: list[str] = []
group_of: list[Any] = []
"""By site: the group of sites that stand for the same place, an attribute's name or a variable; a container's sites are on their own."""
sites_of: dict[Any, list[int]] = {}
"""By group: its sites."""
DICT = ("attribute", "__dict__")
COMPUTED = ("computed",)
NAMESPACE = ("namespace",)


def take_in() -> None:
    """Learns the sites of modules rewritten since the last call, and forgets those of programs that are no more."""
    while runtime.forgotten:
        first, n = runtime.forgotten.pop()
        for number in range(first, min(first + n, len(names))):
            numbers = sites_of[group_of[number]]
            del numbers[bisect_left(numbers, number)]
            if not numbers:
                del sites_of[group_of[number]]
            names[number] = ""
            group_of[number] = None
    for number in range(len(names), len(runtime.sites)):
        site = runtime.sites[number]
        if site is runtime.GONE:
            names.append("")
            group_of.append(None)
            continue
        if site.kind.startswith("global"):
            group: Any = ("global", site.file, site.name)
        elif site.kind.startswith("cell"):
            group = ("cell", site.file, site.name)
        elif site.kind in ("read", "write", "delete", "lookup", "method0"):
            group = ("attribute", site.name)
        elif site.kind == "computed":
            group = COMPUTED
        elif site.kind == "namespace":
            group = NAMESPACE
        else:
            group = number
        names.append(site.name)
        group_of.append(group)
        sites_of.setdefault(group, []).append(number)
