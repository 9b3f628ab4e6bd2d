import time
from collections import deque


class Pipeline:
    def __init__(self, capacity):
        self.messages = deque(maxlen=capacity)

    def set_message(self, message):
        self.messages.append(message)

    def get_message(self):
        while True:
            try:
                return self.messages.popleft()
            except IndexError:
                time.sleep(0)
