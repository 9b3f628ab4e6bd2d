import heapq
import threading


class Pipeline:
    def __init__(self, capacity):
        self.room = threading.Semaphore(capacity)
        self.stock = threading.Semaphore(0)
        self.lock = threading.Lock()
        self.heap = []
        self.serial = 0

    def produce(self, item):
        self.room.acquire()
        with self.lock:
            self.serial -= 1
            heapq.heappush(self.heap, (self.serial, item))
        self.stock.release()

    def consume(self):
        self.stock.acquire()
        with self.lock:
            item = heapq.heappop(self.heap)[1]
        self.room.release()
        return item
