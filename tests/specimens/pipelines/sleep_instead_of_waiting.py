import time


class Pipeline:
    def __init__(self, capacity):
        self.message = None

    def set_message(self, message):
        self.message = message
        time.sleep(0.2)

    def get_message(self):
        time.sleep(0.1)
        message = self.message
        time.sleep(0.1)
        return message
