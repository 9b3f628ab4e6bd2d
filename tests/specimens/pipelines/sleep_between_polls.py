import threading
from time import sleep


class Pipeline:
    def __init__(self, capacity):
        self.capacity = capacity
        self.lock = threading.Lock()
        self.list = []

    def set_message(self, message):
        self.lock.acquire()
        while len(self.list) >= self.capacity:
            self.lock.release()
            sleep(0.05)
            self.lock.acquire()
        self.list.append(message)
        self.lock.release()

    def get_message(self):
        self.lock.acquire()
        while len(self.list) == 0:
            self.lock.release()
            sleep(0.05)
            self.lock.acquire()
        message = self.list.pop(0)
        self.lock.release()
        return message
