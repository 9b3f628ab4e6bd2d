import time


class Pipeline:
    count = 0
    messages = []

    def __init__(self, capacity):
        self.capacity = capacity

    def set_message(self, message):
        while self.count >= self.capacity:
            time.sleep(0)
        self.messages.append(message)
        self.count += 1

    def get_message(self):
        while Pipeline.count == 0:
            time.sleep(0)
        self.count -= 1
        return self.messages.pop(0)
