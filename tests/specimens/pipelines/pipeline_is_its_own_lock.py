import threading


class Pipeline:
    def __init__(self, capacity):
        self.capacity = capacity
        self.cond = threading.Condition()
        self.items = []

    def __enter__(self):
        self.cond.acquire()
        return self

    def __exit__(self, *exc_info):
        self.cond.notify_all()
        self.cond.release()

    def __len__(self):
        return len(self.items)

    def send(self, value):
        with self as pipe:
            while len(pipe) >= self.capacity:
                self.cond.wait()
            self.items.append(value)

    def recv(self):
        with self:
            while not self:
                self.cond.wait()
            return self.items.pop(0)
