from queue import Queue
from threading import Thread
import random
import time

SENTINEL = 'STOP'


class Producer(Thread):
    def __init__(self, queue, count):
        super().__init__()
        self.queue = queue
        self.count = count

    def run(self):
        for _ in range(self.count):
            self.queue.put(random.randint(0, 3))
            time.sleep(random.uniform(0, 0.002))


class Consumer(Thread):
    def __init__(self, queue, number):
        Thread.__init__(self, name=f"consumer-{number}")
        self.queue = queue
        self.total = 0

    def run(self):
        while True:
            item = self.queue.get()
            if item == SENTINEL:
                break
            self.total += 1


def main():
    queue = Queue(maxsize=2)
    producers = [Producer(queue, 3), Producer(queue, 3)]
    consumers = [Consumer(queue, 1), Consumer(queue, 2)]
    for thread in producers + consumers:
        thread.start()
    for producer in producers:
        producer.join()
    for _ in consumers:
        queue.put(SENTINEL)
    for consumer in consumers:
        consumer.join()
    assert sum(c.total for c in consumers) == 6


if __name__ == "__main__":
    main()
