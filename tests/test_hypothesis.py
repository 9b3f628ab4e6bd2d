"""Checks inside Hypothesis tests are deterministic and quiet, examples shrink; and the harness's own laws hold for drawn programs and schedules."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from textwrap import indent
from typing import Any

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

import harness
from harness.hypothesis import Workload, play, schedules, values, workloads
from harness.model.schedule import Departure, Schedule, from_token, to_token
from tests.tables import ROOT

pytestmark = pytest.mark.lengthy

NAIVE, CONDITION, EVENT = (str(ROOT / "implementations" / f"{name}.py") for name in ("naive", "condition", "event"))
EXECUTIONS = 30


@settings(max_examples=15)
@given(workloads(), st.integers(0, 5))
def test_a_correct_pipeline_survives_every_workload(workload: Workload, seed: int) -> None:
    harness.check(CONDITION, executions=EXECUTIONS, seed=seed, **workload).raise_if_failed()


def test_a_check_prints_nothing_and_gives_the_same_twice(capfd: pytest.CaptureFixture[str]) -> None:
    @settings(max_examples=8)
    @given(workloads())
    def same_twice(workload: Workload) -> None:
        first, second = (harness.check(NAIVE, executions=5, **workload) for _ in range(2))
        assert [finding.schedule for finding in first.findings] == [finding.schedule for finding in second.findings]

    same_twice()
    assert capfd.readouterr() == ("", "")


@pytest.mark.lengthy
def test_a_failing_workload_shrinks_to_the_smallest() -> None:
    smallest = find(
        workloads(messages=2, capacity=2),
        lambda workload: harness.check(EVENT, executions=30, **workload).verdict == "failed",
        settings=settings(max_examples=15),
    )
    assert sum(smallest.values()) <= 6
    assert smallest["capacity"] == 1


def test_a_failing_schedule_shrinks_to_a_few_picks(tmp_path: Path) -> None:
    target = tmp_path / "counter.py"
    target.write_text(SCENARIO.format(one="box.a += 1", two="box.a += 1", claim="box.a == 2"), encoding="utf-8")
    smallest = find(schedules(), lambda picks: bool(play(f"{target}:scenario", picks)), settings=settings(max_examples=400))
    # Hypothesis prefers a short list to few departures; of those it keeps only what the failure needs
    assert len(smallest) <= 4
    assert sum(smallest) <= 2
    assert [finding.kind for finding in play(f"{target}:scenario", smallest)] == ["assertion"]


def test_the_values_hold_false_ones_and_equal_ones_of_other_types() -> None:
    for wanted in (0, False, None, "", (None, None)):
        assert find(values(), lambda value, wanted=wanted: type(value) is type(wanted) and value == wanted) == wanted  # type: ignore[misc]


# -- laws of the harness itself

SCENARIO = """
import threading

class Box:
    def __init__(self):
        self.a, self.b, self.items, self.lock = 0, 1, [], threading.Lock()

def one(box):
    {one}

def two(box):
    {two}

