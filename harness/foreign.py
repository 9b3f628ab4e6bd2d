"""Code that is not rewritten, met under control: which module it belongs to, and what to do about that in one clause."""

from __future__ import annotations

import functools
import gc
import os
import sys
from collections.abc import Collection, Iterator
from types import FrameType, FunctionType, MethodType, ModuleType
from typing import Any

from harness.instrument.points import RUNTIME
from harness.standins.modules import stand_ins

INSTEAD = {
    "multiprocessing.dummy": "use concurrent.futures.ThreadPoolExecutor, or engine stress",
    "multiprocessing.pool": "use concurrent.futures.ThreadPoolExecutor, or engine stress",
    "multiprocessing": "what is made for processes is not covered, use threading",
    "asyncio": "asyncio is not covered",
}
"""Of the library's modules that would not be under control even if they were rewritten, the nearest name first: what to do instead."""
FAR, MANY = 4, 200
"""How far from a lock its holder is looked for, and among how many objects at each distance."""


def stranger(frame: FrameType | None) -> str | None:
    """The module, not rewritten, whose code is innermost in a stack; None if the innermost code is rewritten, or there is none.

    Modules that are modelled do not count, nor do the harness's own: it matters who reached them.
    """
    while frame is not None:
        if RUNTIME in frame.f_globals:
            return None
        name = frame.f_globals.get("__name__")
        if isinstance(name, str) and not _is_between(name):
            return name
        frame = frame.f_back
    return None


def makers_of(lock: object) -> list[str]:
    """The modules, not rewritten, that may have made a real lock: the one that holds it, else those that rewritten modules use; may be empty.

    One look at all that refers to the lock, nearest first: for an error, not for a search.
    """
    is_set_aside = gc.get_freeze_count() > 0  # by `collector`: what was there before would not be looked at
    gc.unfreeze()
    try:
        holder = _holder_of(lock)
    finally:
        if is_set_aside:
            gc.freeze()
    return [holder] if holder is not None else sorted(set(_used_by_rewritten()))


def advice(modules: Collection[str], option: str = "--instrument ") -> str:
    """What to do so that modules are under control; `option` is what a front end calls it, up to the name."""
    return instead_of(modules) or "add " + " ".join(sorted({option + name_for(module) for module in modules}))


def instead_of(modules: Collection[str]) -> str:
    """What to do instead of using modules that cannot be under control; "" where that is not known of any."""
    for known, instead in INSTEAD.items():
        if any(module == known or module.startswith(known + ".") for module in modules):
            return instead
    return ""


def name_for(module: str) -> str:
    """What names a module so that it is rewritten with all that belongs to it: its top-level package; of the library's the module alone."""
    top = module.partition(".")[0]
    return module if top in sys.stdlib_module_names else top


def name_of_file(file: str, folder: str, imported: Collection[str]) -> str:
    """`name_for` of the module that a file holds, as far as paths tell: `folder` is the target's, `imported` what its source imports."""
    parts = _below(file, folder)
    for installed in ("site-packages", "dist-packages"):
        whole = file.replace(os.sep, "/").split(f"/{installed}/")
        if len(whole) > 1:
            return whole[-1].split("/")[0].removesuffix(".py")
    named = [part for part in parts if part in imported]
    if named:
        return named[0]
    library = _below(file, os.path.dirname(os.__file__))
    if library:
        return ".".join(library).removesuffix(".__init__")
    top, above = os.path.splitext(os.path.basename(file))[0], os.path.dirname(file)
    while os.path.exists(os.path.join(above, "__init__.py")):
        above, top = os.path.split(above)
    return top


def _below(file: str, folder: str) -> list[str]:
    """The parts of a file's path below a folder, as a dotted name has them; empty if it does not lie there."""
    start = os.path.join(os.path.abspath(folder), "")
    return os.path.splitext(file[len(start) :])[0].split(os.sep) if os.path.abspath(file).startswith(start) else []


@functools.cache
def _modelled() -> frozenset[str]:
    return frozenset(name.partition(".")[0] for name in stand_ins())


def _is_between(name: str) -> bool:
    """Whether a module only passes on what others ask of it: modelled, or the harness's."""
    return (top := name.partition(".")[0]) in _modelled() or top in ("harness", "greenlet", "builtins", "importlib", "_frozen_importlib")


def _holder_of(lock: object) -> str | None:
    """The module, not rewritten, in whose variables or objects a lock is."""
    nearest, seen = [lock], {id(lock)}
    for _ in range(FAR):
        further = []
        for one in gc.get_referrers(*nearest):
            if id(one) in seen or isinstance(one, FrameType) or one is nearest:
                continue
            seen.add(id(one))
            module = _module_of(one)
            if module is not None and RUNTIME not in vars(module) and not _is_between(module.__name__):
                return module.__name__
            if module is None:  # what a rewritten module holds says nothing of who made it
                further.append(one)
        nearest = further[:MANY]
        if not nearest:
            break
    return None


def _module_of(one: Any) -> ModuleType | None:
    """The module that an object belongs to: whose variables it is, whose class's instance, whose function; None for plain containers and cells."""
    if isinstance(one, dict):
        module = sys.modules.get(str(one.get("__name__")))
        return module if isinstance(module, ModuleType) and vars(module) is one else None
    if isinstance(one, ModuleType):
        return one
    if isinstance(one, MethodType):
        return _module_of(one.__self__)
    name = one.__globals__.get("__name__") if isinstance(one, FunctionType) else one.__module__ if isinstance(one, type) else type(one).__module__
    found = None if name in ("builtins", "types") else sys.modules.get(str(name))
    return found if isinstance(found, ModuleType) else None


def _used_by_rewritten() -> Iterator[str]:
    """The modules with source, not rewritten and not the library's, that rewritten ones have imported something of."""
    for module in _modules():
        if RUNTIME in vars(module):
            for value in list(vars(module).values()):
                name = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", None)
                used = sys.modules.get(name) if isinstance(name, str) else None
                if used is not None and _is_foreign(used) and used.__name__.partition(".")[0] not in sys.stdlib_module_names:
                    yield used.__name__


def _is_foreign(module: ModuleType) -> bool:
    return RUNTIME not in vars(module) and not _is_between(module.__name__) and str(getattr(module, "__file__", "")).endswith(".py")


def _modules() -> list[ModuleType]:
    everything: list[object] = list(sys.modules.values())  # what stands there need not be a module
    return [module for module in everything if isinstance(module, ModuleType)]
