import threading
import time


class Pipeline:
    def __init__(self, capacity):
        self.capacity = capacity
        self.items = []
        self.cond = threading.Condition()

    def set_message(self, message):
        with self.cond:
            while len(self.items) >= self.capacity:
                self.cond.wait()
            self.items.append(message)
            self.cond.notify_all()

    def get_message(self):
        deadline = time.monotonic() + 10
        with self.cond:
            while not self.items:
                left = deadline - time.monotonic()
                if left <= 0:
                    return None
                self.cond.wait(left)
            message = self.items.pop(0)
            self.cond.notify_all()
            return message
