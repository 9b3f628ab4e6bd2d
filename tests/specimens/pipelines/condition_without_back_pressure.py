import threading


class Pipeline:
    def __init__(self):
        self.cond = threading.Condition()
        self.slot = None
        self.version = 0
        self.seen = 0

    def publish(self, value):
        with self.cond:
            self.slot = value
            self.version += 1
            self.cond.notify_all()

    def fetch(self):
        with self.cond:
            self.cond.wait_for(lambda: self.seen < self.version)
            self.seen = self.version
            return self.slot
