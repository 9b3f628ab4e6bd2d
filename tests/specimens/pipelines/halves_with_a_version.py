import time


class Pipeline:
    def __init__(self):
        self.high = self.low = 0
        self.version = 0
        self.taken = 0

    def put(self, number):
        while self.taken != self.version:
            time.sleep(0)
        self.version += 1
        self.high, self.low = divmod(number, 4)
        self.version += 1

    def get(self):
        while True:
            version = self.version
            if version == self.taken or version % 2:
                time.sleep(0)
                continue
            number = self.high * 4 + self.low
            if version == self.version:
                self.taken = version
                return number
