import time


class Pipeline:
    def __init__(self, capacity):
        self.size = capacity
        self.cells = [None] * capacity
        self.written = 0
        self.taken = 0

    def set_message(self, message):
        while self.written - self.taken >= self.size:
            time.sleep(0)
        self.written += 1
        self.cells[(self.written - 1) % self.size] = message

    def get_message(self):
        while self.taken >= self.written:
            time.sleep(0)
        message = self.cells[self.taken % self.size]
        self.taken += 1
        return message
