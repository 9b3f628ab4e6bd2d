import threading
import time

ready = False
value = None


def fill():
    global ready, value
    ready = True
    value = 42


def scenario():
    t = threading.Thread(target=fill)
    t.start()
    while not ready:
        time.sleep(0.01)
    assert value == 42
    t.join()
