import time


class Pipeline:
    def __init__(self, capacity):
        self.capacity = capacity
        self.items = []
        self.count = 0
        self.interested = [False, False]
        self.turn = 0

    def enter(self, me):
        other = 1 - me
        self.interested[me] = True
        self.turn = other
        while self.interested[other] and self.turn == other:
            time.sleep(0)

    def leave(self, me):
        self.interested[me] = False

    def set_message(self, message):
        while True:
            self.enter(0)
            if self.count < self.capacity:
                self.items.append(message)
                self.count += 1
                self.leave(0)
                return
            self.leave(0)

    def get_message(self):
        while True:
            self.enter(1)
            if self.count > 0:
                self.count -= 1
                message = self.items.pop(0)
                self.leave(1)
                return message
            self.leave(1)
