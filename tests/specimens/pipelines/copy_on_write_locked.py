import threading
import time


class Pipeline:
    def __init__(self, capacity):
        self.capacity = capacity
        self.items = []
        self.writing = threading.Lock()

    def set_message(self, message):
        while True:
            with self.writing:
                if len(self.items) < self.capacity:
                    self.items = self.items + [message]
                    return
            time.sleep(0)

    def get_message(self):
        while True:
            with self.writing:
                if self.items:
                    message, *self.items = self.items
                    return message
            time.sleep(0)
