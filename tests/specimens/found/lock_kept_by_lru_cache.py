import functools
import threading


@functools.lru_cache(maxsize=None)
def condition_of(name):
    return threading.Condition()


class Pipeline:
    def __init__(self):
        self.items = []

    def put(self, m):
        cv = condition_of(id(self))
        with cv:
            self.items.append(m)
            cv.notify()

    def get(self):
        cv = condition_of(id(self))
        with cv:
            while not self.items:
                cv.wait()
            return self.items.pop(0)
