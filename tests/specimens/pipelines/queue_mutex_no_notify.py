import queue
import time


class Outbox:
    def __init__(self, maxsize=2):
        self.q = queue.Queue(maxsize)

    def put(self, item):
        self.q.put(item)

    def take(self):
        while True:
            with self.q.mutex:
                if self.q.queue:
                    return self.q.queue.popleft()
            time.sleep(0.05)
