import queue


class Pipeline:
    def __init__(self, capacity):
        self.cells = [None] * capacity
        self.free = queue.Queue()
        self.filled = queue.Queue()
        for number in range(capacity):
            self.free.put(number)

    def set_message(self, message):
        number = self.free.get()
        self.cells[number] = message
        self.filled.put(number)

    def get_message(self):
        number = self.filled.get()
        message = self.cells[number]
        self.cells[number] = None
        self.free.put(number)
        return message
