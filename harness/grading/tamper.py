"""Notices when a submission looks for the harness inside its process: the check ends there, and the report names the line.

An audit hook cannot be removed again. It watches what pure Python needs to get at frames and objects that it was not given; code that
knows the harness and goes another way is not noticed (docs/threat-model.md).
"""

from __future__ import annotations

import os
import sys
from typing import Any

from harness.guard.child import REASON, Connection
from harness.guard.frames import said

WATCHED = {
    "sys._getframe": "looks into the frames of its callers",
    "sys._current_frames": "looks into the frames of all threads",
    "sys._current_exceptions": "looks into the frames of all threads",
    "gc.get_objects": "looks through all objects of the process",
    "gc.get_referrers": "looks for who refers to an object",
    "gc.get_referents": "looks into objects that are not its own",
    "sys.addaudithook": "installs an audit hook",
    "sys.settrace": "traces the interpreter",
    "sys.setprofile": "traces the interpreter",
    **dict.fromkeys(
        ("ctypes.dlopen", "ctypes.dlsym", "ctypes.dlsym/handle", "ctypes.cdata", "ctypes.cdata/buffer", "ctypes.string_at", "ctypes.wstring_at"),
        "reaches into the interpreter with ctypes",
    ),
    **dict.fromkeys(("ctypes.addressof", "ctypes.call_function", "ctypes.PyObj_FromPtr"), "reaches into the interpreter with ctypes"),
    "object.__getattr__": "looks into the frames of its callers",
}
FRAMES = frozenset({"tb_frame", "gi_frame", "cr_frame", "ag_frame"})

_exit = os._exit
_getframe = sys._getframe


def watch_for_tampering(folder: str, connection: Connection) -> None:
    """From now on code below `folder`, and code that it made from text, ends the process when it does what is watched."""
    library = os.path.dirname(os.__file__)
    watched, go_betweens = WATCHED, (os.path.join(library, "inspect.py"), os.path.join(library, "ctypes", "__init__.py"))
    is_busy = False

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal is_busy
        if event not in watched or is_busy:
            return
        if event == "object.__getattr__" and arguments[1] not in FRAMES:
            return
        is_busy = True
        try:
            frame: Any = _getframe(1)
            while frame is not None and frame.f_code.co_filename in go_betweens:
                frame = frame.f_back
            if frame is None or not _is_theirs(frame.f_code.co_filename, folder):
                return
            where = said((frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name))
            what = f"{event} {arguments[1]}" if event == "object.__getattr__" else event
            connection.send(REASON, f"the submission {watched[event]} ({what}){where}, where it could forge the evidence".encode(errors="replace"))
            _exit(1)
        finally:
            is_busy = False

    sys.addaudithook(hook)


def _is_theirs(file: str, folder: str) -> bool:
    return file.startswith(folder) or (file.startswith("<") and not file.startswith("<frozen"))
