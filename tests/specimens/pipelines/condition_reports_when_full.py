import threading


class Pipeline:
    def __init__(self, capacity):
        self.capacity = capacity
        self.items = []
        self.lock = threading.Lock()
        self.cond = threading.Condition(self.lock)

    def report(self):
        with self.lock:
            print(len(self.items), "waiting")

    def set_message(self, message):
        with self.cond:
            while len(self.items) >= self.capacity:
                self.report()
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
