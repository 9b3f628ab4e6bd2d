"""One submission graded in a sandbox: the file that is meant, its points, and what a person should look at."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from harness.grading.grade import grade as grade_submission
from harness.grading.grade import key_of
from harness.grading.read_rubric import read_rubric
from harness.grading.rubric import Late, Rubric
from harness.grading.submissions import Submission
from harness.grading.tables import neutral
from harness.grading.target import choose_file, look_at
from tests.grading.conftest import QUICK, ROOT, GradeText, tier_named

pytestmark = pytest.mark.lengthy

GOOD = (ROOT / "implementations" / "double_lock.py").read_text()
NAIVE = (ROOT / "implementations" / "naive.py").read_text()
SCRIPT = """
import queue, threading
box = queue.Queue()
thread = threading.Thread(target=box.get)
thread.start()
{}
thread.join()
"""


@pytest.mark.parametrize("tier", ["bwrap", "rlimit", "none"])
def test_the_same_grades_in_every_tier(tier: str, grade_text: GradeText) -> None:
    good, naive = grade_text(GOOD, tier), grade_text(NAIVE, tier)
    assert (good.score, good.verdict) == (100, "survived")
    assert naive.verdict == "failed"
    assert {"loss", "duplication"} <= set(naive.checks[0].kinds)
    assert naive.sandbox.startswith(tier)


def test_a_grade_is_the_same_the_second_time(grade_text: GradeText) -> None:
    one, other = grade_text(NAIVE).checks[0], grade_text(NAIVE).checks[0]
    assert (one.kinds, one.executions, one.points, one.messages) == (other.kinds, other.executions, other.points, other.messages)


def test_no_grade_says_verified_because_that_is_the_childs_word(grade_text: GradeText) -> None:
    result = grade_text(GOOD).checks[0].result
    assert result is not None
    assert (result.verdict, result.complete) == ("survived", False)
    assert any("process's word" in limit for limit in result.limits)


def test_the_page_shows_the_childs_explanation_of_what_the_parent_found(grade_text: GradeText) -> None:
    result = grade_text(NAIVE).checks[0].result
    assert result is not None
    loss = next(finding for finding in result.findings if finding.kind == "loss")
    assert loss.trace is not None
    assert loss.replay.startswith("harness replay pipeline.py h1:")


def test_a_mistake_that_the_class_has_shown_is_counted_in_the_program_too_and_explained_once(grade_text: GradeText) -> None:
    rubric = read_rubric(QUICK.replace("program_executions = 0", "program_executions = 20"), "both ways")
    by_class, both = grade_text(NAIVE).checks[0], grade_text(NAIVE, rubric=rubric).checks[0]
    assert both.result is not None
    assert both.result.mode == "class+program"
    assert both.executions >= by_class.executions + 20
    kinds = [finding.kind for finding in both.result.findings if finding.severity == "error"]
    assert len(kinds) == len(set(kinds))
    assert both.kinds["loss"] > by_class.kinds["loss"]


def test_a_file_without_a_class_is_graded_as_a_program(grade_text: GradeText) -> None:
    good, stuck = grade_text(SCRIPT.format("box.put(1)")), grade_text(SCRIPT.format(""))
    assert (good.score, good.verdict) == (100, "survived")
    assert set(stuck.checks[0].kinds) == {"deadlock"}


def test_the_program_beside_a_class_is_looked_at_too(grade_text: GradeText, quick: Rubric) -> None:
    text = GOOD.replace("pipeline.set_message(FINISH)", "pass")  # the consumer waits for an end that never comes
    (check,) = quick.checks
    grade = grade_text(text, rubric=replace(quick, checks=(replace(check, program_executions=20),)))
    assert "deadlock" in grade.checks[0].kinds
    assert grade_text(text).score == 100


def test_what_honest_programs_use_is_no_tampering(grade_text: GradeText) -> None:
    honest = """
import collections, dataclasses, enum, inspect, logging, queue, traceback, typing, warnings

Point = collections.namedtuple("Point", "x y")

