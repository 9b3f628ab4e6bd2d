import threading
from collections import deque


class Monitor:
    def __init__(self):
        self.mutex = threading.Lock()
        self.waiting = deque()

    def __enter__(self):
        self.mutex.acquire()
        return self

    def __exit__(self, *exc_info):
        self.mutex.release()

    def wait(self):
        gate = threading.Lock()
        gate.acquire()
        self.waiting.append(gate)
        self.mutex.release()
        gate.acquire()
        self.mutex.acquire()

    def wake_all(self):
        while self.waiting:
            self.waiting.popleft().release()


class Pipeline:
    def __init__(self, capacity):
        self.capacity = capacity
        self.monitor = Monitor()
        self.items = []

    def set_message(self, message):
        with self.monitor as monitor:
            while len(self.items) == self.capacity:
                monitor.wait()
            self.items.append(message)
            monitor.wake_all()

    def get_message(self):
        with self.monitor as monitor:
            while not self.items:
                monitor.wait()
            message = self.items.pop(0)
            monitor.wake_all()
            return message
