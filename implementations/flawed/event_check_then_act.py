"""The Event is asked first and changed later: two threads of one role both see leave to go on (loss, duplication with two of each)."""
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

FINISH = 'THE END'

producer_pipeline: list[int | str] = []
consumer_pipeline: list[int | str | None] = []


class Pipeline:
    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.message: int | str | None = None
        self.full = threading.Event()

    def set_message(self, message: int | str) -> None:
        while self.full.is_set():
            time.sleep(0)
        self.message = message
        self.full.set()

    def get_message(self) -> int | str | None:
        while not self.full.is_set():
            time.sleep(0)
        message = self.message
        self.full.clear()
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
