import threading
from datetime import datetime, timedelta


class Pipeline:
    def __init__(self, capacity):
        self.changed = threading.Condition()
        self.items = []
        self.capacity = capacity
        self.last = None

    def put(self, item):
        with self.changed:
            end = datetime.now() + timedelta(seconds=2)
            while len(self.items) >= self.capacity:
                if datetime.now() >= end:
                    raise TimeoutError("full")
                self.changed.wait(0.1)
            self.items.append(item)
            self.changed.notify_all()

    def get(self):
        with self.changed:
            while not self.items:
                self.changed.wait()
            self.last = datetime.now().isoformat()
            self.changed.notify_all()
            return self.items.pop(0)
