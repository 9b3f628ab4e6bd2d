import threading
import time


class LockGuard:
    """std::lock_guard: the lock is held for as long as the guard lives."""

    def __init__(self, mutex):
        self.mutex = mutex
        self.mutex.acquire()

    def __del__(self):
        self.mutex.release()


class Fifo:
    def __init__(self):
        self.mutex = threading.Lock()
        self.items = []
        self.size = 0

    def push(self, item):
        guard = LockGuard(self.mutex)
        self.items.append(item)
        self.size += 1

    def try_pop(self):
        guard = LockGuard(self.mutex)
        if self.size == 0:
            return None
        self.size -= 1
        return self.items.pop(0)

    def pop(self):
        while True:
            item = self.try_pop()
            if item is not None:
                return item
            time.sleep(0.001)
