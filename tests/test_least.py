"""What is shown of a finding is the least: the smallest workload, the fewest preemptions, and what is said to be minimal is."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

import harness
from harness import confirm, least
from harness.engines.explore import Explore
from harness.least import sizes_below
from harness.model.result import ScenarioSize
from harness.scenarios import Loader, find_scenario
from harness.standins.modules import stand_ins
from harness.strategies.picks import Picks
from harness.surroundings import surroundings
from harness.targets import find_target
from harness.trial import Trial
from tests.tables import FLAWED
from tests.written import write

BY_NAME = {row.path.stem: row.path for row in FLAWED}


pytestmark = pytest.mark.usefixtures("in_a_folder")


def _check(source: str, **options: object) -> harness.Result:
    write(source)
    return harness.check("target.py:scenario" if "def scenario" in source else "target.py", **options)  # type: ignore[arg-type]


# -- workloads


def test_smaller_workloads_have_fewest_threads_first_and_are_larger_in_nothing() -> None:
    told = [(size.producers, size.consumers, size.messages) for size in sizes_below(ScenarioSize(2, 1, 3))]
    assert told == [(1, 1, 1), (1, 1, 2), (1, 1, 3), (2, 1, 1), (2, 1, 2)]


def test_of_large_numbers_few_are_tried() -> None:
    sizes = list(sizes_below(ScenarioSize(1, 1, 1000, 7)))
    assert [size.messages for size in sizes] == [1, 2, 3, 500]
    assert {size.capacity for size in sizes} == {7}


def test_nothing_is_smaller_than_the_smallest() -> None:
    assert list(sizes_below(ScenarioSize(1, 1, 1))) == []


def test_the_finding_is_shown_with_the_smallest_workload_that_has_it() -> None:
    result = harness.check(str(BY_NAME["notify_for_notify_all"]), mode="class", producers=3, consumers=3, messages=10)
    (finding,) = result.errors
    assert result.scenario == ScenarioSize(3, 3, 10), "what was asked for"
    assert finding.scenario == ScenarioSize(1, 2, 2)
    assert finding.sentences()[0] == "It already happens with 1 producer, 2 consumers and 2 messages, which is what is shown."
    assert finding.trace is not None
    assert {end.name for end in finding.trace.ends} == {"producer-1", "consumer-1", "consumer-2"}
    again = harness.replay(str(BY_NAME["notify_for_notify_all"]), finding.schedule, mode="class")
    assert again.is_shown
    assert again.trace == finding.trace


def test_a_smaller_workload_must_show_all_that_the_larger_does() -> None:
    """With fewer messages than the capacity has room for, nothing could exceed it."""
    (loss, capacity) = _check(
        """
        class Pipeline:
            def __init__(self, capacity):
                self.message = None
            def put(self, message):
                self.message = message
            def get(self):
                message, self.message = self.message, 0
                return message
        """,
        messages=4,
        capacity=2,
    ).errors[::2]
    assert [finding.kind for finding in (loss, capacity)] == ["loss", "capacity"]
    assert loss.scenario == capacity.scenario == ScenarioSize(1, 1, 3)


def test_an_exception_raised_elsewhere_is_another_mistake() -> None:
    finding = _check(
        """
        class Pipeline:
            def __init__(self):
                self.n = 0
            def put(self, message):
                self.n += 1
                if self.n == 3:
                    raise RuntimeError("late")
            def get(self):
                return 101
        """,
    ).findings[0]
    assert (finding.kind, finding.scenario) == ("crash", None)


def test_a_workload_is_not_made_smaller_at_the_cost_of_a_preemption() -> None:
    """With two producers the mistake needs none: who waits for the flag is let in by whoever runs next."""
    source = """
        import threading
        class Pipeline:
            def __init__(self):
                self.items = []
                self.first = threading.Semaphore(1)
                self.second = threading.Semaphore(0)
            def put(self, message):
                if not self.first.acquire(blocking=False):
                    self.second.release()
                    raise RuntimeError("two at once")
                self.second.acquire()
                self.first.release()
            def get(self):
                self.second.release()
                return 101
    """
    result = _check(source, producers=2, consumers=1, messages=1)
    finding = result.findings[0]
    assert (finding.kind, finding.preemptions, finding.minimal) == ("crash", 0, True)
    assert finding.scenario is None


def test_without_a_budget_the_workload_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(least, "SHRINKING_BUDGET", 0)
    result = harness.check(str(BY_NAME["notify_for_notify_all"]), mode="class", producers=2, consumers=2, messages=2)
    assert result.errors[0].scenario is None


def test_warnings_of_a_failing_execution_are_those_of_the_smaller_workload_and_replay() -> None:
    path = str(BY_NAME["release_before_read"])
    result = harness.check(path, mode="class", messages=3)
    assert result.errors[0].scenario is not None
    warnings = [finding for finding in result.findings if finding.severity == "warning"]
    assert warnings
    assert all(harness.replay(path, finding.schedule, mode="class").is_shown for finding in warnings)


# -- what is minimal

LOST_UPDATE = """
    import threading
    class Cell:
        x = 0
    def scenario():
        cell = Cell()
        def add():
            cell.x += 1
        threads = [threading.Thread(target=add) for _ in range(2)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        assert cell.x == 2
"""


def test_one_preemption_is_proved_to_be_the_least() -> None:
    (finding,) = _check(LOST_UPDATE).errors
    assert (finding.preemptions, finding.minimal) == (1, True)


def test_no_preemption_is_the_least_there_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(least, "PROVING_BUDGET", 0)
    (finding,) = _check(LOST_UPDATE.replace("== 2", "== 3")).errors
    assert (finding.preemptions, finding.minimal) == (0, True)


def test_without_a_budget_nothing_is_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(least, "PROVING_BUDGET", 0)
    (finding,) = _check(LOST_UPDATE).errors
    assert (finding.preemptions, finding.minimal) == (1, False)


def test_the_first_failure_of_a_bounded_search_is_minimal_without_a_further_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(least, "PROVING_BUDGET", 0)
    (finding,) = _check(LOST_UPDATE, strategy="bounded").errors
    assert (finding.preemptions, finding.minimal) == (1, True)


def test_a_cheaper_schedule_that_the_minimiser_did_not_find_takes_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confirm, "MINIMISING_BUDGET", 0)
    monkeypatch.setattr(confirm, "THINNING_BUDGET", 0)
    costs = set()
    for seed in range(5):
        (finding,) = _check(LOST_UPDATE, strategy="random", seed=seed).errors
        costs.add((finding.preemptions, finding.minimal))
        assert harness.replay("target.py:scenario", finding.schedule).is_shown
    assert costs == {(1, True)}
    monkeypatch.setattr(least, "PROVING_BUDGET", 0)
    assert max(_check(LOST_UPDATE, strategy="random", seed=seed).errors[0].preemptions for seed in range(5)) > 1


def test_where_accesses_go_unseen_nothing_is_said_to_be_minimal() -> None:
    source = LOST_UPDATE.replace("cell.x += 1", "cell.__dict__['x'] = cell.__dict__.get('x', 0) + 1")
    (finding,) = _check(source).errors
    assert (finding.preemptions > 0, finding.minimal) == (True, False)


def test_where_executions_are_cut_off_nothing_is_said_to_be_minimal() -> None:
    """A daemon that goes on and on is cut off when the program ends."""
    source = LOST_UPDATE.replace(
        "threads = [",
        """def turn():
            while True:
                cell.y = 1
        threading.Thread(target=turn, daemon=True).start()
        threads = [""",
    )
    (finding,) = _check(source).errors
    assert finding.preemptions > 0
    assert not finding.minimal


def test_the_report_says_what_is_minimal_where_it_is_more_than_nothing() -> None:
    from harness.report.text import render

    said = "1 preemption, no schedule with fewer fails this way"
    assert said in " ".join(render(_check(LOST_UPDATE), 100).split())
    assert "no schedule with fewer" not in render(_check(LOST_UPDATE.replace("== 2", "== 3")), 100)


def test_what_fails_the_same_way_more_cheaply_though_beside_other_findings_leaves_nothing_proved() -> None:
    Path("target.py").write_text(dedent(LOST_UPDATE.replace("== 2", "== 3")))
    target = find_target("target.py:scenario")
    engine = Explore(Picks([]), 0)
    with surroundings(engine, target.file):
        scenario = find_scenario(target, Loader(target, stand_ins()), engine, None, ScenarioSize(), "producer")
        trial = Trial(engine, scenario, ScenarioSize())
        (finding,) = trial.execute(Picks([])).findings  # type: ignore[union-attr]
        way = least._way(finding)
        bounds = least._Bounds(1, False, 10**6)
        refused = least._search(trial, way, lambda ways: False, bounds, lambda: None)
        accepted = least._search(trial, way, lambda ways: way in ways, bounds, lambda: None)
        elsewhere = least._search(trial, ("crash", "elsewhere"), lambda ways: False, bounds, lambda: None)
        engine.shut_down()
    assert (refused.failure, refused.is_proved) == (None, False)
    assert (accepted.failure is not None, accepted.is_proved) == (True, True)
    assert (elsewhere.failure, elsewhere.is_proved) == (None, True)
