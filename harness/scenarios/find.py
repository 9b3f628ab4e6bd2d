"""Finding what to run in a target: its pipeline class, or the function that is named."""

from __future__ import annotations

import types
from typing import Any

from harness import runtime
from harness.engines.explore import Explore
from harness.model.result import ScenarioSize
from harness.pipeline_class import find_pipeline
from harness.scenarios.class_mode import ClassScenario
from harness.scenarios.function_mode import FunctionScenario
from harness.scenarios.loading import Loader, TargetError, load_error
from harness.strategies.picks import Picks
from harness.targets import Target


def find_scenario(target: Target, loader: Loader, engine: Explore, mode: str | None, size: ScenarioSize, order: str) -> ClassScenario | FunctionScenario:
    """Loads the module once, under control, and decides what to run in it. Raises TargetError if there is nothing, or it cannot be loaded."""
    found: list[ClassScenario | FunctionScenario] = []
    errors: list[BaseException] = []

    def main() -> None:
        try:
            namespace = loader.load()
            found.append(_choose(target, loader, namespace, mode, size, order))
        except runtime.Unwind:
            raise
        except BaseException as error:
            if engine.is_interrupted:
                raise
            errors.append(error)

    engine.strategy = Picks([])  # whatever the import starts runs by default; the search's strategy has not begun
    try:
        engine.run(main, "function")
        started = engine.all[1:]
        ending = engine.ending
    finally:
        engine.clean_up()
        loader.unload()
    if errors:
        raise load_error(target, errors[0])
    if not found:
        if ending == "deadlock":
            raise TargetError(f"{target.text}: its top-level code waits for ever, so it cannot be loaded")
        raise TargetError(f"{target.text}: its top-level code does not end ({ending}), so it cannot be loaded")
    if started and isinstance(found[0], ClassScenario):
        raise TargetError(f"{target.text}: importing it starts threads, so it can only be checked as a program, and program mode is not built yet")
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
    if mode == "program":
        raise TargetError(f"{target.text}: program mode is not built yet; a class or a function of the file can be checked")
    plan = find_pipeline(namespace, target.module, None)
    if plan is None:
        hint = "it has a program of its own, and program mode is not built yet" if target.has_entry else "name a function to check: FILE.py:FUNCTION"
        raise TargetError(f"{target.text}: no pipeline class (a class with a put-like and a get-like method) was found; {hint}")
    return ClassScenario(loader, plan, size, order)


def _checked_function(target: Target, function: Any) -> str:
    code = getattr(function, "__code__", None)
    if code is not None and code.co_argcount + code.co_kwonlyargcount > len(function.__defaults__ or ()) + len(function.__kwdefaults__ or {}):
        raise TargetError(f"{target.text}: a scenario takes no arguments, {target.name} takes {code.co_argcount + code.co_kwonlyargcount}")
    assert target.name is not None
    return target.name
