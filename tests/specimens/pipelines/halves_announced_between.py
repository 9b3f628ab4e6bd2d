import time


class Pipeline:
    def __init__(self):
        self.high = self.low = 0
        self.ready = False

    def put(self, number):
        while self.ready:
            time.sleep(0)
        self.low = number * 2
        self.ready = True
        self.high = number * 3

    def get(self):
        while not self.ready:
            time.sleep(0)
        number = self.high - self.low
        self.ready = False
        return number
