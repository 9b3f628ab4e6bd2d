import itertools
import time


class TicketLock:
    def __init__(self):
        self.dispenser = itertools.count()
        self.now_serving = 0

    def __enter__(self):
        ticket = next(self.dispenser)
        while self.now_serving != ticket:
            time.sleep(0)

    def __exit__(self, *args):
        self.now_serving += 1


class Pipeline:
    def __init__(self, capacity):
        self.capacity = capacity
        self.items = []
        self.lock = TicketLock()

    def set_message(self, message):
        while True:
            with self.lock:
                if len(self.items) < self.capacity:
                    self.items.append(message)
                    return

    def get_message(self):
        while True:
            with self.lock:
                if self.items:
                    return self.items.pop(0)
