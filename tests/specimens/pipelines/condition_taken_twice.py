import threading


class Pipeline:
    def __init__(self, capacity):
        self.capacity = capacity
        self.items = []
        self.cond = threading.Condition()

    def wait_until(self, predicate):
        with self.cond:
            while not predicate():
                self.cond.wait()

    def set_message(self, message):
        with self.cond:
            self.wait_until(lambda: len(self.items) < self.capacity)
            self.items.append(message)
            self.cond.notify_all()

    def get_message(self):
        with self.cond:
            self.wait_until(lambda: self.items)
            message = self.items.pop(0)
            self.cond.notify_all()
            return message
