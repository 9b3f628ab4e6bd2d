"""Where the model of a primitive is coarser than CPython's own code, nothing is claimed to be proved."""

from __future__ import annotations

import pytest

from tests.engines.laboratory import Laboratory

NOTIFIER = """
    import threading

    def scenario():
        condition = threading.Condition(threading.{lock}())
        def wait():
            with condition:
                condition.wait(1)
        def notify():
            {notify}
        threads = [threading.Thread(target=wait), threading.Thread(target=notify)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
"""
UNLOCKED = "try: condition.notify()\n            except RuntimeError: pass"
LOCKED = "with condition: condition.notify()"


@pytest.mark.parametrize(("lock", "notify", "verdict"), [("Lock", UNLOCKED, "survived"), ("Lock", LOCKED, "verified"), ("RLock", UNLOCKED, "verified")])
def test_a_notify_by_a_thread_that_does_not_hold_the_plain_lock(laboratory: Laboratory, lock: str, notify: str, verdict: str) -> None:
    result = laboratory.check(NOTIFIER.replace("{lock}", lock).replace("{notify}", notify), strategy="dpor")
    assert (result.verdict, result.findings) == (verdict, ())
    assert any("does not hold it notifies" in limit for limit in result.limits) == (verdict == "survived")


def test_how_many_wait_at_a_barrier_is_asked(laboratory: Laboratory) -> None:
    source = """
        import threading

        def scenario():
            barrier = threading.Barrier(2)
            threads = [threading.Thread(target=barrier.wait), threading.Thread(target=barrier.wait)]
            for thread in threads:
                thread.start()
            {ask}
            for thread in threads:
                thread.join()
    """
    asked = laboratory.check(source.replace("{ask}", "barrier.n_waiting"), strategy="dpor")
    assert (asked.verdict, laboratory.check(source.replace("{ask}", "barrier.parties"), strategy="dpor").verdict) == ("survived", "verified")
