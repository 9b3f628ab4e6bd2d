import threading


class Pipeline:
    def __init__(self, size):
        self.size = size
        self.ring = [None] * size
        self.head = 0
        self.tail = 0
        self.changed = threading.Condition()

    def put(self, item):
        with self.changed:
            while self.tail - self.head == self.size:
                self.changed.wait()
            self.ring[self.tail & (self.size - 1)] = item
            self.tail += 1
            self.changed.notify_all()

    def get(self):
        with self.changed:
            while self.tail == self.head:
                self.changed.wait()
            item = self.ring[self.head & (self.size - 1)]
            self.head += 1
            self.changed.notify_all()
            return item
