import threading
import time


class Counter:
    def __init__(self):
        self.lock = threading.Lock()
        self.value = 0
        guard = self.lock

        def add(amount):
            with guard:
                self.value += amount

        self.add = add


class Pipeline(Counter):
    def __init__(self, capacity):
        super().__init__()
        self.lock = threading.Lock()
        self.capacity = capacity
        self.items = []

    def set_message(self, message):
        while self.value >= self.capacity:
            time.sleep(0)
        self.items.append(message)
        self.add(1)

    def get_message(self):
        while self.value <= 0:
            time.sleep(0)
        message = self.items.pop(0)
        with self.lock:
            self.value -= 1
        return message
