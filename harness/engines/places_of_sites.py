"""Which place a site stands for: known once for all engines of the process, because a test session has hundreds of campaigns."""

from __future__ import annotations

from bisect import bisect_left
from typing import Any

from harness import runtime
from harness.engines.kinds import COMPARING_METHODS, KEEPING_METHODS
from harness.instrument.filters import DEEP

KEEPS, TAKES, COMPARES = range(3)
names: list[str] = []
group_of: list[Any] = []
"""By site: the group of sites that stand for the same place, an attribute's name or a variable; a container's sites are on their own."""
gives: list[int] = []
"""By site: what a container's method of that name does with what it is given and with what the container holds (`KEEPS`, `TAKES`, `COMPARES`)."""
is_deep: list[bool] = []
"""By site: whether the operation looks into what a container holds."""
sites_of: dict[Any, list[int]] = {}
"""By group: its sites."""
DICT = ("attribute", "__dict__")
START = ("attribute", "start")
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
            gives.append(KEEPS)
            is_deep.append(False)
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
        gives.append(COMPARES if site.name in COMPARING_METHODS else KEEPS if site.name in KEEPING_METHODS else TAKES)
        is_deep.append(site.kind in DEEP)
        names.append(site.name)
        group_of.append(group)
        sites_of.setdefault(group, []).append(number)
