import time
from concurrent.futures import Future


class Pipeline:
    def __init__(self):
        self.promise = Future()

    def set_message(self, message):
        while self.promise.done():
            time.sleep(0)
        self.promise.set_result(message)

    def get_message(self):
        message = self.promise.result()
        self.promise = Future()
        return message
