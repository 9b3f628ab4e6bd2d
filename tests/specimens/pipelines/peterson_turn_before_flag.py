import time


class Pipeline:
    def __init__(self, capacity):
        self.capacity = capacity
        self.items = []
        self.count = 0
        self.wants = {"p": False, "c": False}
        self.turn = "p"

    def lock(self, me, other):
        self.turn = other
        self.wants[me] = True
        while self.wants[other] and self.turn == other:
            time.sleep(0)

    def unlock(self, me):
        self.wants[me] = False

    def set_message(self, message):
        while self.count >= self.capacity:
            time.sleep(0)
        self.lock("p", "c")
        self.items.append(message)
        self.count += 1
        self.unlock("p")

    def get_message(self):
        while self.count <= 0:
            time.sleep(0)
        self.lock("c", "p")
        message = self.items.pop(0)
        self.count -= 1
        self.unlock("c")
        return message
