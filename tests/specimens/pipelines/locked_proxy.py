import threading
import time


class Locked:
    """Makes any object thread-safe: each method call holds the lock."""

    def __init__(self, target):
        self.__dict__["_target"] = target
        self.__dict__["_lock"] = threading.RLock()

    def __getattr__(self, name):
        attribute = getattr(self._target, name)
        if not callable(attribute):
            return attribute

        def call(*args, **kwargs):
            with self._lock:
                return attribute(*args, **kwargs)
        return call


class Pipeline:
    def __init__(self):
        self.items = Locked([])

    def set_message(self, m):
        self.items.append(m)

    def get_message(self):
        while True:
            if self.items.__len__() > 0:
                return self.items.pop(0)
            time.sleep(0.001)
