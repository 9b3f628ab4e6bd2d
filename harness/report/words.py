"""How the report says things: counts, places, and text made safe for one line of a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def printable(text: str) -> str:
    """The text with every control and other unprintable character written as an escape, so that it stays on its line and moves no cursor."""
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else character.encode("unicode_escape").decode("ascii") for character in text)


def shortened(text: str, width: int) -> str:
    """The text in at most `width` characters; what is cut from its middle or end shows as three dots."""
    if len(text) <= width:
        return text
    if width <= 3:
        return text[:width]
    return text[: width - 3] + "..."


def count(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun: "1 execution", "5,000 executions"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def joined(names: Sequence[str], last: str = "and") -> str:
    """The names as they are said: "a", "a and b", "a, b and c"."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {last} {names[-1]}"


def upper(text: str) -> str:
    """The text as a sentence begins; the name of a file stays as it is."""
    return text[:1].upper() + text[1:] if text.startswith("line ") else text


def unique(names: Iterable[str]) -> tuple[str, ...]:
    """The names without repetitions, in the order of their first mention."""
    return tuple(dict.fromkeys(names))


def seconds(time_s: float) -> str:
    """A duration with as many digits as matter: "0.004 s", "2.1 s", "75 s"."""
    if time_s < 0.1:
        return f"{time_s:.3f} s"
    return f"{time_s:.1f} s" if time_s < 10 else f"{time_s:.0f} s"


def file_name(path: str) -> str:
    """The last part of a path, however it is written."""
    return path.replace("\\", "/").rpartition("/")[2]


def ordinal(number: int) -> str:
    """The number as a rank: "1st", "2nd", "3rd", "11th"."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
