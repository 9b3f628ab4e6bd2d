import threading
from enum import Enum


class State(Enum):
    EMPTY = 0
    FULL = 1


class Pipeline:
    def __init__(self, capacity):
        self.state = State.EMPTY
        self.message = None
        self.changed = threading.Condition()

    def set_message(self, message):
        with self.changed:
            while True:
                match self.state:
                    case State.EMPTY:
                        self.message, self.state = message, State.FULL
                        self.changed.notify_all()
                        return
                    case State.FULL:
                        self.changed.wait()

    def get_message(self):
        with self.changed:
            while True:
                match self.state:
                    case State.FULL:
                        self.state = State.EMPTY
                        self.changed.notify_all()
                        return self.message
                    case _:
                        self.changed.wait()
