import threading


class Pipeline:
    def __init__(self, capacity):
        self.capacity = capacity
        self.mutex = threading.Lock()
        self.buffer = []

    def produce(self, item):
        placed = False
        while not placed:
            if self.mutex.acquire(False):
                try:
                    if len(self.buffer) < self.capacity:
                        self.buffer.append(item)
                        placed = True
                finally:
                    self.mutex.release()

    def consume(self):
        while True:
            if not self.mutex.acquire(False):
                continue
            try:
                if self.buffer:
                    return self.buffer.pop(0)
            finally:
                self.mutex.release()
