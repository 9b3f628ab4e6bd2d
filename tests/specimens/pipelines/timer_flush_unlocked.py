import queue
import threading


class BatchingSender:
    def __init__(self):
        self.batch = []
        self.timer = None
        self.out = queue.Queue()

    def send(self, message):
        self.batch.append(message)
        if self.timer is None:
            self.timer = threading.Timer(0.05, self._flush)
            self.timer.start()

    def _flush(self):
        for message in list(self.batch):
            self.out.put(message)
        self.batch.clear()
        self.timer = None

    def receive(self):
        return self.out.get()
