"""What kinds of object the points care about: containers whose contents change, iterators over them, real locks, and known readers."""

from __future__ import annotations

import _thread
import array
import collections
import dataclasses
import gc
import io
import mmap
import threading
import types
import weakref
from collections.abc import Sequence
from typing import Any

from harness.instrument.filters import CALLED_BETWEEN
from harness.instrument.points import RUNTIME

STEPPED, NESTING, PLAIN, CONTAINER, ITERATOR, VIEW, REAL_LOCK = range(-2, 5)
"""`STEPPED`: what is run over by code of the program. `NESTING`: what does not change itself but may hold what does: a tuple, an instance of a
dataclass or a SimpleNamespace, whose methods have no points of their own, a builtin method, which may be one of a container. `VIEW`: what stands
for something else: a dict's keys, values or items for the dict, a memoryview for what it looks at, a file or a database for the world outside of
the program."""

WEAK = (weakref.WeakValueDictionary, weakref.WeakKeyDictionary, weakref.WeakSet)
"""Containers that lose what nobody else holds: whoever lets go of it changes them, wherever that is."""
_containers: tuple[type, ...] = (
    list, dict, set, collections.deque, bytearray, array.array, mmap.mmap, io.StringIO, io.BytesIO,
    # written in Python, but not rewritten: to the points they are of one piece
    collections.UserList, collections.UserDict, collections.UserString, collections.ChainMap,
    *WEAK,
)  # fmt: skip
BOUND = (types.BuiltinMethodType, type(array.array("b").extend), types.MethodWrapperType)
"""Types of methods of builtin objects, bound: ``items.append``, ``numbers.extend`` of an array (a type of its own), ``items.__len__``."""
_views: tuple[type, ...] = (type({}.keys()), type({}.values()), type({}.items()), types.MappingProxyType, memoryview)
_real_locks: tuple[type, ...] = (
    _thread.LockType, _thread.RLock, threading.Condition, threading.Semaphore, threading.Event, threading.Barrier,
)  # fmt: skip

READ_METHODS = frozenset(
    "copy count index get keys values items find rfind startswith endswith join isdisjoint issubset issuperset union intersection difference "
    "symmetric_difference most_common elements total tolist tobytes hex decode buffer_info __len__ __contains__ __getitem__ __iter__ __eq__ "
    "__ne__ __lt__ __le__ __gt__ __ge__ __repr__ __reversed__ __sizeof__ __class__".split()
)
"""Methods of containers that leave them unchanged; any other name may change them."""

KEEPING_METHODS = frozenset("append appendleft insert add setdefault".split())
"""Methods of containers that keep what they are given without a look into it."""

COMPARING_METHODS = frozenset("index count remove sort __contains__ __eq__ __ne__ __lt__ __le__ __gt__ __ge__ __repr__ __str__ __format__".split())
"""Methods of containers that look into what these hold."""

READERS = frozenset(
    [len, list, tuple, dict, set, frozenset, sorted, sum, min, max, any, all, str, repr, print, iter, enumerate, zip, map, filter, reversed,
     isinstance, bool, format, id, hash, type, callable, issubclass, ascii, bytes, collections.deque, collections.Counter]
)  # fmt: skip
"""Builtin callables that leave the containers they are given unchanged."""

SHALLOW = frozenset(
    [len, list, tuple, dict, set, frozenset, any, all, iter, enumerate, zip, reversed, isinstance, bool, id, type, callable, issubclass, bytes,
     collections.deque]
)  # fmt: skip
"""Those of them that do not look into what the containers hold."""


class _World(list[Any]):
    """What programs share beside their objects. One place: nothing is known of what a name or a query there stands for."""


_World.__name__ = "the world outside"  # how a report calls it
WORLD = _World()
"""The world outside: files, databases, the environment."""

class _Fading(weakref.WeakSet[Any]):
    """What weak references lead to. One place: who lets go of an object is not known."""


_Fading.__name__ = "a weak reference"  # how a report calls it
FADING = _Fading()
"""What weak references lead to."""

_WORLDLY_TYPES = frozenset("_csv _socket _sqlite3 dbm gzip bz2 lzma os shelve socket sqlite3 tarfile tempfile zipfile".split())
"""Modules whose instances stand for it; instances of `io`'s classes do as well."""

_WORLDLY_MODULES = frozenset("_io _socket _sqlite3 genericpath glob http io nt os pathlib posix requests shutil socket sqlite3 tempfile urllib".split())
"""Modules whose functions look at it or change it."""

_SECLUDED = frozenset(
    "cpu_count fsdecode fsencode fspath get_terminal_size getcwd getpid getppid quote quote_plus strerror unquote urandom urlencode urlparse".split()
)
"""Functions of these modules that do not."""


