"""Where the target stands: its frames among those of the running thread, or of another one's, or in a traceback."""

from __future__ import annotations

import os
import sys
import types
from collections.abc import Set
from typing import Any

OWN = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
"""The folder of the harness itself."""


class TargetFrames:
    """Finds the frames whose code stands in `files`."""

    def __init__(self, files: Set[str]) -> None:
        self.files = files
        self._said: dict[tuple[types.CodeType, int], str] = {}

    def innermost(self, frame: Any = None) -> Any:
        """The innermost frame of the target, in the running thread or from `frame` on; None if there is none."""
        return target_frame(frame or sys._getframe(1), self.files)

    def line_of(self, frame: Any = None) -> tuple[str, int, str]:
        """File, line and function of that frame; ("", 0, "") if there is none."""
        frame = self.innermost(frame)
        return ("", 0, "") if frame is None else (frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_qualname)

    def stack(self) -> tuple[str, ...]:
        """The functions of the target that the running thread is in, outermost first, each with its line."""
        stack: list[str] = []
        files, said = self.files, self._said
        frame: Any = sys._getframe(1)
        while frame is not None:
            code = frame.f_code
            if code.co_filename in files:
                place = code, frame.f_lineno
                text = said.get(place)
                if text is None:
                    text = said[place] = f"{code.co_qualname.rpartition('<locals>.')[2]} (line {place[1]})"
                stack.append(text)
            frame = frame.f_back
        stack.reverse()
        return tuple(stack)

    def position(self) -> tuple[int, int]:
        """Which frame of the target runs, and its line."""
        frame = self.innermost()
        return (0, 0) if frame is None else (id(frame), frame.f_lineno)

    def is_called_from(self, position: tuple[int, int]) -> bool:
        """Whether code of the target runs that the line at this position has called, and that line is not done yet."""
        innermost = self.innermost()
        frame = innermost
        while frame is not None:
            if (id(frame), frame.f_lineno) == position:
                return frame is not innermost
            frame = frame.f_back
        return False


def target_frame(frame: types.FrameType | None, files: Set[str]) -> types.FrameType | None:
    """The innermost frame of the target from a frame on; None if there is none."""
    while frame is not None and frame.f_code.co_filename not in files:
        frame = frame.f_back
    return frame


def innermost_raised(error: BaseException, files: Set[str]) -> tuple[str, int, str]:
    """File, line and function of the innermost frame of the target in an exception's traceback; ("", 0, "") if none."""
    place = ("", 0, "")
    traceback = error.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename in files:
            code = traceback.tb_frame.f_code
            place = (code.co_filename, traceback.tb_lineno, code.co_qualname)
        traceback = traceback.tb_next
    return place


def library_call() -> str:
    """The function of a library that the running thread was started with, in full ("logging.Logger.error"); "" where all its frames are ours."""
    found = ""
    frame: types.FrameType | None = sys._getframe(1)
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if not frame.f_code.co_filename.startswith((OWN, "<")) and module != "threading":
            found = f"{module}.{frame.f_code.co_qualname}"
        frame = frame.f_back
    return found
