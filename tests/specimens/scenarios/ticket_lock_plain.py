import threading
import time


class TicketLock:
    def __init__(self):
        self.next_ticket = 0
        self.serving = 0

    def acquire(self):
        mine = self.next_ticket
        self.next_ticket += 1
        while self.serving != mine:
            time.sleep(0)

    def release(self):
        self.serving += 1


lock = TicketLock()
total = 0


def work():
    global total
    lock.acquire()
    total += 1
    lock.release()


def scenario():
    threads = [threading.Thread(target=work) for _ in range(3)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert total == 3
