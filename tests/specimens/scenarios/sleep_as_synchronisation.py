import threading
import time

letters = []


def late():
    time.sleep(2)
    letters.append("b")


def scenario():
    t = threading.Thread(target=late)
    t.start()
    time.sleep(1)
    letters.append("a")
    t.join()
    assert letters == ["a", "b"]
