import threading
import time

lock = threading.Lock()
messages = []
waiting = 0


class Pipeline:
    def __init__(self, capacity):
        self.capacity = capacity

    def set_message(self, message):
        global waiting
        while waiting >= self.capacity:
            time.sleep(0)
        with lock:
            messages.append(message)
        waiting += 1

    def get_message(self):
        global waiting
        while waiting <= 0:
            time.sleep(0)
        with lock:
            message = messages.pop(0)
        waiting -= 1
        return message
