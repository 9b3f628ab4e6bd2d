import itertools
import threading
import time


class TicketLock:
    def __init__(self):
        self.tickets = itertools.count()
        self.serving = 0

    def __enter__(self):
        mine = next(self.tickets)
        while self.serving != mine:
            time.sleep(0)

    def __exit__(self, *exc):
        self.serving += 1


def scenario():
    lock = TicketLock()
    total = [0]

    def work():
        for _ in range(2):
            with lock:
                total[0] += 1

    threads = [threading.Thread(target=work) for _ in range(2)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert total == [4]
