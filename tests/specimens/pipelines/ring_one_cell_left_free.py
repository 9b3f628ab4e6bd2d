import threading


class Pipeline:
    def __init__(self, capacity):
        self.ring = [None] * capacity
        self.head = self.tail = 0
        self.cond = threading.Condition()

    def set_message(self, message):
        with self.cond:
            after = (self.tail + 1) % len(self.ring)
            while after == self.head:
                self.cond.wait()
                after = (self.tail + 1) % len(self.ring)
            self.ring[self.tail] = message
            self.tail = after
            self.cond.notify_all()

    def get_message(self):
        with self.cond:
            while self.head == self.tail:
                self.cond.wait()
            message = self.ring[self.head]
            self.head = (self.head + 1) % len(self.ring)
            self.cond.notify_all()
            return message
