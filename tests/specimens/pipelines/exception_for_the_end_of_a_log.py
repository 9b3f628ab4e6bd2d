import threading
import time


class Pipeline:
    def __init__(self, capacity):
        self.capacity = capacity
        self.lock = threading.Lock()
        self.items = []
        self.done = []

    def set_message(self, message):
        while True:
            with self.lock:
                if len(self.items) - len(self.done) < self.capacity:
                    self.items.append(message)
                    return
            time.sleep(0)

    def get_message(self):
        while True:
            try:
                message = self.items[len(self.done)]
            except IndexError:
                time.sleep(0)
            else:
                self.done.append(message)
                return message
