"""The list is tested under the lock and changed under it, but the lock is let go in between (crash or capacity with two of each)."""
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

FINISH = 'THE END'

producer_pipeline: list[int | str] = []
consumer_pipeline: list[int | str] = []


class Pipeline:
    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.messages: list[int | str] = []
        self.lock = threading.Lock()

    def has_room(self) -> bool:
        with self.lock:
            return len(self.messages) < self.capacity

    def has_message(self) -> bool:
        with self.lock:
            return len(self.messages) > 0

    def set_message(self, message: int | str) -> None:
        while not self.has_room():
            time.sleep(0.001)
        with self.lock:
            self.messages.append(message)

    def get_message(self) -> int | str:
        while not self.has_message():
            time.sleep(0.001)
        with self.lock:
            return self.messages.pop(0)


def producer(pipeline: Pipeline) -> None:
    for _ in range(pipeline.capacity):
        message = random.randint(1, 100)
        producer_pipeline.append(message)
        pipeline.set_message(message)
    pipeline.set_message(FINISH)


def consumer(pipeline: Pipeline) -> None:
    message = pipeline.get_message()
    while message != FINISH:
        consumer_pipeline.append(message)
        message = pipeline.get_message()


if __name__ == '__main__':
    pipeline = Pipeline(10)
    with ThreadPoolExecutor(max_workers=2) as executor:
        executor.submit(producer, pipeline)
        executor.submit(consumer, pipeline)
    print(f'producer: {producer_pipeline}')
    print(f'consumer: {consumer_pipeline}')