@dataclasses.dataclass
class Note:
    text: str = "x"

class Colour(enum.Enum):
    RED = 1

class Pair(typing.NamedTuple):
    one: int

class Pipeline:
    def __init__(self) -> None:
        self.box = queue.Queue()
        print(inspect.signature(self.put_message), inspect.getmro(Pipeline), super().__init__())
    def put_message(self, message):
        logging.getLogger("x").warning("put %s", message, stack_info=True)
        warnings.warn("x")
        try:
            int("x")
        except ValueError:
            traceback.print_exc()
            traceback.format_stack()
        self.box.put(message)
    def get_message(self):
        Note(), Point(1, 2), Colour.RED, Pair(1)
        return self.box.get()
"""
    grade = grade_text(honest)
    assert (grade.reason, grade.score) == ("", 100)


def test_modules_beside_the_file_are_there(grade_text: GradeText) -> None:
    text = """
import queue
from waiting import seconds
class Pipeline:
    def __init__(self):
        self.box = queue.Queue()
    def set_message(self, message):
        self.box.put(message, timeout=seconds)
    def get_message(self):
        return self.box.get()
"""
    grade = grade_text(text, waiting="seconds = 5")
    assert (grade.reason, grade.score) == ("", 100)


def test_the_file_is_found_by_what_is_in_it() -> None:
    files = [("a_helper.py", b"def f(): pass"), ("b/pipeline.py", NAIVE.encode()), ("test_it.py", b"import pipeline\nassert True")]
    assert choose_file(files, "") == ("b/pipeline.py", "")
    assert choose_file(files, "test_it.py") == ("test_it.py", "")
    assert choose_file(files[:1], "pipeline.py")[1].startswith("the rubric asks for pipeline.py")
    assert choose_file(files, "none.py")[0] == ""
    assert "could have been meant" in choose_file([("x.py", NAIVE.encode()), ("y.py", NAIVE.encode())], "")[1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("import gc", "the collector"),
        ("import sys\nsys._getframe(1)", "frames"),
        ("import os\nos._exit(0)", "os._exit"),
        ("import sys\nsys.modules['harness.runtime']", "the harness"),
        ("from ctypes import string_at", "ctypes"),
        ("eval('1')", "eval"),
    ],
)
def test_what_an_honest_pipeline_hardly_needs_is_told_with_its_place(text: str, said: str) -> None:
    (told,) = look_at([("p.py", text.encode())])
    assert said in told
    assert told.startswith("p.py:")


def test_honest_pipelines_need_no_look() -> None:
    assert [look_at([(file.name, file.read_bytes())]) for file in sorted((ROOT / "implementations").rglob("*.py"))] == [[]] * len(
        list((ROOT / "implementations").rglob("*.py"))
    )


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", " =1", "\t=1", "\uff1d1"])
def test_no_cell_is_taken_for_a_formula(text: str) -> None:
    assert neutral(text)[0] not in "=+-@\t \uff1d"


def test_plain_cells_stay_as_they_are() -> None:
    assert [neutral(text) for text in ("Ann Lee", "o'neil", "", "a=b")] == ["Ann Lee", "o'neil", "", "a=b"]


def test_what_comes_late_loses_its_share(cache: str, quick: Rubric) -> None:
    at = datetime(2026, 1, 3, tzinfo=UTC)
    submission = Submission("ann", files=(("p.py", GOOD.encode()),), handed_in=at)
    late = replace(quick, late=Late(datetime(2026, 1, 1, 12, tzinfo=UTC), 10, 50))
    grade = grade_submission(submission, late, tier_named("rlimit"), cache, "key", lambda: at)
    assert (grade.late_percent, grade.score, grade.verdict) == (20, 80, "survived")
    assert key_of(submission, late, tier_named("rlimit"), "3") != key_of(replace(submission, handed_in=None), late, tier_named("rlimit"), "3")
    assert key_of(submission, quick, tier_named("rlimit"), "3") == key_of(replace(submission, handed_in=None), quick, tier_named("rlimit"), "3")
