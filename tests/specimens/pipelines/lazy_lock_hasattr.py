import threading


class Pipeline:
    def __init__(self, capacity):
        self.capacity = capacity
        self.items = []

    def _condition(self):
        if not hasattr(self, "cond"):
            self.cond = threading.Condition()
        return self.cond

    def set_message(self, message):
        with self._condition():
            while len(self.items) >= self.capacity:
                self._condition().wait()
            self.items.append(message)
            self._condition().notify_all()

    def get_message(self):
        with self._condition():
            while not self.items:
                self._condition().wait()
            message = self.items.pop(0)
            self._condition().notify_all()
            return message
