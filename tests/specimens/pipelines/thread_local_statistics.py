import threading


class Statistics(threading.local):
    calls = 0


class Pipeline:
    def __init__(self, capacity):
        self.capacity = capacity
        self.statistics = Statistics()
        self.buffer = []
        self.cond = threading.Condition()

    def set_message(self, message):
        self.statistics.calls += 1
        with self.cond:
            while len(self.buffer) >= self.capacity:
                self.cond.wait()
            self.buffer.append(message)
            self.cond.notify_all()

    def get_message(self):
        self.statistics.calls += 1
        with self.cond:
            while not self.buffer:
                self.cond.wait()
            self.cond.notify_all()
            return self.buffer.pop(0)
