import threading
import time


def synchronized(method):
    def inner(self, *a):
        with self.__lock__:
            return method(self, *a)
    return inner


class SynchronizedMeta(type):
    def __init__(cls, name, bases, ns):
        super().__init__(name, bases, ns)
        for k, v in ns.items():
            if callable(v) and not k.startswith("__"):
                setattr(cls, k, synchronized(v))
        original = cls.__init__

        def __init__(self, *a, **kw):
            self.__lock__ = threading.RLock()
            original(self, *a, **kw)
        cls.__init__ = __init__


class Buffer(metaclass=SynchronizedMeta):
    def __init__(self, capacity):
        self.capacity = capacity
        self.data = []

    def put(self, x):
        while len(self.data) >= self.capacity:
            time.sleep(0.01)
        self.data.append(x)

    def get(self):
        while not self.data:
            time.sleep(0.01)
        return self.data.pop(0)
