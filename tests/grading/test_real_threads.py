"""A check of a rubric on real threads: the parent judges what passed there, and nothing hostile gains by it."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import HarnessError
from harness.grading.read_rubric import read_rubric
from harness.grading.rubric import Rubric
from tests.grading.conftest import QUICK, ROOT, GradeText
from tests.grading.test_hostile import HOSTILE, assert_nothing_was_added_to, left_over

pytestmark = pytest.mark.lengthy

GOOD = (ROOT / "implementations" / "queue_pipeline.py").read_text()
NAIVE = (ROOT / "implementations" / "naive.py").read_text()
STUCK = (ROOT / "implementations" / "flawed" / "lock_kept_on_exception.py").read_text()
TRANSFER = """
import threading

balance = 0

def deposits():
    def deposit():
        global balance
        balance += 1
    threads = [threading.Thread(target=deposit) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert balance == 2, balance
"""


def on_real_threads(executions: int, mode: str = 'as = "class"') -> Rubric:
    words = f'engine = "stress"\n{mode}\nexecutions = {executions}'
    return read_rubric(QUICK.replace("executions = 60\nprogram_executions = 0", words), "real threads")


@pytest.mark.slow
@pytest.mark.parametrize("tier", ["bwrap", "rlimit", "none"])
def test_what_passes_on_real_threads_is_judged_by_the_parent_in_every_tier(tier: str, grade_text: GradeText) -> None:
    good, naive = (grade_text(text, tier, on_real_threads(60)) for text in (GOOD, NAIVE))
    assert (good.score, good.verdict, good.checks[0].executions) == (100, "survived", 60)
    assert naive.verdict == "failed"
    assert {"loss", "duplication"} <= set(naive.checks[0].kinds)
    assert naive.checks[0].executions == 60
    result = naive.checks[0].result
    assert result is not None
    assert result.engine == "stress"
    assert any("real threads" in sentence for finding in result.findings for sentence in finding.explanation)


@pytest.mark.slow
def test_a_deadlock_on_real_threads_counts_and_so_does_what_got_through_before(grade_text: GradeText) -> None:
    (check,) = grade_text(STUCK, "rlimit", on_real_threads(12)).checks
    assert set(check.kinds) == {"deadlock"}
    assert 0 < check.kinds["deadlock"] <= check.executions == 12
    # Real threads decide how many get through; points for the absence of a mistake are given where one has.
    assert check.score == (65 if check.kinds["deadlock"] < 12 else 0)


@pytest.mark.slow
def test_a_function_is_checked_on_real_threads_too(grade_text: GradeText) -> None:
    (check,) = grade_text(TRANSFER, "rlimit", on_real_threads(300, 'as = "function"\nfunction = "deposits"')).checks
    assert set(check.kinds) == {"assertion"}
    assert check.executions == 300


@pytest.mark.slow
def test_an_execution_that_is_cut_off_has_no_proper_end(grade_text: GradeText) -> None:
    text = "class Pipeline:\n    def put(self, m): pass\n    def get(self):\n        while True:\n            pass\n"
    (check,) = grade_text(text, "rlimit", on_real_threads(5)).checks
    assert (check.verdict, check.score) == ("failed", 0)
    assert "only went round" in check.reason


@pytest.mark.lengthy
@pytest.mark.parametrize("file", HOSTILE, ids=lambda file: file.stem)
def test_a_hostile_submission_costs_only_its_own_check_on_real_threads(file: Path, grade_text: GradeText) -> None:
    before = left_over()
    (check,) = grade_text(file.read_text(), "bwrap", on_real_threads(60)).checks
    assert check.verdict in ("failed", "error")
    assert check.score < check.max_score
    assert not check.is_fault
    assert check.reason or check.messages, "the page must say what went wrong"
    assert_nothing_was_added_to(before)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ('engine = "stress"', 'r, line 2: engine = "stress" needs as = "class" or "function"'),
        ('as = "program"\nengine = "stress"', 'r, line 3: engine = "stress" needs as = "class" or "function"'),
        ('engine = "stress"\nas = "class"\nproducers = 16', "r, line 2: on real threads a check has at most 16 producers and consumers, not 17"),
        ('engine = "both"', "r, line 2: engine is one of explore, stress, not 'both'"),
    ],
)
def test_what_real_threads_cannot_do_is_said_in_one_line(words: str, said: str) -> None:
    with pytest.raises(HarnessError) as caught:
        read_rubric(f"[[check]]\n{words}\n[check.points]\nloss = 1\n", "r")
    assert str(caught.value).startswith(said)
