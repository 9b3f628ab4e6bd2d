import threading

seen = []


def scenario():
    timer = threading.Timer(0.5, seen.append, args=["rang"])
    timer.start()
    timer.join()
    assert seen == ["rang"]
