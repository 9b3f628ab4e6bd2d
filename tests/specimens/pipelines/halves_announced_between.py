import time


class Pipeline:
    def __init__(self):
        self.high = self.low = 0
        self.ready = False

    def put(self, number):
        while self.ready:
            time.sleep(0)
        self.low = number % 4
        self.ready = True
        self.high = number // 4

    def get(self):
        while not self.ready:
            time.sleep(0)
        number = self.high * 4 + self.low
        self.ready = False
        return number
