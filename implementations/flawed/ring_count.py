"""A ring buffer whose count is changed from both sides without a lock: a lost update makes it look fuller or emptier (loss, duplication, livelock)."""
import random
import time
from concurrent.futures import ThreadPoolExecutor

FINISH = 'THE END'

producer_pipeline: list[int | str] = []
consumer_pipeline: list[int | str | None] = []


class Pipeline:
    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.ring: list[int | str | None] = [None] * capacity
        self.head = 0
        self.tail = 0
        self.count = 0

    def set_message(self, message: int | str) -> None:
        while self.count == self.capacity:
            time.sleep(0)
        self.ring[self.tail] = message
        self.tail = (self.tail + 1) % self.capacity
        self.count += 1

    def get_message(self) -> int | str | None:
        while self.count == 0:
            time.sleep(0)
        message = self.ring[self.head]
        self.head = (self.head + 1) % self.capacity
        self.count -= 1
        return message


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
