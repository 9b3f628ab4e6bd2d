import heapq
import threading


class Pipeline:
    def __init__(self, capacity):
        self.capacity = capacity
        self.heap = []
        self.cond = threading.Condition()

    def set_message(self, message):
        with self.cond:
            while len(self.heap) >= self.capacity:
                self.cond.wait()
            heapq.heappush(self.heap, (len(self.heap), message))
            self.cond.notify_all()

    def get_message(self):
        with self.cond:
            while not self.heap:
                self.cond.wait()
            message = heapq.heappop(self.heap)[1]
            self.cond.notify_all()
            return message
