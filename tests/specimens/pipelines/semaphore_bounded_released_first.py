import threading
from collections import deque


class Pipeline:
    def __init__(self, capacity):
        self.places = threading.BoundedSemaphore(capacity)
        self.filled = threading.Semaphore(0)
        self.items = deque()

    def set_message(self, message):
        self.places.acquire()
        self.items.append(message)
        self.filled.release()

    def get_message(self):
        self.places.release()
        self.filled.acquire()
        return self.items.popleft()
