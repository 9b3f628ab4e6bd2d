"""The two Semaphores have each other's starting value: get pops from an empty deque (crash)."""
import random
import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor

FINISH = 'THE END'

producer_pipeline: list[int | str] = []
consumer_pipeline: list[int | str] = []


class Pipeline:
    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.messages: deque[int | str] = deque()
        self.free = threading.Semaphore(0)
        self.filled = threading.Semaphore(capacity)

    def set_message(self, message: int | str) -> None:
        self.free.acquire()
        self.messages.append(message)
        self.filled.release()

    def get_message(self) -> int | str:
        self.filled.acquire()
        message = self.messages.popleft()
        self.free.release()
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
