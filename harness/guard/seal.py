"""Seals on frames: what somebody else writes to a connection of the harness's is noticed."""

from __future__ import annotations

import hashlib
import struct

SEAL_BYTES = 16
FORGED = "something else than the harness's own code wrote to the connection with the harness: the evidence is forged"
_NUMBER = struct.Struct(">Q")


class BrokenSeal(Exception):
    """A frame that the child's own code has not written."""


class Seal:
    """Seals frames in order, or checks that they are: keyed BLAKE2b over a frame's number, kind and body.

    It keeps out who writes blindly; it cannot keep out code that runs in the same process and looks for the key there.
    """

    def __init__(self, key: bytes) -> None:
        self._start = hashlib.blake2b(key=key, digest_size=SEAL_BYTES)
        self._number = 0

    def of(self, kind: bytes, body: bytes) -> bytes:
        """The seal of the next frame."""
        seal = self._start.copy()
        seal.update(_NUMBER.pack(self._number) + kind)
        seal.update(body)
        self._number += 1
        return seal.digest()
