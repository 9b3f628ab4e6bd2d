import itertools
import queue


class Pipeline:
    def __init__(self, capacity):
        self.line = queue.PriorityQueue(maxsize=capacity)
        self.numbers = itertools.count()

    def add(self, value):
        self.line.put((next(self.numbers), value))

    def take(self):
        number, value = self.line.get()
        return value
