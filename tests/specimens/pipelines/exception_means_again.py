import time


class Pipeline:
    def __init__(self):
        self.items = []

    def put(self, item):
        self.items.append(item)

    def get(self):
        while True:
            try:
                return self.items.pop(0)
            except:
                time.sleep(0)
