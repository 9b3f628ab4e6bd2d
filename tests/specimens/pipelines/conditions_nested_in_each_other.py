import threading


class Pipeline:
    def __init__(self, capacity):
        self.capacity = capacity
        self.items = []
        self.filled = threading.Condition()
        self.emptied = threading.Condition()

    def set_message(self, message):
        with self.emptied:
            while len(self.items) >= self.capacity:
                self.emptied.wait()
            self.items.append(message)
            with self.filled:
                self.filled.notify()

    def get_message(self):
        with self.filled:
            while not self.items:
                self.filled.wait()
            message = self.items.pop(0)
            with self.emptied:
                self.emptied.notify()
            return message
