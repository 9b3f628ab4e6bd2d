import threading
from collections import deque
import time


class RingBuffer:
    def __init__(self):
        self.data = deque(maxlen=2)
        self.lock = threading.Lock()

    def enqueue(self, x):
        with self.lock:
            self.data.append(x)

    def dequeue(self):
        while True:
            with self.lock:
                if self.data:
                    return self.data.popleft()
            time.sleep(0.001)


ring = RingBuffer()
NUM = 4


def prod():
    for i in range(NUM):
        ring.enqueue(i)


def cons():
    for i in range(NUM):
        print("dequeued", ring.dequeue())


if __name__ == "__main__":
    tp = threading.Thread(target=prod)
    tc = threading.Thread(target=cons)
    tp.start()
    tc.start()
    tp.join()
    tc.join()
