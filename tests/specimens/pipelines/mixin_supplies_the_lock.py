import threading


class Locked:
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.cond = threading.Condition()


class Bounded:
    def __init__(self, capacity):
        self.capacity = capacity
        self.items = []

    @property
    def is_full(self):
        return len(self.items) >= self.capacity


class Pipeline(Locked, Bounded):
    def set_message(self, message):
        with self.cond:
            while self.is_full:
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
