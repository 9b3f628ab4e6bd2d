import threading
from functools import partial


class Pipeline:
    def __init__(self, capacity):
        self.items = []
        self.cond = threading.Condition()
        self.when_room = partial(self._when, lambda: len(self.items) < capacity)
        self.when_filled = partial(self._when, lambda: len(self.items) > 0)

    def _when(self, predicate, action):
        with self.cond:
            self.cond.wait_for(predicate)
            result = action()
            self.cond.notify_all()
            return result

    def set_message(self, message):
        self.when_room(partial(self.items.append, message))

    def get_message(self):
        return self.when_filled(partial(self.items.pop, 0))
