import time


class Pipeline:
    def __init__(self):
        self.log = []
        self.index = 0

    def append(self, message):
        self.log.append(message)

    def read(self):
        while self.index >= len(self.log):
            time.sleep(0)
        message = self.log[self.index]
        self.index += 1
        return message
