import threading
from collections import deque


class Pipeline:
    def __init__(self, capacity):
        self.places = threading.Semaphore(capacity)
        self.filled = threading.Semaphore(0)
        self.items = deque()

    def set_message(self, message):
        with self.places:
            self.items.append(message)
            self.filled.release()

    def get_message(self):
        self.filled.acquire()
        return self.items.popleft()
