import threading


class Pipeline:
    def __init__(self):
        self._value = None
        self._empty = threading.Semaphore(1)
        self._full = threading.Semaphore(0)

    @property
    def value(self):
        self._full.acquire()
        value = self._value
        self._empty.release()
        return value

    @value.setter
    def value(self, value):
        self._empty.acquire()
        self._value = value
        self._full.release()

    def set_value(self, value):
        self.value = value

    def get_value(self):
        return self.value
