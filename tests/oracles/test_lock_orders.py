"""Lock orders that could deadlock, in executions written down by hand."""

from __future__ import annotations

from collections.abc import Iterator

from harness.model.circles import LONGEST
from harness.model.deed import Deed
from harness.model.trace import Step, Trace
from harness.oracles.lock_orders import ALIKE, find_cycles, judge

Word = tuple[int, str]


def deeds_of(script: str) -> list[Deed]:
    """The deeds of a script, a word a step: ``1+5`` thread 1 takes lock 5, ``1?5`` does not wait for it for ever, ``1-5`` gives it back,
    ``1>7`` sends on channel 7, ``1<7`` receives."""
    return list(_read(script))


def _read(script: str) -> Iterator[Deed]:
    for step, word in enumerate(script.split(), 1):
        thread, sign, number = int(word[0]), word[1], int(word[2:])
        match sign:
            case "+" | "?":
                yield Deed(step, thread, takes=number, is_brief=sign == "?")
            case "-":
                yield Deed(step, thread, gives=number)
            case ">":
                yield Deed(step, thread, sends=(number,))
            case _:
                yield Deed(step, thread, receives=(number,))


def circles(script: str) -> list[list[int]]:
    """The locks that are taken to close each circle."""
    return [[taking.lock for taking in cycle] for cycle in find_cycles(deeds_of(script))]


FORTH, BACK = "1+5 1+6 1-6 1-5", "2+6 2+5 2-5 2-6"


def test_two_threads_that_take_two_locks_in_opposite_order_close_a_circle() -> None:
    assert circles(f"{FORTH} {BACK}") == [[6, 5]]
    assert circles(f"{BACK} {FORTH}") == [[6, 5]]


def test_the_same_order_closes_none() -> None:
    assert circles(f"{FORTH} 2+5 2+6 2-6 2-5") == []
    assert circles("") == []


def test_one_thread_alone_waits_for_nobody() -> None:
    assert circles(f"{FORTH} 1+6 1+5 1-5 1-6") == []


def test_a_lock_around_both_keeps_them_apart() -> None:
    assert circles("1+9 1+5 1+6 1-6 1-5 1-9 2+9 2+6 2+5 2-5 2-6 2-9") == []
    assert circles("1+9 1+5 1+6 1-6 1-5 1-9 2+8 2+6 2+5 2-5 2-6 2-8") == [[6, 5]]


def test_a_hand_over_between_them_keeps_them_apart() -> None:
    assert circles(f"{FORTH} 1>7 2<7 {BACK}") == []
    assert circles(f"2>7 1<7 {FORTH} {BACK}") == [[6, 5]]
    assert circles(f"{BACK} 2>7 1<7 {FORTH}") == []


def test_what_a_thread_does_again_after_the_hand_over_meets_the_other() -> None:
    assert circles(f"{FORTH} 1>7 {FORTH} 2<7 {BACK}") == [[6, 5]]
    many = " ".join([FORTH] * (2 * ALIKE))
    assert circles(f"{many} 1>7 {FORTH} 2<7 {BACK}") == [[6, 5]]


def test_the_order_in_which_the_locks_themselves_were_had_keeps_nobody_apart() -> None:
    assert circles(f"{FORTH} 1+4 1-4 2+4 2-4 {BACK}") == [[6, 5]]


def test_who_only_tries_waits_for_nobody() -> None:
    assert circles("1+5 1?6 1-6 1-5 2+6 2+5 2-5 2-6") == []
    # but what was had by trying is held
    assert circles("1?5 1+6 1-6 1-5 2+6 2+5 2-5 2-6") == [[6, 5]]


def test_a_lock_may_be_given_back_by_another_thread() -> None:
    assert circles("1+5 2-5 1+6 1-6 2+6 2+5 2-5 2-6") == []


def test_three_threads_in_a_circle() -> None:
    assert circles("1+5 1+6 1-6 1-5 2+6 2+7 2-7 2-6 3+7 3+5 3-5 3-7") == [[6, 7, 5]]
    assert circles("1+5 1+6 1-6 1-5 2+6 2+7 2-7 2-6 3+5 3+7 3-7 3-5") == []


def test_a_circle_that_is_too_long_is_not_looked_for() -> None:
    def ring(n: int) -> str:
        return " ".join(f"{t}+{10 + t} {t}+{10 + (t + 1) % n} {t}-{10 + (t + 1) % n} {t}-{10 + t}" for t in range(n))

    assert len(circles(ring(LONGEST))) == 1
    assert circles(ring(LONGEST + 1)) == []


def test_a_finding_names_threads_locks_and_lines_and_how_it_would_come_about() -> None:
    script = f"{FORTH} {BACK} 1+5 1+6 1-6 1-5"
    names = {5: "Bank.in", 6: "Bank.out"}
    deeds = deeds_of(script)
    steps = tuple(
        Step(deed.step, f"clerk-{deed.thread}", "src/bank.py", 10 * deed.thread + deed.takes, "work", "acquire", "acquire", names[deed.takes or deed.gives])
        for deed in deeds
    )
    (finding,) = judge(Trace(("clerk-1", "clerk-2"), steps), deeds, "class")
    assert (finding.kind, finding.severity, finding.threads) == ("lock-order", "warning", ("clerk-1", "clerk-2"))
    assert finding.message == (
        "could deadlock: clerk-1 takes Bank.out at bank.py:16 while it holds Bank.in (since line 15) "
        "and clerk-2 takes Bank.in at bank.py:25 while it holds Bank.out (since line 26)"
    )
    assert finding.explanation[0].endswith("clerk-1 waits for Bank.out, which clerk-2 holds, clerk-2 waits for Bank.in, which clerk-1 holds.")
    assert [event.line for event in finding.events] == [15, 16, 26, 25]
