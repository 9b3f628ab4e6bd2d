import time


class Pipeline:
    def __init__(self):
        self.front = []
        self.back = []

    def put(self, value):
        self.back.append(value)

    def get(self):
        while not self.front:
            self.front, self.back = self.back, self.front
            time.sleep(0)
        return self.front.pop(0)
