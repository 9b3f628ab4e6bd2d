import threading
import time


class Pipeline:
    """full.locked() means: there is a message."""

    def __init__(self, capacity):
        self.full = threading.Lock()
        self.message = None

    def set_message(self, message):
        while self.full.locked():
            time.sleep(0)
        self.message = message
        self.full.acquire()

    def get_message(self):
        while not self.full.locked():
            time.sleep(0)
        message = self.message
        self.full.release()
        return message
