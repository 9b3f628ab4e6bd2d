import time


class Pipeline:
    def __init__(self, capacity):
        self.box = {}

    def put(self, value):
        while "message" in self.box:
            time.sleep(0)
        self.box["message"] = value

    def get(self):
        while "message" not in self.box:
            time.sleep(0)
        return self.box.pop("message")
