import heapq
import itertools
import threading


class Pipeline:
    def __init__(self, capacity):
        self.capacity = capacity
        self.heap = []
        self.serial = itertools.count(1)
        self.cond = threading.Condition()

    def push(self, item):
        with self.cond:
            while len(self.heap) >= self.capacity:
                self.cond.wait()
            heapq.heappush(self.heap, (next(self.serial), item))
            self.cond.notify_all()

    def pop(self):
        with self.cond:
            while not self.heap:
                self.cond.wait()
            _, item = heapq.heappop(self.heap)
            self.cond.notify_all()
            return item
