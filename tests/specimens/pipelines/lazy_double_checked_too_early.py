import threading


class Pipeline:
    def __init__(self, capacity):
        self.capacity = capacity
        self.guard = threading.Lock()
        self.ready = False

    def prepare(self):
        if not self.ready:
            with self.guard:
                if not self.ready:
                    self.ready = True
                    self.items = []
                    self.cond = threading.Condition()

    def set_message(self, message):
        self.prepare()
        with self.cond:
            while len(self.items) >= self.capacity:
                self.cond.wait()
            self.items.append(message)
            self.cond.notify_all()

    def get_message(self):
        self.prepare()
        with self.cond:
            while not self.items:
                self.cond.wait()
            message = self.items.pop(0)
            self.cond.notify_all()
            return message
