import time


class Pipeline:
    def __init__(self, capacity):
        self.box = {}

    def put(self, value):
        mine = [value]
        while self.box.setdefault("message", mine) is not mine:
            time.sleep(0)

    def get(self):
        while True:
            taken = self.box.pop("message", None)
            if taken is not None:
                return taken[0]
            time.sleep(0)
