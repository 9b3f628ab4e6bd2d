"""A campaign: what it claims, what it cannot, and what a replay says when the program has changed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import harness
from harness.checking import check
from harness.cli.start import run
from harness.model.result import ScenarioSize
from harness.model.schedule import from_token
from harness.strategies.catalogue import STRATEGIES
from tests.written import write

LOST_UPDATE = """
import threading


class Account:
    def __init__(self):
        self.balance = 0

    def deposit(self):
        self.balance += 1


def scenario():
    account = Account()
    threads = [threading.Thread(target=account.deposit) for _ in range(2)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert account.balance == 2
"""
SAFE = """
import queue


class Pipeline:
    def __init__(self, capacity):
        self.box = queue.Queue(capacity)

    def put(self, message):
        self.box.put(message)

    def get(self):
        return self.box.get()
"""


pytestmark = pytest.mark.usefixtures("in_a_folder")

def checked(source: str, name: str = "scenario", **options: Any) -> harness.Result:
    """The result for a function or class of a file with this source."""
    return harness.check(f"{write(source)}:{name}", **options)


# -- verdicts and budgets


def test_a_search_that_finds_nothing_survives_its_whole_budget() -> None:
    result = checked(SAFE, "Pipeline", executions=321, strategy="portfolio")
    assert (result.verdict, result.executions, result.findings, result.complete, result.classes, result.exit_status) == ("survived", 321, (), False, None, 0)
    assert (result.bounds.executions, result.bounds.preemptions, result.bounds.time_s) == (321, None, None)
    assert result.steps > 321 * 6


def test_a_search_that_sees_every_class_verifies_and_probes_a_hundred_times_more() -> None:
    result = checked(SAFE, "Pipeline", executions=321)
    assert (result.verdict, result.executions, result.findings, result.complete, result.classes, result.exit_status) == ("verified", 104, (), True, 4, 0)
    assert result.limits == ()


def test_a_constructor_that_may_take_a_capacity_under_another_name_is_told_of() -> None:
    room = SAFE.replace("self, capacity", "self, capacity=2, name='belt', delay=0.5").replace("capacity", "room")
    (limit,) = checked(room, "Pipeline", executions=321).limits
    assert limit.startswith("the constructor's room=2 was left as it is: it is not called a capacity")
    assert checked(room.replace("room", "size"), "Pipeline", executions=321).limits == ()


def test_an_exhaustive_search_that_its_budget_ends_says_how_far_it_came() -> None:
    result = checked(SAFE, "Pipeline", executions=3, strategy="dpor")
    assert (result.verdict, result.complete, result.classes) == ("survived", False, None)
    assert result.limits == ("the exhaustive search did not end: 3 classes of equivalent executions were seen, and there may be more",)


def test_a_bounded_search_says_which_bound_it_covered() -> None:
    told = {
        2: (None, "not even those without a preemption were all covered"),
        10: (0, "every schedule without a preemption was covered"),
        50: (2, "every schedule with at most 2 preemptions was covered"),
    }
    for executions, (bound, covered) in told.items():
        result = checked(SAFE, "Pipeline", executions=executions, strategy="bounded")
        assert (result.verdict, result.complete, result.bounds.preemptions) == ("survived", False, bound)
        assert any(limit.startswith(f"bounded search: {covered};") for limit in result.limits)
    result = checked(SAFE, "Pipeline", executions=5000, strategy="bounded")
    assert (result.verdict, result.complete, result.bounds.preemptions) == ("verified", True, None)


def test_a_finding_leaves_nothing_to_say_of_an_end_that_the_search_was_not_to_come_to() -> None:
    assert not any("exhaustive" in limit for limit in checked(LOST_UPDATE).limits)


def test_a_search_ends_with_the_first_failing_execution() -> None:
    result = checked(LOST_UPDATE)
    (finding,) = result.errors
    assert (result.verdict, result.exit_status, finding.kind) == ("failed", 1, "assertion")
    assert finding.executions_to_find == result.executions < 100
    assert (finding.preemptions, finding.expiries) == (1, 0)


def test_with_all_the_search_goes_on_and_every_kind_is_told_once() -> None:
    source = """
        import threading
        class Pipeline:
            def __init__(self):
                self.items = []
            def put(self, message):
                self.items = [*self.items, message]
            def get(self):
                while not self.items:
                    pass
                return self.items.pop()
    """
    first = harness.check(write(source), executions=400)
    every = harness.check(write(source), executions=400, all=True)
    assert first.executions < every.executions == 400
    kinds = [finding.kind for finding in every.errors]
    assert len(kinds) == len(set(kinds)) > len(first.errors)
    assert {"duplication", "reorder"} <= set(kinds)
    ranks = [["crash", "assertion", "loss", "duplication", "corruption", "reorder", "deadlock", "livelock", "capacity"].index(kind) for kind in kinds]
    assert ranks == sorted(ranks)


def test_kinds_that_have_been_shown_already_are_passed_over() -> None:
    Path("bank.py").write_text(LOST_UPDATE)
    told = check("bank.py:scenario", executions=50, all=True)
    again = check("bank.py:scenario", executions=50, all=True, known=("assertion",))
    assert [finding.kind for finding in told.findings if finding.severity == "error"] == ["assertion"]
    assert (again.verdict, again.executions) == ("survived", 50)
    assert not again.complete
    assert "assertion showed here too, and had been shown before" in again.limits


def test_a_warning_leaves_the_verdict_as_it_is_and_does_not_end_the_search() -> None:
    leaving = "        self.box = queue.Queue(capacity)\n        threading.Thread(target=threading.Event().wait).start()\n"
    source = SAFE.replace("        self.box = queue.Queue(capacity)\n", leaving)
    result = checked("import threading\n" + source, "Pipeline", executions=40)
    assert (result.verdict, result.executions, [f.kind for f in result.findings]) == ("verified", 40, ["leaked-thread"])


def test_a_budget_of_seconds_is_told_among_the_limits() -> None:
    result = checked(SAFE, "Pipeline", executions=10**9, time_s=0.05, strategy="portfolio")
    assert result.executions < 10**9
    assert result.bounds.time_s == 0.05
    assert any("with it results may differ between machines" in limit for limit in result.limits)


def test_progress_is_told_now_and_then() -> None:
    told: list[tuple[int, int]] = []
    checked(SAFE, "Pipeline", executions=3000, on_progress=lambda done, budget: told.append((done, budget)))
    assert told == sorted(told)
    assert {budget for _, budget in told} <= {3000}


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_same_seed_gives_the_same_result_and_every_strategy_finds_a_lost_update(strategy: str) -> None:
    one, two = (checked(LOST_UPDATE, strategy=strategy, seed=4) for _ in range(2))
    assert one.verdict == "failed"
    assert (one.executions, one.steps, one.findings) == (two.executions, two.steps, two.findings)


def test_raise_if_failed_tells_what_is_wrong_and_what_to_paste() -> None:
    with pytest.raises(AssertionError, match=r"(?s)^assertion: .*replay: harness replay target\.py:scenario h1:"):
        checked(LOST_UPDATE).raise_if_failed()
    with pytest.raises(AssertionError, match="could not be judged"):
        harness.check("missing.py").raise_if_failed()
    checked(SAFE, "Pipeline", executions=5).raise_if_failed()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"producers": 0}, "producers must be a whole number of at least 1, not 0"),
        ({"messages": True}, "messages must be a whole number of at least 1, not True"),
        ({"executions": 1.5}, "executions must be a whole number of at least 1, not 1.5"),
        ({"capacity": "2"}, "capacity must be a whole number, not '2'"),
        ({"producers": 400, "consumers": 101}, "501 threads are more than the 500 that a scenario may have"),
        ({"time_s": 0}, "time must be positive, not 0"),
        ({"order": "fifo"}, "order is producer, linear or any, not 'fifo'"),
        ({"engine": "warp"}, "there is no engine 'warp'; there are explore and stress"),
        ({"strategy": "luck"}, "there is no strategy 'luck'"),
        ({"mode": "thread"}, "a target is checked as class, program or function, not as 'thread'"),
    ],
)
def test_wrong_arguments_are_refused_in_one_line(options: dict[str, Any], said: str) -> None:
    with pytest.raises(harness.HarnessError, match=re.escape(said)) as refused:
        checked(SAFE, "Pipeline", **options)
    assert "\n" not in str(refused.value)


# -- programs that diverge


DIVERGING = {
    "a file that counts executions": """
        import threading
        from pathlib import Path
        class Box:
            a = b = 0
        def scenario():
            box = Box()
            counter = Path("counter.txt")
            n = int(counter.read_text()) if counter.exists() else 0
            counter.write_text(str(n + 1))
            def work():
                if n % 2:
                    box.a += 1
                else:
                    box.b += 1
            t = threading.Thread(target=work)
            t.start()
            t.join()
    """,
    "chance from the operating system": """
        import os, threading
        class Box:
            value = 0
        def scenario():
            box = Box()
            def work():
                box.value = os.urandom(8)
            t = threading.Thread(target=work)
            t.start()
            t.join()
    """,
    "the address of an object": """
        import itertools, threading
        kept = []
        class Box:
            value = 0
        def scenario():
            box = Box()
            def work():
                box.value = id(kept_for_ever())
            t = threading.Thread(target=work)
            t.start()
            t.join()
        def kept_for_ever(stay=itertools.__dict__.setdefault("_kept_for_ever", [])):
            stay.append([0] * 1000)
            return stay[-1]
    """,
}


@pytest.mark.parametrize("source", DIVERGING.values(), ids=DIVERGING)
def test_a_program_that_diverges_by_itself_gives_error_and_the_first_step_that_differs(source: str) -> None:
    result = checked(source, executions=20)
    assert (result.verdict, result.exit_status, result.findings) == ("error", 2, ())
    assert result.error is not None
    first, *told = result.error.splitlines()
    assert "the same schedule gives different executions" in first
    assert re.match(r"  recorded: step \d+, \S+( \(work\))?, line \d+: ", told[0])
    assert re.match(r"  replayed: step \d+, \S+( \(work\))?, line \d+: ", told[1])
    assert told[0].split(":", 1)[1] != told[1].split(":", 1)[1]


def test_a_failure_that_can_be_confirmed_is_reported_though_the_program_diverges() -> None:
    source = LOST_UPDATE.replace("account = Account()", "account = Account()\n    account.label = os.urandom(4)")
    source = source.replace("import threading", "import os, threading")
    result = checked(source)
    assert (result.verdict, [f.kind for f in result.errors]) == ("failed", ["assertion"])


def test_a_failure_that_never_shows_again_is_no_finding() -> None:
    source = """
        import threading
        from pathlib import Path
        def scenario():
            counter = Path("counter.txt")
            n = int(counter.read_text()) if counter.exists() else 0
            counter.write_text(str(n + 1))
            t = threading.Thread(target=print)
            t.start()
            t.join()
            assert n != 7
    """
    result = checked(source, executions=30)
    assert (result.verdict, result.findings) == ("error", ())
    assert result.error is not None
    assert "so a failure could not be confirmed" in result.error
    assert "\n  recorded: assertion\n  replayed: no finding" in result.error


# -- replay


def test_a_replay_shows_the_finding_step_by_step() -> None:
    (finding,) = checked(LOST_UPDATE).errors
    again = harness.replay("target.py:scenario", finding.schedule)
    assert (again.is_shown, again.mode, again.target) == (True, "function", "target.py:scenario")
    assert again.trace == finding.trace
    assert again.finding is not None and again.finding.message == finding.message


def test_a_replay_line_can_be_pasted(capsys: pytest.CaptureFixture[str]) -> None:
    (finding,) = checked(LOST_UPDATE).errors
    command, *arguments = finding.replay.split()
    assert command == "harness"
    assert run(arguments) == 1
    assert "assertion" in capsys.readouterr().out


def test_a_schedule_of_a_mended_program_shows_nothing_or_says_where_it_departs(capsys: pytest.CaptureFixture[str]) -> None:
    (finding,) = checked(LOST_UPDATE).errors
    mended = LOST_UPDATE.replace("assert account.balance == 2", "assert account.balance <= 2")
    write(mended)
    assert not harness.replay("target.py:scenario", finding.schedule).is_shown
    assert run(["replay", "target.py:scenario", finding.schedule]) == 0
    capsys.readouterr()


@pytest.mark.parametrize(
    "change",
    [
        ("class Account:", "\nclass Account:"),
        ("        self.balance += 1", "        with lock:\n            self.balance += 1"),
        ("range(2)", "range(1)"),
        ("        self.balance += 1", "        pass"),
    ],
    ids=["a line more", "a lock", "a thread less", "the access gone"],
)
def test_a_schedule_that_no_longer_fits_says_where_it_departs(change: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    (finding,) = checked(LOST_UPDATE).errors
    changed = LOST_UPDATE.replace(*change).replace("import threading", "import threading; lock = threading.Lock()")
    write(changed)
    with pytest.raises(harness.ReplayError) as departed:
        harness.replay("target.py:scenario", finding.schedule)
    assert departed.value.recorded != departed.value.replayed
    assert run(["replay", "target.py:scenario", finding.schedule]) == 2
    told = capsys.readouterr()
    assert "recorded: " in told.err + told.out
    assert "replayed: " in told.err + told.out
    assert "Traceback" not in told.err + told.out


def test_the_token_of_another_program_does_not_fit() -> None:
    (finding,) = checked(LOST_UPDATE).errors
    other = write(
        """
        import threading
        def scenario():
            lock = threading.Lock()
            t = threading.Thread(target=lock.acquire)
            t.start()
            t.join()
        """,
        "other.py",
    )
    with pytest.raises(harness.ReplayError):
        harness.replay(f"{other}:scenario", finding.schedule)


@pytest.mark.parametrize("token", ["", "h1:", "h2:abc", "h1:$$$$", "nonsense"])
def test_what_is_no_token_is_refused_in_one_line(token: str) -> None:
    write(LOST_UPDATE)
    with pytest.raises(harness.HarnessError) as refused:
        harness.replay("target.py:scenario", token)
    assert "\n" not in str(refused.value)


def test_a_token_that_was_cut_is_refused() -> None:
    (finding,) = checked(LOST_UPDATE).errors
    for length in range(4, len(finding.schedule)):
        with pytest.raises(harness.HarnessError):
            harness.replay("target.py:scenario", finding.schedule[:length])


def test_a_token_knows_the_workload_it_was_made_with() -> None:
    source = """
        class Pipeline:
            message = None
            def put(self, message):
                self.message = message
            def get(self):
                return self.message
    """
    finding = harness.check(write(source), producers=2, consumers=3, messages=2, capacity=5, order="linear", seed=8).findings[0]
    schedule = from_token(finding.schedule)
    assert finding.scenario is not None, "fewer threads and messages show it"
    assert schedule.mode == "class"
    assert ScenarioSize(schedule.producers, schedule.consumers, schedule.messages, schedule.capacity) == finding.scenario != ScenarioSize(2, 3, 2, 5)
    assert finding.scenario.capacity == 5
    assert (schedule.order, schedule.seed, schedule.kind, schedule.name) == ("linear", 8, finding.kind, "Pipeline")
    assert harness.replay("target.py", finding.schedule).is_shown


# -- bad input becomes the verdict error, in one line


BAD = {
    "a syntax error": ("def put(:\n", "target.py, line 1: not valid Python"),
    "an import that fails": ("import there_is_no_such_module\n", "target.py, line 1: ModuleNotFoundError"),
    "an exception at import": ("x = {}\nx['y']\n", "target.py, line 2: KeyError"),
    "an exit at import": ("import sys\nsys.exit(1)\n", "it ends the program when it is imported"),
    "no pipeline": ("class Sink:\n    def put(self, x):\n        pass\n", "no pipeline class"),
    "nothing at all": ("", "no pipeline class"),
    "a constructor that asks for too much": (
        "class Pipeline:\n    def __init__(self, host, port):\n        pass\n    def put(self, m):\n        pass\n    def get(self):\n        pass\n",
        "the constructor of Pipeline needs host, port, which the harness cannot give",
    ),
    "a constructor that raises": (
        "class Pipeline:\n    def __init__(self):\n        raise OSError('no')\n    def put(self, m):\n        pass\n    def get(self):\n        pass\n",
        "target.py, line 3: OSError: no",
    ),
    "an import that waits for ever": ("import threading\nthreading.Event().wait()\n", "its top-level code waits for ever"),
    "an import that never ends": ("while True:\n    pass\n", "its top-level code does not end"),
    "a process": (
        "import subprocess, sys\n"
        "class Pipeline:\n    def put(self, m):\n        subprocess.run([sys.executable, '-c', ''])\n    def get(self):\n        return 1\n",
        "the target starts a process",
    ),
}


@pytest.mark.parametrize(("source", "said"), BAD.values(), ids=BAD)
def test_what_cannot_be_judged_gives_error_in_one_line(source: str, said: str) -> None:
    result = harness.check(write(source), executions=20)
    assert (result.verdict, result.exit_status, result.findings) == ("error", 2, ())
    assert result.error is not None and said in result.error and "\n" not in result.error


IN_A_THREAD = """
import threading
import library_of_ours
from library_of_ours import lock, helper


def work():
    {statement}


def scenario():
    t = threading.Thread(target=work)
    t.start()
    t.join()
"""


@pytest.mark.parametrize(
    "statement",
    ["library_of_ours.lock.acquire()", "lock.acquire(timeout=1)", "with lock: pass", "with library_of_ours.lock as held: pass", "[lock][0].acquire()"],
)
def test_a_real_lock_reached_under_control_is_an_error(statement: str, elsewhere: Path) -> None:
    (elsewhere / "library_of_ours.py").write_text("import threading\nlock = threading.Lock()\nhelper = None\n")
    result = checked(IN_A_THREAD.format(statement=statement), executions=20)
    assert (result.verdict, result.findings) == ("error", ())
    assert "target.py:8: a real lock is used under control, where it excludes nobody" in (result.error or "")


def test_a_module_that_is_not_rewritten_is_told_among_the_limits_and_can_be_named(elsewhere: Path) -> None:
    (elsewhere / "another_library.py").write_text("import threading\nlock = threading.Lock()\ndef helper(x):\n    return x\n")
    source = IN_A_THREAD.replace("library_of_ours", "another_library").format(statement="assert helper(1) == 1")
    assert "calls into another_library are one step: it is not rewritten" in checked(source, executions=5).limits
    assert checked(source, executions=5, instrument=["another_library"]).limits == ()
    under_the_lock = IN_A_THREAD.replace("library_of_ours", "another_library").format(statement="with lock: helper(1)")
    assert checked(under_the_lock, executions=5, instrument=["another_library"]).verdict == "verified"


ODD_MESSAGES = {
    "that cannot be hashed or copied": "class Odd(dict):\n    def __deepcopy__(self, memo):\n        raise TypeError\n",
    "whose __eq__ raises": "class Odd:\n    def __eq__(self, other):\n        raise RuntimeError('no comparing')\n    __hash__ = None\n",
    "whose __repr__ raises": "class Odd:\n    def __repr__(self):\n        raise RuntimeError('no showing')\n",
}


@pytest.mark.parametrize("odd", ODD_MESSAGES.values(), ids=ODD_MESSAGES)
def test_an_odd_value_that_a_get_returns_is_corruption_and_no_fault_of_ours(odd: str) -> None:
    source = odd + "class Pipeline:\n    def put(self, message):\n        pass\n    def get(self):\n        return Odd()\n"
    result = harness.check(write(source), executions=5)
    assert result.verdict == "failed"
    assert "corruption" in [finding.kind for finding in result.findings]


def test_nothing_of_a_campaign_stays_behind() -> None:
    import gc
    import sys
    import threading

    before = sys.stdout, sys.stderr, sys.stdin, sys.argv, list(sys.path), gc.isenabled(), threading.active_count(), set(sys.modules)
    checked(LOST_UPDATE)
    checked("import threading\nthreading.Event().wait()\n", executions=3)
    after = sys.stdout, sys.stderr, sys.stdin, sys.argv, list(sys.path), gc.isenabled(), threading.active_count(), set(sys.modules)
    assert after[:-1] == before[:-1]
    assert "target" not in after[-1]
