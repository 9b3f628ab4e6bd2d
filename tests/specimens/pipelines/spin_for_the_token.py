import time


class Pipeline:
    def __init__(self, capacity):
        self.capacity = capacity
        self.token = ["token"]
        self.items = []
        self.count = 0

    def lock(self):
        while True:
            try:
                return self.token.pop()
            except IndexError:
                time.sleep(0)

    def unlock(self, token):
        self.token.append(token)

    def set_message(self, message):
        while True:
            token = self.lock()
            stored = self.count < self.capacity
            if stored:
                self.items.append(message)
                self.count += 1
            self.unlock(token)
            if stored:
                return

    def get_message(self):
        while True:
            token = self.lock()
            found = self.count > 0
            if found:
                message = self.items.pop(0)
                self.count -= 1
            self.unlock(token)
            if found:
                return message
