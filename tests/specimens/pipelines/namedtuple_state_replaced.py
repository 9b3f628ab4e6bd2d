import time
from collections import namedtuple

State = namedtuple("State", "items closed")


class Pipeline:
    def __init__(self, capacity):
        self.capacity = capacity
        self.state = State(items=(), closed=False)

    def set_message(self, message):
        while len(self.state.items) >= self.capacity:
            time.sleep(0)
        self.state = self.state._replace(items=self.state.items + (message,))

    def get_message(self):
        while not self.state.items:
            time.sleep(0)
        message = self.state.items[0]
        self.state = self.state._replace(items=self.state.items[1:])
        return message
