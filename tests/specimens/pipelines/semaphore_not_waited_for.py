import threading
from collections import deque


class Pipeline:
    def __init__(self, capacity):
        self.places = threading.Semaphore(capacity)
        self.filled = threading.Semaphore(0)
        self.items = deque()

    def set_message(self, message):
        if not self.places.acquire(blocking=False):
            print("full, sorry")
            return
        self.items.append(message)
        self.filled.release()

    def get_message(self):
        self.filled.acquire()
        message = self.items.popleft()
        self.places.release()
        return message
