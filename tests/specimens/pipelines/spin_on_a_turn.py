import time


class Pipeline:
    def __init__(self, capacity):
        self.turn = "producer"
        self.message = None

    def set_message(self, message):
        while self.turn != "producer":
            time.sleep(0)
        self.message = message
        self.turn = "consumer"

    def get_message(self):
        while self.turn != "consumer":
            time.sleep(0)
        message = self.message
        self.turn = "producer"
        return message
