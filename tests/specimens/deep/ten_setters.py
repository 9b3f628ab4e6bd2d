"""Ten threads set one field and then another; one looks at both, and no lock is held."""

import threading

SETTERS = 10


class Switches:
    def __init__(self):
        self.left = 0
        self.right = 0


def scenario():
    switches = Switches()

    def setter():
        switches.left = 1
        switches.right = -1

    def checker():
        both = (switches.left, switches.right)
        assert both in ((0, 0), (1, -1)), both

    threads = [threading.Thread(target=setter) for _ in range(SETTERS)]
    threads.append(threading.Thread(target=checker))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
