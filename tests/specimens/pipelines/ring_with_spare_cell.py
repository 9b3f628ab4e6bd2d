import threading


class Pipeline:
    def __init__(self, max_size=2):
        self.ring = [None] * (max_size + 1)
        self.head = self.tail = 0
        self.cond = threading.Condition(threading.Lock())

    def _after(self, index):
        return (index + 1) % len(self.ring)

    def insert(self, value):
        with self.cond:
            self.cond.wait_for(lambda: self._after(self.tail) != self.head)
            self.ring[self.tail] = value
            self.tail = self._after(self.tail)
            self.cond.notify_all()

    def remove(self):
        with self.cond:
            self.cond.wait_for(lambda: self.head != self.tail)
            value = self.ring[self.head]
            self.ring[self.head] = None
            self.head = self._after(self.head)
            self.cond.notify_all()
            return value
