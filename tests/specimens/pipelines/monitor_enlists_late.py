import threading


class Monitor:
    def __init__(self):
        self.mutex = threading.Lock()
        self.waiting = []

    def wait(self):
        self.mutex.release()
        gate = threading.Lock()
        gate.acquire()
        self.waiting.append(gate)
        gate.acquire()
        self.mutex.acquire()

    def wake_all(self):
        waiting, self.waiting = self.waiting, []
        for gate in waiting:
            gate.release()


class Pipeline:
    def __init__(self, capacity):
        self.capacity = capacity
        self.monitor = Monitor()
        self.items = []

    def set_message(self, message):
        self.monitor.mutex.acquire()
        while len(self.items) == self.capacity:
            self.monitor.wait()
        self.items.append(message)
        self.monitor.wake_all()
        self.monitor.mutex.release()

    def get_message(self):
        self.monitor.mutex.acquire()
        while not self.items:
            self.monitor.wait()
        message = self.items.pop(0)
        self.monitor.wake_all()
        self.monitor.mutex.release()
        return message
