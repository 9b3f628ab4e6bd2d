import threading
import time


class Pipeline:
    def __init__(self, capacity):
        self._lock = threading.Lock()
        self._items = []
        self._capacity = capacity

    @property
    def is_full(self):
        with self._lock:
            return len(self._items) == self._capacity

    @property
    def is_empty(self):
        with self._lock:
            return not self._items

    def set_message(self, message):
        while self.is_full:
            time.sleep(0.001)
        with self._lock:
            self._items.append(message)

    def get_message(self):
        while self.is_empty:
            time.sleep(0.001)
        with self._lock:
            return self._items.pop(0)
