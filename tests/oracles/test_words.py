"""The words of the oracles' sentences."""

from __future__ import annotations

from harness.oracles.words import count_of, distinct, join_words, ordinal, place, show


class Mute:
    def __repr__(self) -> str:
        raise RuntimeError("no words")


def test_a_value_is_shown_by_its_repr_on_one_line() -> None:
    assert show("a\nb") == r"'a\nb'"
    assert show(101) == "101"


def test_a_long_value_is_cut_and_says_so() -> None:
    assert show("x" * 100) == "'" + "x" * 56 + "..."


def test_a_value_whose_repr_raises_is_shown_by_its_type() -> None:
    assert show(Mute()) == "<Mute>"


def test_lists_read_as_a_person_writes_them() -> None:
    assert join_words([]) == ""
    assert join_words(["a"]) == "a"
    assert join_words(["a", "b"]) == "a and b"
    assert join_words(["a", "b", "c"]) == "a, b and c"


def test_what_exceeds_a_listing_is_counted() -> None:
    assert join_words(list("abcdef")) == "a, b, c, d, e and f"
    assert join_words(list("abcdefgh")) == "a, b, c, d, e and 3 more"


def test_ordinals_know_their_exceptions() -> None:
    assert [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 102, 111)] == ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "111th"]


def test_counts_agree_with_their_noun() -> None:
    assert [count_of(n, "put") for n in (0, 1, 2)] == ["no put", "1 put", "2 puts"]


def test_a_place_is_named_without_its_folder_or_not_at_all() -> None:
    assert place("some/folder/naive.py", 8) == " at naive.py:8"
    assert place("", 0) == ""


def test_names_are_given_once_in_the_order_of_their_appearance() -> None:
    assert distinct(["b", "a", "b"]) == ("b", "a")
