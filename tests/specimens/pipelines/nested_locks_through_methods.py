import threading
import time


class Pipeline:
    def __init__(self, capacity):
        self.capacity = capacity
        self.data_lock = threading.Lock()
        self.stats_lock = threading.Lock()
        self.data = []
        self.moved = 0

    def _count(self):
        with self.stats_lock:
            self.moved += 1

    def _has_room(self):
        with self.data_lock:
            return len(self.data) < self.capacity

    def set_message(self, message):
        while True:
            with self.stats_lock:
                if self._has_room():
                    with self.data_lock:
                        self.data.append(message)
                    self.moved += 1
                    return
            time.sleep(0)

    def get_message(self):
        while True:
            with self.data_lock:
                if self.data:
                    message = self.data.pop(0)
                    self._count()
                    return message
            time.sleep(0)
