"""The estimate of what a search has not seen."""

from __future__ import annotations

from collections import Counter
from itertools import accumulate
from random import Random

import pytest

from harness.model.unseen import told, unseen_after


def test_the_probability_of_something_new_is_the_share_of_what_came_once() -> None:
    unseen = unseen_after([1, 1, 1, 2, 5])
    assert (unseen.executions, unseen.classes, unseen.once, unseen.twice, unseen.probability) == (10, 5, 3, 1, 0.3)


def test_where_all_came_often_the_rule_of_three_holds() -> None:
    unseen = unseen_after([50, 50])
    assert unseen.probability == 0
    assert unseen.at_most == pytest.approx(3 / 100, rel=0.02)
    assert unseen.classes_at_least == 2


def test_where_all_came_once_nothing_is_known() -> None:
    assert (unseen_after([1] * 200).probability, unseen_after([1] * 200).at_most) == (1.0, 1.0)


def test_an_empty_sample_says_nothing() -> None:
    with pytest.raises(ValueError, match="empty sample"):
        unseen_after([])


@pytest.mark.parametrize("slope", [0.0, 0.7, 1.2])
def test_the_bound_holds_as_often_as_it_says(slope: float) -> None:
    """Classes of known probabilities, 400 samples of 300: the true chance of something new is within the bound in 95 % of them; fewer than 92 %
    would be more than two and a half standard deviations off."""
    random = Random(1)
    weights = [1 / (rank + 1) ** slope for rank in range(400)]
    total = sum(weights)
    up_to = list(accumulate(weights))
    held = 0
    for _ in range(400):
        came = Counter(random.choices(range(400), cum_weights=up_to, k=300))
        missing = 1 - sum(weights[kind] for kind in came) / total
        held += missing <= unseen_after(came.values()).at_most
    assert held >= 0.92 * 400


def test_the_number_of_classes_is_no_more_than_there_are_in_the_mean() -> None:
    random = Random(2)
    guesses = [unseen_after(Counter(random.choices(range(500), k=400)).values()).classes_at_least for _ in range(100)]
    assert 440 < sum(guesses) / 100 < 520


def test_the_sentence_says_what_was_seen_and_how_sure_it_is() -> None:
    assert told(unseen_after([1, 1, 1, 2, 5] * 10)) == (
        "in 100 random executions 50 classes came, 30 only once, so the next one is new with a probability of about 30.0 % "
        "(at most 40.5 %, with 95 % confidence; Good and Turing)"
    )
    assert told(unseen_after([1000])).startswith("in 1,000 random executions 1 class came, 0 only once, ")
