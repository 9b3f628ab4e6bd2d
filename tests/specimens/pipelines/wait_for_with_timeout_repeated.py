import threading


class Pipeline:
    def __init__(self, capacity):
        self.capacity = capacity
        self.items = []
        self.cond = threading.Condition()

    def set_message(self, message):
        with self.cond:
            while not self.cond.wait_for(lambda: len(self.items) < self.capacity, timeout=0.5):
                print("still full")
            self.items.append(message)
            self.cond.notify_all()

    def get_message(self):
        with self.cond:
            while not self.cond.wait_for(lambda: self.items, timeout=0.5):
                print("still empty")
            message = self.items.pop(0)
            self.cond.notify_all()
            return message
