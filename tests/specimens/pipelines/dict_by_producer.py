import time


class Pipeline:
    def __init__(self):
        self.boxes = {}

    def set_message(self, message, name):
        while name in self.boxes:
            time.sleep(0)
        self.boxes[name] = message

    def get_message(self):
        while True:
            for name in self.boxes:
                return self.boxes.pop(name)
            time.sleep(0)
