import functools
import threading
import time


def synchronized(method):
    @functools.wraps(method)
    def wrapper(self, *args):
        with self.lock:
            return method(self, *args)

    return wrapper


class Pipeline:
    def __init__(self, capacity):
        self.lock = threading.RLock()
        self.capacity = capacity
        self.items = []

    @synchronized
    def count(self):
        return len(self.items)

    @synchronized
    def try_add(self, message):
        if self.count() < self.capacity:
            self.items.append(message)
            return True
        return False

    @synchronized
    def try_take(self):
        return self.items.pop(0) if self.count() else None

    def set_message(self, message):
        while not self.try_add(message):
            time.sleep(0)

    def get_message(self):
        while (message := self.try_take()) is None:
            time.sleep(0)
        return message
