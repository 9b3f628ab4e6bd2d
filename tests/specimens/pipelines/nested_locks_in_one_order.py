import threading
import time


class Pipeline:
    def __init__(self, capacity):
        self.capacity = capacity
        self.data_lock = threading.Lock()
        self.stats_lock = threading.Lock()
        self.data = []
        self.moved = {"in": 0, "out": 0}

    def set_message(self, message):
        while True:
            with self.stats_lock, self.data_lock:
                if self.moved["in"] - self.moved["out"] < self.capacity:
                    self.data.append(message)
                    self.moved["in"] += 1
                    return
            time.sleep(0)

    def get_message(self):
        while True:
            with self.stats_lock:
                with self.data_lock:
                    if self.data:
                        self.moved["out"] += 1
                        return self.data.pop(0)
            time.sleep(0)
