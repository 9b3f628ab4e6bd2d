import queue
import time


class Pipeline:
    def __init__(self, capacity):
        self.q = queue.Queue(capacity)

    def enqueue(self, item):
        while self.q.full():
            time.sleep(0.01)
        self.q.put_nowait(item)

    def dequeue(self):
        while self.q.empty():
            time.sleep(0.01)
        return self.q.get_nowait()
