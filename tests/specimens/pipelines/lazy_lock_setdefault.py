import threading


class Pipeline:
    def __init__(self, capacity):
        self.capacity = capacity
        self.items = []
        self.parts = {}

    @property
    def cond(self):
        return self.parts.setdefault("cond", threading.Condition())

    def set_message(self, message):
        with self.cond:
            while len(self.items) >= self.capacity:
                self.cond.wait()
            self.items.append(message)
            self.cond.notify_all()

    def get_message(self):
        with self.cond:
            while not self.items:
                self.cond.wait()
            message = self.items.pop(0)
            self.cond.notify_all()
            return message
