import threading


def scenario():
    fired = []
    timer = threading.Timer(1, lambda: fired.append(1))
    timer.cancel()
    timer.start()
    timer.join()
    assert not fired