def scenario():
    box = Box()
    threads = [threading.Thread(target=work, args=(box,)) for work in (one, two)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {claim}, (box.a, box.b, box.items)
"""
STATEMENTS = [
    "box.a += 1",
    "box.b = box.a * 2",
    "box.a, box.b = box.b, box.a",
    "box.items.append(box.a)",
    "if box.items:\n    box.a = box.items.pop()",
    "with box.lock:\n    box.b += box.a",
    "for n in range(2):\n    box.a -= n\n    box.items += [n]",
    "box.a = [x for x in box.items if x != box.b][:1] == []",
]
BODIES = st.lists(st.sampled_from(STATEMENTS), min_size=1, max_size=4).map(lambda lines: indent("\n".join(lines), "    ").strip())


@settings(max_examples=60)
@given(one=BODIES, two=BODIES)
def test_a_drawn_program_run_by_default_ends_as_it_does_unchanged_and_in_sequence(one: str, two: str) -> None:
    source = SCENARIO.format(one=one, two=two, claim="False")
    namespace: dict[str, Any] = {}
    exec(source, namespace)
    box = namespace["Box"]()
    namespace["one"](box)
    namespace["two"](box)
    message = played(source, [])[0].message
    assert f"{(box.a, box.b, box.items)}" in message


@settings(max_examples=60)
@given(one=BODIES, two=BODIES, picks=schedules())
def test_every_schedule_of_a_drawn_program_replays_from_its_token(one: str, two: str, picks: list[int]) -> None:
    finding = played(SCENARIO.format(one=one, two=two, claim="False"), picks)[0]
    again = harness.replay(target_of(), finding.schedule)
    assert again.is_shown
    assert again.finding is not None
    assert again.finding.message == finding.message
    assert again.trace == finding.trace


@settings(max_examples=30)
@given(one=BODIES, two=BODIES, picks=schedules(), seed=st.integers(0, 3))
def test_the_minimiser_never_shows_more_than_a_schedule_that_was_drawn(one: str, two: str, picks: list[int], seed: int) -> None:
    source = SCENARIO.format(one=one, two=two, claim="box.a == 1 or len(box.items) < 2")
    drawn = played(source, picks)
    found = harness.check(target_of(), executions=200, seed=seed)
    if drawn and found.findings and drawn[0].kind == found.findings[0].kind:
        # all schedules with fewer than two departures are played first, so a drawn one can only be dearer
        assert min(found.findings[0].preemptions, 2) <= max(2, drawn[0].preemptions)
        assert found.findings[0].preemptions <= drawn[0].preemptions or drawn[0].preemptions > 2


PATHS = st.lists(st.integers(0, 9), max_size=3).map(lambda path: ".".join(["m", *map(str, path)]))
DEPARTURES = st.builds(Departure, PATHS, st.integers(1, 10**6), st.one_of(PATHS, st.just("clock")), st.integers(0, 10**4))
SCHEDULES = st.builds(
    Schedule,
    mode=st.sampled_from(["class", "function"]),
    producers=st.integers(1, 500),
    seed=st.integers(-(2**63), 2**63 - 1),
    kind=st.text(max_size=12),
    departures=st.lists(DEPARTURES, max_size=60).map(tuple),
    name=st.text(max_size=20),
)


@given(SCHEDULES)
def test_a_token_is_read_as_what_was_written(schedule: Schedule) -> None:
    assert from_token(to_token(schedule)) == schedule


@given(SCHEDULES, st.data())
def test_a_token_that_lost_a_character_is_refused_and_nothing_else_happens(schedule: Schedule, data: st.DataObject) -> None:
    token = to_token(schedule)
    at = data.draw(st.integers(0, len(token) - 1))
    # the checksum has 16 bits: it lets one of 65,536 through, and the same hundred examples are drawn every time
    with pytest.raises(ValueError, match=r"\A[^\n]+\Z"):
        from_token(token[:at] + token[at + 1 :])


def test_without_hypothesis_the_module_says_what_to_install() -> None:
    code = "import sys; sys.modules['hypothesis'] = None\ntry:\n    import harness.hypothesis\nexcept ImportError as error:\n    print(error)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "harness.hypothesis needs Hypothesis: pip install 'race-harness[hypothesis]'"


@pytest.fixture(autouse=True, scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The file that drawn programs are written to."""
    global _folder
    _folder = tmp_path_factory.mktemp("drawn")
    yield
    _folder = None


_folder: Path | None = None


def target_of() -> str:
    """The scenario of the drawn program."""
    return f"{_folder}/drawn.py:scenario"


def played(source: str, picks: list[int]) -> list[harness.Finding]:
    """The findings of a drawn program under a drawn schedule."""
    assert _folder is not None
    (_folder / "drawn.py").write_text(source, encoding="utf-8")
    return play(target_of(), picks)
