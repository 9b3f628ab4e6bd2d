import threading
import time


class Pipeline:
    def __init__(self, capacity):
        self.slots = threading.Semaphore(capacity)
        self.ready = threading.Semaphore(0)
        self.lock = threading.Lock()
        self.items = []

    def _acquire(self, semaphore, seconds=1):
        deadline = time.time() + seconds
        while not semaphore.acquire(blocking=False):
            if time.time() > deadline:
                raise TimeoutError("nobody came")
            time.sleep(0.3)

    def write(self, value):
        self._acquire(self.slots)
        with self.lock:
            self.items.append(value)
        self.ready.release()

    def read(self):
        self._acquire(self.ready)
        with self.lock:
            value = self.items.pop(0)
        self.slots.release()
        return value
