import threading
import time
from contextlib import contextmanager


class Pipeline:
    def __init__(self, capacity):
        self.capacity = capacity
        self.lock = threading.Lock()
        self.items = []

    @contextmanager
    def exclusive(self):
        self.lock.acquire()
        yield self.items
        self.lock.release()

    def put(self, value):
        while True:
            with self.exclusive() as items:
                if len(items) < self.capacity:
                    items.append(value)
                    break
            time.sleep(0)

    def get(self):
        while True:
            try:
                with self.exclusive() as items:
                    return items.pop(0)
            except IndexError:
                time.sleep(0)
