import functools
import threading
import time


def synchronized(method):
    lock = threading.Lock()

    @functools.wraps(method)
    def wrapper(*args):
        with lock:
            return method(*args)

    return wrapper


class Pipeline:
    def __init__(self, capacity):
        self.capacity = capacity
        self.items = []
        self.free = capacity

    @synchronized
    def set_message(self, message):
        while self.free == 0:
            time.sleep(0)
        self.items.append(message)
        self.free -= 1

    @synchronized
    def get_message(self):
        while self.free == self.capacity:
            time.sleep(0)
        message = self.items.pop(0)
        self.free += 1
        return message
