import threading


class Monitor:
    """Like C#: Enter, Exit, Wait, Pulse, PulseAll."""

    def __init__(self):
        self._c = threading.Condition(threading.RLock())

    def enter(self):
        self._c.acquire()

    def exit(self):
        self._c.release()

    def wait(self):
        self._c.wait()

    def pulse(self):
        self._c.notify()

    def pulse_all(self):
        self._c.notify_all()


class BoundedBuffer:
    def __init__(self, capacity):
        self.capacity = capacity
        self.monitor = Monitor()
        self.items = []

    def produce(self, x):
        self.monitor.enter()
        while len(self.items) == self.capacity:
            self.monitor.wait()
        self.items.append(x)
        self.monitor.pulse()
        self.monitor.exit()

    def consume(self):
        self.monitor.enter()
        while len(self.items) == 0:
            self.monitor.wait()
        x = self.items.pop(0)
        self.monitor.pulse()
        self.monitor.exit()
        return x
