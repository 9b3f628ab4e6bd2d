import time


class Pipeline:
    def __init__(self, capacity):
        self.cells = [None] * capacity
        self.written = 0
        self.taken = 0

    def set_message(self, message):
        while self.written - self.taken == len(self.cells):
            time.sleep(0)
        self.cells[self.written % len(self.cells)] = message
        self.written += 1

    def get_message(self):
        while self.written == self.taken:
            time.sleep(0)
        message = self.cells[self.taken % len(self.cells)]
        self.taken += 1
        return message
