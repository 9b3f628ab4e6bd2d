import queue


class Pipeline:
    def __init__(self, capacity):
        self.line = queue.PriorityQueue(maxsize=capacity)
        self.number = 0

    def add(self, value):
        self.number += 1
        self.line.put((self.number, value))

    def take(self):
        return self.line.get()[1]
