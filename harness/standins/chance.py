"""``random`` under control: every virtual thread draws from a stream of its own, so a draw does not depend on the order of threads."""

from __future__ import annotations

import array
import base64
import random
import secrets
import uuid
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from harness import runtime
from harness.standins.clock import time_ns

FUNCTIONS = tuple(name for name in random.__all__ if name[0].islower() and hasattr(random.Random, name))
"""The functions of the module that draw from its hidden generator: as many as this Python has."""


class Random(random.Random):
    """``random.Random``: seeded by the caller the real one; not seeded, or with None, from the running thread's stream."""

    def __init__(self, x: Any = None) -> None:
        super().__init__(_own_seed() if x is None else x)

    def seed(self, a: Any = None, version: int = 2) -> None:
        """Begin a new sequence."""
        super().seed(_own_seed() if a is None else a, version)


class SystemRandom(random.Random):
    """``random.SystemRandom``: the system's randomness, under control the running thread's stream."""

    def random(self) -> float:
        """A number from 0.0 to below 1.0."""
        return float(_system().random())

    def getrandbits(self, k: int, /) -> int:
        """`k` random bits."""
        return int(_system().getrandbits(k))

    def randbytes(self, n: int) -> bytes:
        """`n` random bytes."""
        return bytes(_system().randbytes(n))

    def seed(self, *args: Any, **kwds: Any) -> None:
        """Nothing: the system's randomness takes no seed."""

    def _notimplemented(self, *args: Any, **kwds: Any) -> Any:
        raise NotImplementedError("System entropy source does not have state.")

    getstate = setstate = _notimplemented


def functions() -> dict[str, Callable[..., Any]]:
    """The stand-ins of the module's functions by name."""
    return {name: _function(name) for name in FUNCTIONS}


_CHANGING = (list, array.array, bytearray, deque)


class _Seen(Sequence[Any]):
    """A sequence that is drawn from or shuffled by the library's Python code: how long it is and each element are looked at in a step of its own."""

    def __init__(self, e: Any, sequence: Any) -> None:
        self._e = e
        self._sequence = sequence

    def __len__(self) -> int:
        self._e.about_to_touch(self._sequence, False)
        return len(self._sequence)

    def __getitem__(self, index: Any) -> Any:
        self._e.about_to_touch(self._sequence, False)
        return self._sequence[index]

    def __setitem__(self, index: Any, value: Any) -> None:
        self._e.about_to_touch(self._sequence, True)
        self._sequence[index] = value


def _choose(e: Any, sequence: _Seen) -> Any:
    """``random.choice``, which asks for the length once here: the library's may ask again, and never comes back if all has gone meanwhile."""
    n = len(sequence)
    if not n:
        raise IndexError("Cannot choose from an empty sequence")
    return sequence[e.chance()._randbelow(n)]


def _function(name: str) -> Callable[..., Any]:
    outside = getattr(random, name)

    def draw(*args: Any, **kwargs: Any) -> Any:
        e = runtime.control
        if e is None:
            return outside(*args, **kwargs)
        if args and isinstance(args[0], _CHANGING):
            args = (_Seen(e, args[0]), *args[1:])
            if name == "choice":
                return _choose(e, args[0])
        return getattr(e.chance(), name)(*args, **kwargs)

    draw.__name__ = draw.__qualname__ = name
    draw.__doc__ = outside.__doc__
    draw.__module__ = "random"
    if name == "seed":
        return _seed
    return draw


def _seed(a: Any = None, version: int = 2) -> None:
    """``random.seed``: the running thread's stream begins anew; without a seed nothing needs to change, it is random already."""
    e = runtime.control
    if e is None:
        random.seed(a, version)
    elif a is not None:
        e.chance().seed(a, version)


def secrets_functions() -> dict[str, Any]:
    """The stand-ins of ``secrets``, all drawn from `SystemRandom`."""
    source = SystemRandom()

    def randbelow(exclusive_upper_bound: int) -> int:
        if exclusive_upper_bound <= 0:
            raise ValueError("Upper bound must be positive.")
        return source.randrange(exclusive_upper_bound)

    def token_bytes(nbytes: int | None = None) -> bytes:
        return source.randbytes(secrets.DEFAULT_ENTROPY if nbytes is None else nbytes)

    def token_hex(nbytes: int | None = None) -> str:
        return token_bytes(nbytes).hex()

    def token_urlsafe(nbytes: int | None = None) -> str:
        return base64.urlsafe_b64encode(token_bytes(nbytes)).rstrip(b"=").decode("ascii")

    return {
        "SystemRandom": SystemRandom,
        "randbits": source.getrandbits,
        "choice": source.choice,
        "randbelow": randbelow,
        "token_bytes": token_bytes,
        "token_hex": token_hex,
        "token_urlsafe": token_urlsafe,
    }


def uuid1(node: int | None = None, clock_seq: int | None = None) -> uuid.UUID:
    """``uuid.uuid1``, under control from the virtual clock and the running thread's stream."""
    e = runtime.control
    if e is None:
        return uuid.uuid1(node, clock_seq)
    ticks = time_ns() // 100 + 0x01B21DD213814000  # 100 ns since 1582-10-15 (RFC 4122, 4.2.1)
    sequence = e.chance().getrandbits(14) if clock_seq is None else clock_seq
    where = e.chance().getrandbits(48) | (1 << 40) if node is None else node
    fields = (ticks & 0xFFFFFFFF, (ticks >> 32) & 0xFFFF, (ticks >> 48) & 0x0FFF, (sequence >> 8) & 0x3F, sequence & 0xFF, where)
    return uuid.UUID(fields=fields, version=1)


def uuid4() -> uuid.UUID:
    """``uuid.uuid4``, under control from the running thread's stream."""
    e = runtime.control
    return uuid.uuid4() if e is None else uuid.UUID(int=e.chance().getrandbits(128), version=4)


def _own_seed() -> int | None:
    e = runtime.control
    return None if e is None else int(e.chance().getrandbits(64))


def _system() -> Any:
    e = runtime.control
    return _entropy if e is None else e.chance()


_entropy = random.SystemRandom()