def is_worldly(function: Any) -> bool:
    """Whether a callable without points looks at the world outside or changes it."""
    inner = function.__func__ if isinstance(function, types.MethodType) else function
    module = inner.__globals__.get("__name__") if isinstance(inner, types.FunctionType) else getattr(inner, "__module__", None)
    if not isinstance(module, str) or module.partition(".")[0] not in _WORLDLY_MODULES or isinstance(inner, type):
        return False
    return getattr(inner, "__name__", "") not in _SECLUDED


_LOOKS = frozenset(
    """access exists getenv getsize getmtime glob iglob is_dir is_file isdir isfile iterdir listdir lstat read_bytes read_text samefile scandir stat
    walk""".split()
)
"""Functions and methods that only look at the world outside, by name."""


def changes_world(name: str, arguments: tuple[Any, ...]) -> bool:
    """Whether a call to the world outside may change it; `name` may be dotted."""
    name = name.rpartition(".")[2]
    if name == "open":
        return any(isinstance(mode, str) and len(mode) <= 3 and set(mode) & set("wax+") for mode in arguments[1:])
    return name not in _LOOKS


def kind_of(cls: type) -> int:
    """The kind of a class's instances; not cached here (the engine keeps a dict)."""
    if issubclass(cls, _containers):
        return CONTAINER
    if issubclass(cls, _views) or issubclass(cls, io.IOBase) or (cls.__module__ or "").partition(".")[0] in _WORLDLY_TYPES:
        return VIEW
    if _is_iterator(cls):
        return ITERATOR
    if cls in _real_locks:
        return REAL_LOCK
    if issubclass(cls, (tuple, types.SimpleNamespace, *BOUND)) or dataclasses.is_dataclass(cls):
        return NESTING
    return STEPPED if any(_is_the_programs(class_attribute(cls, name)) for name in ("__iter__", "__next__")) else PLAIN


def _is_iterator(cls: type) -> bool:
    """Whether instances are iterators whose steps are not Python code: of containers, of `itertools`, generators; files are none."""
    step = getattr(cls, "__next__", None)
    return isinstance(step, types.WrapperDescriptorType) and not issubclass(cls, io.IOBase)


METHODS = (types.FunctionType, property, staticmethod, classmethod, types.MemberDescriptorType)
"""Types of attributes of classes that are not data."""
HEAP_TYPE = 1 << 9
"""The flag of classes that can be changed (``Py_TPFLAGS_HEAPTYPE``)."""


def class_attribute(cls: type, name: str) -> Any:
    """What a class or its bases hold under a name, as it stands in ``__dict__``."""
    for owner in cls.__mro__:
        if name in owner.__dict__:
            return owner.__dict__[name]
    return None


def has_points(function: Any) -> bool:
    """Whether a Python function has points of its own: rewritten code, and the harness's stand-ins."""
    inner = function.__func__ if isinstance(function, types.MethodType) else function
    return RUNTIME in inner.__globals__ or str(inner.__globals__.get("__name__")).partition(".")[0] == "harness"


class CallsBack(dict[type, bool]):
    """By class: may C code that runs over an instance, compares it or shows it run code of the program? A dict that fills itself."""

    def __missing__(self, cls: type) -> bool:
        found = _is_iterator(cls) or any(_is_the_programs(class_attribute(cls, name)) for name in (*CALLED_BETWEEN, "__iter__"))
        self[cls] = found
        return found


def _is_the_programs(function: Any) -> bool:
    return isinstance(function, types.FunctionType) and has_points(function)


class _Kinds(dict[type, int]):
    def __missing__(self, cls: type) -> int:
        kind = self[cls] = kind_of(cls)
        return kind


def known_kinds() -> dict[type, int]:
    """A dict from class to kind that fills itself. Classes of the target stay in it: make a new one for each campaign."""
    return _Kinds()


def classes_asked(obj: Any, name: str) -> Sequence[type]:
    """The classes of the target that are asked for an attribute `name` which `obj` has not itself, up to the one that has it; none if what it
    has is a method.

    Never runs code of the target: looks into ``__dict__``s only.
    """
    cls = type(obj)
    if cls is type or issubclass(cls, type):
        candidates = obj.__mro__
        if name in candidates[0].__dict__:
            return ()
        candidates = candidates[1:]
    else:
        if getattr(cls, "__getattribute__") is not object.__getattribute__:  # noqa: B009 - mypy takes the two for bound and unbound
            return ()
        own = getattr(obj, "__dict__", None)
        if own is not None and name in own:
            return ()
        candidates = cls.__mro__
    asked = []
    for owner in candidates:
        if owner.__flags__ & HEAP_TYPE:
            asked.append(owner)
        if name in owner.__dict__:
            return () if isinstance(owner.__dict__[name], METHODS) else asked
    return asked


def viewed(view: Any) -> Any:
    """The dict behind a view of its keys, values or items, or behind a read-only proxy; what a memoryview looks at; the world behind a file or the like."""
    if type(view) is memoryview:
        return view.obj
    if not isinstance(view, _views):
        return WORLD
    behind = gc.get_referents(view)
    return behind[0] if behind else view
