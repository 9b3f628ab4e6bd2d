"""Every execution starts afresh, and every thread has what is its own: locals, context, chance; `__del__` has no points; prints are kept."""

from __future__ import annotations

import harness
from tests.engines.laboratory import Laboratory

START_AND_JOIN = """
            for t in threads:
                t.start()
            for t in threads:
                t.join()
"""


def test_thread_locals_are_each_threads_own(laboratory: Laboratory) -> None:
    source = f"""
        import threading
        local = threading.local()
        def scenario():
            local.value = "main"
            def work(n):
                assert not hasattr(local, "value")
                local.value = n
                for _ in range(2):
                    assert local.value == n
                    local.value = n
            threads = [threading.Thread(target=work, args=(n,)) for n in range(2)]{START_AND_JOIN}
            assert local.value == "main"
    """
    assert laboratory.check(source, executions=100).verdict == "survived"


def test_context_variables_are_each_threads_own(laboratory: Laboratory) -> None:
    source = f"""
        import contextvars, threading
        who = contextvars.ContextVar("who", default="nobody")
        order = []
        def scenario():
            who.set("main")
            def work(n):
                assert who.get() == "nobody", who.get()
                who.set(n)
                for _ in range(2):
                    order.append(n)
                    assert who.get() == n
            threads = [threading.Thread(target=work, args=(n,)) for n in range(3)]{START_AND_JOIN}
            assert who.get() == "main"
    """
    result = laboratory.check(source, executions=100)
    assert (result.verdict, [f.message for f in result.findings]) == ("survived", [])


def test_module_level_and_class_level_state_is_fresh_in_every_execution(laboratory: Laboratory) -> None:
    source = """
        import threading
        made = []
        total = 0
        class Registry:
            items = []
            count = 0
        def scenario(cache={}):
            global total
            total += 1
            Registry.count += 1
            Registry.items.append(1)
            made.append(1)
            cache["x"] = cache.get("x", 0) + 1
            t = threading.Thread(target=made.append, args=(1,))
            t.start()
            t.join()
            assert (total, Registry.count, len(Registry.items), len(made), cache["x"]) == (1, 1, 1, 2, 1)
    """
    assert laboratory.check(source, executions=50).verdict == "verified"


def test_a_thread_draws_the_same_numbers_whatever_the_schedule(laboratory: Laboratory) -> None:
    source = f"""
        import random, threading
        seen = []
        draws = {{}}
        def scenario():
            def work(n):
                draws[n] = [random.randint(1, 10**6) for _ in range(3)]
            threads = [threading.Thread(target=work, args=(n,)) for n in range(2)]{START_AND_JOIN}
            seen.append((tuple(draws[0]), tuple(draws[1])))
    """
    runs = laboratory.executions(source, 40)
    assert len({one.seen for one in runs}) == 1
    assert len({one.departures for one in runs}) > 1
    (first, second) = runs[0].seen[0]
    assert first != second
    (other,) = laboratory.executions(source, 1, seed=1)
    assert other.seen != runs[0].seen


def test_a_program_that_draws_is_told_that_the_values_are_those_of_the_seed(laboratory: Laboratory) -> None:
    source = "import random\ndef scenario():\n    random.random()\n"
    assert "the program draws random values; this holds for those of seed 3" in laboratory.check(source, executions=5, seed=3).limits
    [limit] = laboratory.check("def scenario():\n    pass\n", executions=5).limits
    assert limit.startswith("no thread was started, so there was nothing to interleave")


def test_finalisers_have_no_points(laboratory: Laboratory) -> None:
    source = f"""
        import threading
        seen = []
        total = [0]
        class Held:
            def __del__(self):
                before = total[0]
                total[0] = before + 1
        def scenario():
            def work():
                for _ in range(2):
                    Held()
                    total[0]
            threads = [threading.Thread(target=work) for _ in range(2)]{START_AND_JOIN}
            seen.append(total[0])
    """
    # read, then write with a gap: were there a point in between, an update would be lost in many of 200 walks
    assert {one.seen for one in laboratory.executions(source, 200)} == {(4,)}


def test_an_object_ends_when_its_last_reference_goes_as_it_would_without_us(laboratory: Laboratory) -> None:
    source = """
        import threading, weakref
        seen = []
        class Handle:
            def __init__(self, room):
                self.room = room
                self.items = [1, 2]
            def __del__(self):
                self.room.release()
        def scenario():
            room = threading.Semaphore(1)
            def work():
                room.acquire()
                handle = Handle(room)
                handle.items.append(len(handle.items))
                watched = weakref.ref(handle)
                del handle
                seen.append(watched() is None)
            threads = [threading.Thread(target=work) for _ in range(3)]
            for t in threads:
                t.start()
            for t in threads:
                t.join()
    """
    assert {(one.ending, one.seen) for one in laboratory.executions(source, 60)} == {("finished", (True, True, True))}
    result = laboratory.check(source, executions=60)
    assert (result.verdict, result.error) == ("survived", None)  # where a weak reference is followed nothing is proved


def test_what_is_printed_is_kept_with_the_step_at_which_it_was(laboratory: Laboratory) -> None:
    source = """
        import sys, threading
        class Box:
            n = 0
        def scenario():
            box = Box()
            def work():
                print("working", 1, sep="-")
                box.n += 1
                sys.stdout.write("half ")
                print("line")
            t = threading.Thread(target=work, name="printer")
            t.start()
            t.join()
            print("joined")
            assert box.n == 2
    """
    path = f"{laboratory.write(source)}:scenario"
    (finding,) = harness.check(path, executions=5).errors
    assert finding.trace is not None
    assert [(out.thread, out.text) for out in finding.trace.output] == [("printer", "working-1"), ("printer", "half line"), ("main", "joined")]
    steps = [out.step for out in finding.trace.output]
    assert steps == sorted(steps)
    write = next(step for step in finding.trace.steps if step.thread == "printer" and step.is_write)
    assert steps[0] <= write.step <= steps[1]


def test_nothing_a_target_prints_reaches_the_user_while_it_is_searched(laboratory: Laboratory, capsys: object) -> None:
    laboratory.check('import sys\ndef scenario():\n    print("loud")\n    print("loud", file=sys.stderr)\n', executions=5)
    assert capsys.readouterr() == ("", "")  # type: ignore[attr-defined]


def test_names_and_identifiers_of_threads_begin_anew_in_every_execution(laboratory: Laboratory) -> None:
    source = """
        import threading
        seen = []
        def scenario():
            t = threading.Thread(target=lambda: seen.append(threading.get_ident()))
            seen.append(t.name)
            t.start()
            t.join()
    """
    runs = laboratory.executions(source, 20)
    assert len({one.seen for one in runs}) == 1
