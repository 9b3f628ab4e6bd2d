"""The last access of a recorded execution. What it read or wrote is looked up when the next step begins: a point stands before its operation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from harness.engines import stored
from harness.engines.labels import Labels
from harness.engines.showing import show
from harness.engines.target_frames import TargetFrames
from harness.model.trace import CHANGED_NOTHING, NOT_THERE


@dataclass(frozen=True, slots=True)
class _Open:
    """`holder` gives the object, if it is still there. `parts_before` and `position_before`: what a container held before it was changed, and where."""

    step: dict[str, Any]
    holder: Callable[[], Any]
    name: str
    kind: str
    parts_before: tuple[int, ...] | None = None
    position_before: tuple[int, int] = (0, 0)


class OpenAccess:
    """Completes the step of an access by the value, and by whether it changed something; the value gets its label by that."""

    def __init__(self, labels: Labels, frames: TargetFrames, namespaces: Mapping[str, dict[str, Any]]) -> None:
        self._labels = labels
        self._frames = frames
        self._namespaces = namespaces
        self._open: _Open | None = None

    def begin(self, step: dict[str, Any], holder: Callable[[], Any], name: str, kind: str) -> None:
        """An attribute or variable is about to be read, set or deleted."""
        self._open = _Open(step, holder, name, kind)

    def begin_contents(self, step: dict[str, Any], holder: Callable[[], Any], obj: Any, detail: str, is_write: bool) -> None:
        """The contents of a container are about to be read or changed."""
        before = (stored.parts_of(obj), self._frames.position()) if is_write else (None, (0, 0))
        self._open = _Open(step, holder, detail, "contents", *before)

    def settle(self) -> None:
        """Nothing else has run since the access, so what stands there now is what was read or written."""
        last = self._open
        if last is None:
            return
        self._open = None
        obj = last.holder()
        if last.kind != "contents":
            self._settle_variable(last.step, obj, last.name, last.kind)
            return
        may_go_on = last.step["is_write"] and self._frames.is_called_from(last.position_before)
        if may_go_on and last.name.startswith(".sort("):
            return  # a list that is being sorted looks empty
        if last.step["kind"] in ("getitem", "setitem"):
            self._settle_element(last.step, obj, last.name)
        else:
            self._settle_contents(last.step, obj, None if may_go_on else last.parts_before)

    def _settle_variable(self, step: dict[str, Any], obj: Any, name: str, kind: str) -> None:
        if kind.startswith("global"):
            value = self._namespaces.get(step["file"], {}).get(name, stored.MISSING)
        elif kind.startswith("cell"):
            value = stored.in_cell(obj)
        else:
            value = stored.attribute(obj, name)
        if value is not stored.MISSING:
            self._labels.give(value, step["location"])
            step["value"] = show(value)
            if not kind.endswith("delete"):
                step["what"] += f" = {show(value)}"

    def _settle_element(self, step: dict[str, Any], obj: Any, detail: str) -> None:
        """The value of an element that was read or set; that it was not there, where that is certain."""
        item = stored.element(obj, detail)
        if item is stored.ABSENT:
            step["what"] += NOT_THERE
            step["is_write"] = False
        elif item is not stored.MISSING:
            self._labels.give(item, step["location"])
            step["value"] = show(item)
            step["what"] += f" = {show(item)}"

    def _settle_contents(self, step: dict[str, Any], obj: Any, parts_before: tuple[int, ...] | None) -> None:
        """What a container holds; that an operation that might have changed it did not, where that is certain: it is complete, and the parts are known."""
        if not (shown := show(obj)).startswith("<"):  # what is shown by its class only shows nothing of its contents
            step["value"] = shown
        if step["is_write"] and parts_before is not None and stored.parts_of(obj) == parts_before:
            step["is_write"] = False
            step["what"] += NOT_THERE if step["kind"] == "delitem" else CHANGED_NOTHING
