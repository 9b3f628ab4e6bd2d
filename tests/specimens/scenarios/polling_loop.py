import threading
import time


class Box:
    ready = False
    value = None


def scenario():
    box = Box()

    def fill():
        box.value = 42
        box.ready = True

    t = threading.Thread(target=fill)
    t.start()
    while not box.ready:
        time.sleep(0)
    assert box.value == 42
    t.join()
