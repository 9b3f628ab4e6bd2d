import time
from enum import Enum, auto


class State(Enum):
    EMPTY = auto()
    FULL = auto()


class Pipeline:
    def __init__(self, capacity):
        self.state = State.EMPTY
        self.message = None

    def set_message(self, message):
        while True:
            match self.state:
                case State.EMPTY:
                    self.message = message
                    self.state = State.FULL
                    return
                case _:
                    time.sleep(0)

    def get_message(self):
        while True:
            if self.state is State.FULL:
                message = self.message
                self.state = State.EMPTY
                return message
            time.sleep(0)
