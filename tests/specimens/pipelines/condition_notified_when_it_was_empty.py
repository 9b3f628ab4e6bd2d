import threading


class Pipeline:
    def __init__(self, capacity):
        self.capacity = capacity
        self.items = []
        self.lock = threading.Lock()
        self.not_empty = threading.Condition(self.lock)
        self.not_full = threading.Condition(self.lock)

    def set_message(self, message):
        with self.lock:
            while len(self.items) == self.capacity:
                self.not_full.wait()
            self.items.append(message)
            if len(self.items) == 1:
                self.not_empty.notify()

    def get_message(self):
        with self.lock:
            while not self.items:
                self.not_empty.wait()
            was_full = len(self.items) == self.capacity
            message = self.items.pop(0)
            if was_full:
                self.not_full.notify()
            return message
