import threading
import time


class Pipeline:
    def __init__(self):
        self.local = threading.local()

    def _items(self):
        if not hasattr(self.local, "items"):
            self.local.items = []
        return self.local.items

    def set_message(self, message):
        self._items().append(message)

    def get_message(self):
        while not self._items():
            time.sleep(0)
        return self._items().pop(0)
