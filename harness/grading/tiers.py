"""The tiers of the sandbox: what this machine has, and the command that starts a child in each."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import harness
from harness.errors import HarnessError

TIERS = ("none", "rlimit", "bwrap")
"""From the weakest to the strongest."""
NOBODY = 65534
SPACE_BYTES = 64 << 20
LIBRARIES = ("/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libx32")
LINKED = ("/lib", "/lib32", "/lib64", "/libx32")
PROBE_S = 20.0


@dataclass(frozen=True, slots=True)
class Tier:
    """A tier as it is used on this machine. `how` is its description for the reports; `user` who the child runs as, None: as we do."""

    name: str
    how: str
    user: int | None = None


def choose_tier(wanted: str, required: str | None) -> tuple[Tier, str]:
    """The strongest tier that there is, or the one that is wanted; and why it is not bwrap ("" where it is, or another was asked for).

    Raises HarnessError where the wanted one cannot be had, or it is less than what is required.
    """
    if os.name != "posix":
        raise HarnessError("grading needs Linux, macOS or another POSIX system: submissions run in processes that are forked and limited")
    name, why = wanted, ""
    if wanted in ("auto", "bwrap"):
        why = why_no_bubblewrap()
        if why and wanted == "bwrap":
            raise HarnessError(f"--sandbox bwrap: {why}")
        name = "rlimit" if why else "bwrap"
    if required is not None and TIERS.index(name) < TIERS.index(required):
        raise HarnessError(f"--require-sandbox {required}: only the tier {name} can be had here" + (f" ({why})" if why else ""))
    return describe(name), why


def describe(name: str) -> Tier:
    """The tier of that name, as it works here."""
    if name == "none":
        return Tier("none", "none: a process of its own that is ended from outside when its time is over; it may read and write what you may")
    as_nobody = os.getuid() == 0 and not hidden_folders()
    if name == "rlimit":
        words = "rlimit: limits for time, memory, processes, files and their size; it may read what"
        if os.getuid() != 0:
            return Tier("rlimit", f"{words} you may")
        return Tier("rlimit", f"{words} the user nobody may" if as_nobody else f"{words} root may", NOBODY if as_nobody else None)
    who = ", as nobody" if os.getuid() == 0 else ""
    return Tier("bwrap", f"bwrap: namespaces of its own without network, only Python, the harness and this submission to be seen, limits{who}")


@lru_cache(maxsize=1)
def why_no_bubblewrap() -> str:
    """Why bubblewrap cannot be used here, "" where it can: it is tried."""
    if shutil.which("bwrap") is None:
        return "bubblewrap is not installed (Debian: apt-get install bubblewrap)"
    try:
        done = subprocess.run(bubblewrap([], [sys.executable, "-S", "-c", ""]), capture_output=True, text=True, timeout=PROBE_S, check=False, env={})
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"bubblewrap cannot be started: {error}"
    said = " ".join(done.stderr.split())[:200]
    return "" if done.returncode == 0 else f"bubblewrap does not work here: {said or f'status {done.returncode}'}"


def bubblewrap(bound: list[str], command: list[str]) -> list[str]:
    """The command inside bubblewrap: everything is read-only but a small /tmp that is its own. `bound`: what else is to be seen."""
    seen = [*needed_folders(), *bound]
    words = "--unshare-all --unshare-user --disable-userns --die-with-parent --new-session --clearenv --cap-drop ALL".split()
    if os.getuid() == 0:
        words += ["--uid", str(NOBODY), "--gid", str(NOBODY)]
    words += ["--setenv", "PYTHONHASHSEED", "0", "--setenv", "HOME", "/tmp", "--setenv", "LC_ALL", "C.UTF-8"]
    words += ["--dev", "/dev", "--size", str(SPACE_BYTES), "--tmpfs", "/tmp"]  # first: what is bound may lie in it
    for folder in seen:
        words += ["--ro-bind", folder, folder]
    for link in LINKED:
        if os.path.islink(link):
            words += ["--symlink", os.readlink(link), link]
        elif os.path.isdir(link):
            words += ["--ro-bind", link, link]
    words += ["--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache", "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/tmp"]
    inner = ["bwrap", *words, "--", *command]
    return inner if os.getuid() != 0 else [*_as_nobody(seen), *inner]


def _as_nobody(seen: list[str]) -> list[str]:
    """Root's way to start a command as nobody who can reach `seen`: folders that nobody may not enter are covered, in a mount namespace of their own."""
    words = ["bwrap", "--die-with-parent", "--ro-bind", "/", "/", "--dev-bind", "/proc", "/proc", "--dev-bind", "/dev", "/dev"]
    hidden = hidden_folders(seen)
    for folder in hidden:
        words += ["--tmpfs", folder]
    for folder in seen:
        for top in hidden:
            if folder.startswith(top + os.sep):
                for parent in reversed([str(parent) for parent in Path(folder).parents if str(parent).startswith(top + os.sep)]):
                    words += ["--perms", "0755", "--dir", parent]
                words += ["--ro-bind", folder, folder]
    drop = f"import os,sys;os.setgroups([]);os.setgid({NOBODY});os.setuid({NOBODY});os.execvp(sys.argv[1],sys.argv[1:])"
    return [*words, "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID", "--", sys.executable, "-I", "-S", "-c", drop]


def needed_folders() -> list[str]:
    """The folders that Python and the harness are read from: outermost ones only, those that exist."""
    folders = {os.path.realpath(path) for path in (sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix, *LIBRARIES)}
    folders |= {sys.prefix, sys.base_prefix, os.path.dirname(os.path.abspath(harness.__file__))}
    folders |= {path for path in sys.path if "site-packages" in path or "dist-packages" in path}
    existing = sorted(path for path in folders if os.path.isdir(path) and path != "/")
    return [path for path in existing if not any(path.startswith(other + os.sep) for other in existing)]


def check_out_of_sight(paths: Iterable[Path]) -> None:
    """Raises HarnessError where one of the paths lies in a folder that every submission may read in bubblewrap."""
    for path in paths:
        whole = os.path.realpath(path)
        for folder in needed_folders():
            if whole == folder or whole.startswith(folder + os.sep):
                raise HarnessError(f"{path} lies in {folder}, which submissions can read because Python or the harness is there: put it somewhere else")


def hidden_folders(seen: list[str] | None = None) -> list[str]:
    """The outermost folders on the way to what is needed that other users than root may not enter."""
    found = set()
    for folder in needed_folders() if seen is None else seen:
        for parent in reversed([Path(folder), *Path(folder).parents]):
            if not parent.stat().st_mode & 0o001:
                found.add(str(parent))
                break
    return sorted(found)
