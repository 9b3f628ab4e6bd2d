"""Which of a student's attempts counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from harness.grading.grade import Grade
from harness.grading.page.render import number_of
from harness.grading.submissions import Submission
from harness.report.words import joined


def to_be_graded(found: Iterable[Submission], policy: str) -> list[Submission]:
    """The submissions that can count: all attempts where the best does, else each student's last."""
    found = list(found)
    if policy == "best":
        return found
    last = {(submission.student, submission.id): submission for submission in found}  # they come in their order
    return [submission for submission in found if last[submission.student, submission.id] is submission]


def counting(grades: Sequence[Grade], policy: str) -> tuple[list[int], Mapping[str, str]]:
    """The places of the grades that count, one for each student, and what there is to say of attempts, by the key of each grade.

    The best has most points, extra ones too, after what lateness costs it; of equal ones it is the later.
    """
    by_student: dict[tuple[str, str], list[int]] = {}
    for place, grade in enumerate(grades):
        by_student.setdefault((grade.student, grade.id), []).append(place)
    chosen, said = [], {}
    for places in by_student.values():
        best = max(places, key=lambda place: (grades[place].score + grades[place].extra, place))
        chosen.append(best)
        for place in places:
            if grades[place].attempts > 1:
                said[grades[place].key] = _said(grades[place], place == best, [grades[other] for other in places], policy)
    return chosen, said


def _said(grade: Grade, counts: bool, attempts: Sequence[Grade], policy: str) -> str:
    this = f"attempt {grade.attempt}, one of {grade.attempts},"
    if policy == "last":
        return f"{this} counts: it is the last"
    others = joined([f"attempt {other.attempt} got {_points(other)}" for other in attempts if other is not grade])
    return f"{this} {'counts: it is the best' if counts else 'does not count: another is better'} ({others})"


def _points(grade: Grade) -> str:
    return number_of(grade.score) + (f" and {number_of(grade.extra)} extra" if grade.extra else "")

