"""Which frame of a stack is the target's own, for live frames and for the stacks that faulthandler writes."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Sequence
from types import FrameType

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_LIBRARY = os.path.dirname(os.path.abspath(os.__file__)) + os.sep
_INSTALLED = re.compile(r"[\\/](site|dist)-packages[\\/](?P<package>[^\\/]*)")
_SCRIPTS = ("harness", "harness-script.py")
"""What an installer makes of the command: at the bottom of every stack, and never a target."""
_DUMPED = re.compile(r'^  File "(?P<file>.*)", line (?P<line>\d+) in (?P<function>.*)$', re.MULTILINE)

Frame = tuple[str, int, str]
"""File, line and function."""


def innermost_of_target(frames: Iterable[Frame]) -> Frame | None:
    """The first frame, innermost first, in code that is neither ours nor Python's; installed packages count only where there is no other."""
    candidates = [frame for frame in frames if not _is_known(frame[0])]
    return next((frame for frame in candidates if not _INSTALLED.search(frame[0])), next(iter(candidates), None))


def called_in_library(frames: Sequence[Frame]) -> str:
    """The module of Python's library that the target's innermost frame has called, by its dotted name; "" if it has called none that is in Python."""
    inner = innermost_of_target(frames)
    at = frames.index(inner) if inner is not None else 0
    path = os.path.abspath(frames[at - 1][0]) if at else ""
    if not path.startswith(_LIBRARY) or _INSTALLED.search(path):
        return ""
    return path.removeprefix(_LIBRARY).removesuffix(".py").removesuffix(f"{os.sep}__init__").replace(os.sep, ".")


def live_frames() -> list[Frame]:
    """The stack of the caller's caller, innermost first."""
    return frames_from(sys._getframe(2))


def frames_from(frame: FrameType | None) -> list[Frame]:
    """The stack from a frame on, innermost first."""
    frames = []
    while frame is not None:
        frames.append((frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name))
        frame = frame.f_back
    return frames


def dumped_frames(text: str) -> list[Frame]:
    """The frames of a stack as faulthandler writes it, innermost first; thread after thread where there are several."""
    return [(found["file"], int(found["line"]), found["function"]) for found in _DUMPED.finditer(text)]


def said(frame: Frame | None) -> str:
    """ " at naive.py:12 in get_message", "" for no frame."""
    if frame is None:
        return ""
    file, line, function = frame
    return f" at {os.path.basename(file)}:{line}" + ("" if function == "<module>" else f" in {function}")


def _is_known(file: str) -> bool:
    if file.startswith("<") or os.path.basename(file) in _SCRIPTS:
        return True
    path = os.path.abspath(file)
    if found := _INSTALLED.search(path):
        return path.startswith(_PACKAGE) or found["package"] == "greenlet"
    return path.startswith((_PACKAGE, _LIBRARY))
