import threading


class Pipeline:
    def __init__(self, capacity):
        self.cells = {n: None for n in range(capacity)}
        self.free = list(self.cells)
        self.filled = []
        self.cond = threading.Condition()

    def set_message(self, message):
        with self.cond:
            while not self.free:
                self.cond.wait()
            number = self.free.pop()
            self.cells[number] = message
            self.filled.append(number)
            self.cond.notify_all()

    def get_message(self):
        with self.cond:
            while not self.filled:
                self.cond.wait()
            number = self.filled.pop(0)
            self.free.append(number)
            self.cond.notify_all()
        return self.cells[number]
