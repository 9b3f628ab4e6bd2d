"""What stand-ins are handed and call themselves has points where it is no code of the program, and is shown where it was handed over."""

from __future__ import annotations

from pathlib import Path

import pytest

import harness

PROGRAM = """
import _thread, functools, threading
from concurrent.futures import Future, ThreadPoolExecutor
class Box:
    n = 0
def scenario():
    items, table, box = [], {{}}, Box()
    before = (len(items), len(table), box.n)
    {handed}
    one = (len(items), len(table), box.n)
    other = (len(items), len(table), box.n)
    assert one == other
"""

HANDED = [
    "threading.Thread(target=items.append, args=(1,)).start()",
    "threading.Thread(target=items.append, args=iter((1,))).start()",
    "threading.Thread(target=table.__setitem__, kwargs={}, args=('k', 1)).start()",
    "threading.Thread(target=list.append, args=(items, 1)).start()",
    "threading.Thread(target=functools.partial(items.append, 1)).start()",
    "threading.Thread(target=setattr, args=(box, 'n', 1)).start()",
    "threading.Thread(target=box.__setattr__, args=('n', 1)).start()",
    "threading.Timer(1, items.append, (1,)).start()",
    "_thread.start_new_thread(items.append, (1,))",
    "ThreadPoolExecutor(1).submit(items.append, 1)",
    "ThreadPoolExecutor(1, initializer=items.append, initargs=(1,)).submit(int)",
    "ThreadPoolExecutor(1).submit(int).add_done_callback(items.append)",
    "threading.Thread(target=threading.Barrier(1, functools.partial(items.append, 1)).wait).start()",
]


@pytest.mark.parametrize(("handed", "strategy"), [(handed, s) for handed in HANDED for s in ("dpor", "random") if s == "random" or "start_new" not in handed])
def test_a_container_s_method_that_a_stand_in_calls_may_come_between_two_looks(handed: str, strategy: str, tmp_path: Path) -> None:
    file = tmp_path / "handed.py"
    file.write_text(PROGRAM.format(handed=handed))
    result = harness.check(f"{file}:scenario", strategy=strategy, executions=500)
    assert [finding.kind for finding in result.errors] == ["assertion"]
    again = harness.replay(f"{file}:scenario", result.findings[0].schedule)
    assert again.is_shown


def test_what_was_handed_over_is_shown_where_that_was(tmp_path: Path) -> None:
    file = tmp_path / "handed.py"
    file.write_text(PROGRAM.format(handed=HANDED[0]))
    result = harness.check(f"{file}:scenario", strategy="dpor", executions=500)
    (step,) = [event for event in harness.replay(f"{file}:scenario", result.findings[0].schedule).trace.steps if ".append(1)" in event.what]
    assert (step.line, step.what.partition(" (")[0]) == (9, "call items.append(1)")


def test_code_without_points_that_a_stand_in_calls_is_named_among_the_limits(tmp_path: Path) -> None:
    file = tmp_path / "handed.py"
    file.write_text(PROGRAM.format(handed="import copy; threading.Thread(target=copy.deepcopy, args=((1,),)).start()"))
    assert "calls into copy are one step: it is not rewritten" in harness.check(f"{file}:scenario", executions=50).limits


IN_PIECES = "is several steps of the library's code, and one step here"
FADES = "weak references are followed, and that somebody lets go of an object is no event"
DOUBTED = [
    ("from collections import UserDict", "UserDict()", "it.setdefault('k', 1)", f"UserDict.setdefault {IN_PIECES}"),
    ("from collections import Counter", "Counter()", "it.update(UserDict(k=1))", f"Counter.update {IN_PIECES}"),
    ("import weakref", "weakref.WeakSet()", "len(it)", FADES),
    ("import weakref", "weakref.ref(threading)", "it()", FADES),
]


@pytest.mark.parametrize(("imports", "made", "used", "doubt"), DOUBTED)
def test_what_no_event_tells_is_not_verified(imports: str, made: str, used: str, doubt: str, tmp_path: Path) -> None:
    file = tmp_path / "doubted.py"
    file.write_text(f"import threading\nfrom collections import UserDict\n{imports}\ndef scenario():\n    it = {made}\n    def use():\n        {used}\n"
                    "    t = threading.Thread(target=use)\n    t.start()\n    use()\n    t.join()\n")  # fmt: skip
    result = harness.check(f"{file}:scenario", executions=150)
    assert result.verdict == "survived"
    assert any(doubt in limit for limit in result.limits), result.limits
