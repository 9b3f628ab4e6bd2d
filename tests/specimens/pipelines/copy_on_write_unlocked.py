import time


class Pipeline:
    def __init__(self, capacity):
        self.capacity = capacity
        self.items = []

    def set_message(self, message):
        while len(self.items) >= self.capacity:
            time.sleep(0)
        self.items = [*self.items, message]

    def get_message(self):
        while not self.items:
            time.sleep(0)
        message, self.items = self.items[0], self.items[1:]
        return message
