import threading


class Pipeline:
    def __init__(self, capacity):
        self.slot = None
        self.gates = {"in": threading.Lock(), "out": threading.Lock()}
        self.gates["out"].acquire()

    def send(self, value):
        self.gates["in"].acquire()
        self.slot = value
        self.gates["out"].release()

    def receive(self):
        self.gates["out"].acquire()
        value = self.slot
        self.slot = None
        self.gates["out"].release()
        return value
