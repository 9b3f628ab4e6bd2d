import threading
import time


class Pipeline:
    def __init__(self, capacity):
        self.capacity = capacity
        self.slots = {}
        self.produced = 0
        self.consumed = 0
        self.producing = threading.Lock()
        self.consuming = threading.Lock()

    def set_message(self, message):
        with self.producing:
            while self.produced - self.consumed >= self.capacity:
                time.sleep(0)
            self.slots[self.produced] = message
            self.produced += 1

    def get_message(self):
        with self.consuming:
            while self.consumed not in self.slots:
                time.sleep(0)
            message = self.slots.pop(self.consumed)
            self.consumed += 1
            return message
