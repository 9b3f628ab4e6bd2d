import threading


def scenario():
    fired = []
    timer = threading.Timer(30, lambda: fired.append(1))
    timer.start()
    total = sum(range(10))
    timer.cancel()
    timer.join()
    assert total == 45
    assert not fired, "the timer was cancelled in time"
