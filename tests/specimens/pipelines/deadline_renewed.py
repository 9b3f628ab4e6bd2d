import threading
import time


class Pipeline:
    def __init__(self, capacity):
        self.capacity = capacity
        self.items = []
        self.cond = threading.Condition()
        self.late = 0

    def _wait_until(self, predicate):
        deadline = time.monotonic() + 2
        while not predicate():
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                self.late += 1
                deadline = time.monotonic() + 2
                continue
            self.cond.wait(remaining)

    def set_message(self, message):
        with self.cond:
            self._wait_until(lambda: len(self.items) < self.capacity)
            self.items.append(message)
            self.cond.notify_all()

    def get_message(self):
        with self.cond:
            self._wait_until(lambda: self.items)
            message = self.items.pop(0)
            self.cond.notify_all()
            return message
