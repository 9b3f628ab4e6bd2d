"""Tokens: what comes back from one, and what is said of a text that is none."""

from __future__ import annotations

import base64
import zlib

import pytest

from harness.model.schedule import CLOCK, PREFIX, Departure, Schedule, from_token, to_token


def token_of(body: bytes) -> str:
    """A token with that body and the checksum that belongs to it."""
    check = zlib.crc32(body).to_bytes(4, "big")[:2]
    return PREFIX + base64.urlsafe_b64encode(check + body).rstrip(b"=").decode("ascii")


TWO = (Departure("m.0", 7, "m.1", 12), Departure("m.1", 9, CLOCK))
MANY = tuple(Departure("m.0", n, "m.1", n) for n in range(300))


@pytest.mark.parametrize("departures", [(), TWO, MANY], ids=len)
def test_a_schedule_comes_back_from_its_token(departures: tuple[Departure, ...]) -> None:
    schedule = Schedule("class", 2, 3, 4, 1, "linear", 7, "loss", departures, "Pipeline")
    assert from_token(f"  {to_token(schedule)}\n") == schedule


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x1:abc", "begins with 'h1:'"),
        (PREFIX + "a b", "a character that no token has"),
        (to_token(Schedule())[:-4], "checksum does not fit|a character that no token has"),
        (PREFIX, "checksum does not fit"),
        (token_of(b"\x00\xc1\xc1"), "made by another version"),
        (token_of(b"\x01not deflated"), "made by another version"),
    ],
)
def test_a_text_that_is_no_token_is_told_why_in_one_line(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said) as caught:
        from_token(text)
    assert "\n" not in str(caught.value)
