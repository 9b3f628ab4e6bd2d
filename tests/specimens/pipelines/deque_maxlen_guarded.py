import threading
from collections import deque


class Pipeline:
    def __init__(self, capacity):
        self.messages = deque(maxlen=capacity)
        lock = threading.Lock()
        self.not_full = threading.Condition(lock)
        self.not_empty = threading.Condition(lock)

    def set_message(self, message):
        with self.not_full:
            while len(self.messages) == self.messages.maxlen:
                self.not_full.wait()
            self.messages.append(message)
            self.not_empty.notify()

    def get_message(self):
        with self.not_empty:
            while not self.messages:
                self.not_empty.wait()
            message = self.messages.popleft()
            self.not_full.notify()
            return message
