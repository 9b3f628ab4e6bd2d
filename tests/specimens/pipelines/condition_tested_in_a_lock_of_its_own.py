import threading


class Pipeline:
    def __init__(self, capacity):
        self.capacity = capacity
        self.items = []
        self.cond = threading.Condition()

    def wait_until(self, predicate):
        with self.cond:
            self.cond.wait_for(predicate)

    def set_message(self, message):
        self.wait_until(lambda: len(self.items) < self.capacity)
        with self.cond:
            self.items.append(message)
            self.cond.notify_all()

    def get_message(self):
        self.wait_until(lambda: len(self.items) > 0)
        with self.cond:
            message = self.items.pop(0)
            self.cond.notify_all()
            return message
