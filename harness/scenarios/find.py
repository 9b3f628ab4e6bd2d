"""Finding what to run in a target: its pipeline class, or the function that is named."""

from __future__ import annotations

import os
import sys
import types
from collections.abc import Callable
from typing import Any

from harness import runtime
from harness.engines.explore import Explore
from harness.engines.target_frames import target_frame
from harness.errors import HarnessError
from harness.model.result import ScenarioSize
from harness.pipeline_class import find_pipeline
from harness.program_source import runs_something
from harness.scenarios.class_mode import ClassScenario
from harness.scenarios.function_mode import FunctionScenario
from harness.scenarios.loading import Loader, TargetError, TargetIsPart, load_error
from harness.scenarios.program_mode import ProgramScenario
from harness.strategies.picks import Picks
from harness.targets import Target

AnyScenario = ClassScenario | FunctionScenario | ProgramScenario


def find_modes(target: Target, loader: Loader, engine: Explore) -> tuple[str, ...]:
    """How a file that names nothing is checked: "class", "program", or both. Loads it once, under control."""
    if not target.has_entry:
        return ("class",)
    has_class, error, is_quiet = _look(target, loader, engine)
    if error is not None and not isinstance(error, HarnessError):
        return ("program",)  # which says better what is wrong
    if not is_quiet or error is not None or not has_class:
        return ("program",)
    return ("class", "program") if target.has_guard else ("class",)


def _look(target: Target, loader: Loader, engine: Explore) -> tuple[bool, BaseException | None, bool]:
    """Whether the file holds a pipeline class that can be driven, what kept it from being loaded, and whether importing it starts nothing."""
    plans: list[Any] = []
    starts, ending, errors = _load_once(loader, engine, lambda namespace: plans.append(find_pipeline(namespace, target.module, None)))
    return bool(plans and plans[0]), errors[0] if errors else None, not starts and ending == "finished"


def _load_once(loader: Loader, engine: Explore, use: Callable[[dict[str, Any]], None]) -> tuple[list[str], str, list[BaseException]]:
    """Where the import started threads (" at base.py:3", "" where it was no code of the target), how it ended, and what left it.

    The threads are not waited for: what they do is not the import's."""
    errors: list[BaseException] = []
    starts: list[str] = []

    def note_start() -> None:
        frame = target_frame(sys._getframe(1), loader.files)
        starts.append("" if frame is None else f" at {os.path.basename(frame.f_code.co_filename)}:{frame.f_lineno}")

    def main() -> None:
        try:
            use(loader.load())
        except runtime.Unwind:
            raise
        except BaseException as error:
            if engine.is_interrupted:
                raise
            errors.append(error)
        if starts:
            engine.stop("finished")

    engine.strategy = Picks([])  # whatever the import starts runs by default; the search's strategy has not begun
    engine.on_start = note_start
    try:
        engine.run(main, "function")
        return starts, engine.ending, errors
    finally:
        engine.on_start = None
        engine.clean_up()
        loader.unload()


def find_scenario(target: Target, loader: Loader, engine: Explore, mode: str | None, size: ScenarioSize, order: str) -> AnyScenario:
    """Loads the module once, under control, and decides what to run in it. Raises TargetError if there is nothing, or it cannot be loaded."""
    if mode == "program":
        if target.name is not None:
            raise TargetError(f"{target.text}: a program is a whole file: leave out :{target.name}")
        scenario = ProgramScenario(loader, order)
        if not runs_something(scenario.tree):
            raise TargetIsPart(f"{target.text}: it is no program: it has no main guard, and its top-level code only defines things")
        return scenario
    found: list[AnyScenario] = []
    starts, ending, errors = _load_once(loader, engine, lambda namespace: found.append(_choose(target, loader, namespace, mode, size, order)))
    if errors:
        raise load_error(target, errors[0])
    if not found:
        if ending == "deadlock":
            raise TargetError(f"{target.text}: its top-level code waits for ever, so it cannot be loaded")
        raise TargetError(f"{target.text}: its top-level code does not end ({ending}), so it cannot be loaded")
    if starts and isinstance(found[0], ClassScenario):
        what = "a thread" if len(starts) == 1 else "threads, the first"
        instead = "it can only be checked as a program (--as program)"
        if not target.has_entry:
            instead = "its class cannot be driven alone: start threads in its constructor, or name a function that uses it and asserts (FILE.py:FUNCTION)"
        raise TargetIsPart(f"{target.text}: importing it starts {what}{starts[0]}, so {instead}")
    return found[0]


def _choose(target: Target, loader: Loader, namespace: dict[str, Any], mode: str | None, size: ScenarioSize, order: str) -> ClassScenario | FunctionScenario:
    if target.name is not None:
        if target.name not in namespace:
            known = [
                name for name, value in namespace.items() if isinstance(value, type | types.FunctionType) and getattr(value, "__module__", "") == target.module
            ]
            raise TargetError(f"{target.text}: there is no {target.name} in it" + (f" (there is {', '.join(known[:8])})" if known else ""))
        value = namespace[target.name]
        if isinstance(value, type) and mode != "function":
            plan = find_pipeline(namespace, target.module, target.name)
            assert plan is not None
            return ClassScenario(loader, plan, size, order)
        if callable(value) and mode != "class":
            return FunctionScenario(loader, _checked_function(target, value))
        raise TargetError(f"{target.text}: {target.name} is a {type(value).__name__}, not a {mode or 'class or function'}")
    if mode == "function":
        raise TargetError(f"{target.text}: a function is named: FILE.py:FUNCTION")
    plan = find_pipeline(namespace, target.module, None)
    if plan is None:
        hint = "check it as a program (--as program)" if target.has_entry else "name a function to check: FILE.py:FUNCTION"
        raise TargetIsPart(f"{target.text}: no pipeline class (a class with a put-like and a get-like method) was found; {hint}")
    return ClassScenario(loader, plan, size, order)


def _checked_function(target: Target, function: Any) -> str:
    code = getattr(function, "__code__", None)
    if code is not None and code.co_argcount + code.co_kwonlyargcount > len(function.__defaults__ or ()) + len(function.__kwdefaults__ or {}):
        raise TargetError(f"{target.text}: a scenario takes no arguments, {target.name} takes {code.co_argcount + code.co_kwonlyargcount}")
    assert target.name is not None
    return target.name
