import threading
import time


class Pipeline:
    def __init__(self, capacity):
        self.capacity = capacity
        self.lock = threading.Lock()
        self.items = []

    def set_message(self, message):
        while True:
            self.lock.acquire(timeout=1)
            if len(self.items) < self.capacity:
                self.items.append(message)
                self.lock.release()
                return
            self.lock.release()
            time.sleep(0.1)

    def get_message(self):
        while True:
            self.lock.acquire(timeout=1)
            if self.items:
                message = self.items.pop(0)
                self.lock.release()
                return message
            self.lock.release()
            time.sleep(0.1)
