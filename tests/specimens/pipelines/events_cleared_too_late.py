import threading


class Pipeline:
    def __init__(self, capacity):
        self.can_write = threading.Event()
        self.can_read = threading.Event()
        self.can_write.set()
        self.data = None

    def write(self, data):
        self.can_write.wait()
        self.can_write.clear()
        self.data = data
        self.can_read.set()

    def read(self):
        self.can_read.wait()
        data = self.data
        self.can_write.set()
        self.can_read.clear()
        return data
