"""A schedule: the choices that departed from the default, and its pasteable token.

A schedule is sparse. At every point where more than one way is open the default is that the running thread goes on (or, where it
cannot or only spins, the next by round robin); a `Departure` says that something else was chosen, by the thread at whose point the
choice arose and how many points that thread had passed. Threads are named by spawn path, so a token depends neither on names nor on
what a search had learned.
"""

from __future__ import annotations

import base64
import binascii
import zlib

import msgspec

CLOCK = "clock"
"""Chosen instead of a thread: virtual time jumps to the earliest deadline."""

PREFIX = "h1:"


class Departure(msgspec.Struct, frozen=True, array_like=True):
    """One choice that was not the default.

    `thread` is the spawn path of the thread at whose `point`-th point (from 1) the choice arose, `chosen` the spawn path of the thread
    that ran instead (or was woken), or `CLOCK`. `line` is that point's source line, 0 where it has none: it lets a replay notice that
    the program has changed.
    """

    thread: str
    point: int
    chosen: str
    line: int = 0


class Schedule(msgspec.Struct, frozen=True, array_like=True):
    """All that is needed to run one execution again: the scenario, the seed of its random streams, and the departures in order.

    `kind` is the finding that it showed ("" for none); `name` the class or function where the target names none; `steps` the number
    of points passed by all threads, 0 where unknown.
    """

    mode: str = "class"
    producers: int = 1
    consumers: int = 1
    messages: int = 3
    capacity: int = 2
    order: str = "producer"
    seed: int = 0
    kind: str = ""
    departures: tuple[Departure, ...] = ()
    name: str = ""


def to_token(schedule: Schedule) -> str:
    """The schedule as ``h1:`` and URL-safe base64 (no padding) of MessagePack, compressed where that is shorter, with a checksum."""
    raw = msgspec.msgpack.encode(schedule)
    packed = zlib.compress(raw, 9, wbits=-15)
    body = b"\x01" + packed if len(packed) < len(raw) else b"\x00" + raw
    check = zlib.crc32(body).to_bytes(4, "big")[:2]
    return PREFIX + base64.urlsafe_b64encode(check + body).rstrip(b"=").decode("ascii")


def from_token(token: str) -> Schedule:
    """The schedule of a token. Raises ValueError, in one line, if it is not one or was cut or changed."""
    text = token.strip()
    if not text.startswith(PREFIX):
        raise ValueError(f"a schedule begins with {PREFIX!r}, this one with {text[:3]!r}")
    encoded = text[len(PREFIX) :]
    try:
        data = base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("the schedule has a character that no token has; was it cut or wrapped when it was copied?") from None
    check, body = data[:2], data[2:]
    if len(data) < 4 or zlib.crc32(body).to_bytes(4, "big")[:2] != check:
        raise ValueError("the schedule's checksum does not fit; was it cut when it was copied?")
    try:
        if body[0] == 1:
            inflater = zlib.decompressobj(wbits=-15)
            raw = inflater.decompress(body[1:], 16_000_000)
        else:
            raw = body[1:]
        return msgspec.msgpack.decode(raw, type=Schedule)
    except (zlib.error, msgspec.MsgspecError) as error:
        raise ValueError(f"the schedule cannot be read ({error}); was it made by another version?") from None
