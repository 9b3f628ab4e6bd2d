"""The count lives on the class and is changed without a lock: `+=` and `-=` lose updates of one another (livelock, crash, capacity)."""
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

FINISH = 'THE END'

producer_pipeline: list[int | str] = []
consumer_pipeline: list[int | str] = []


class Pipeline:
    count = 0

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.messages: list[int | str] = []
        self.lock = threading.Lock()

    def set_message(self, message: int | str) -> None:
        while Pipeline.count >= self.capacity:
            time.sleep(0)
        with self.lock:
            self.messages.append(message)
        Pipeline.count += 1

    def get_message(self) -> int | str:
        while Pipeline.count == 0:
            time.sleep(0)
        with self.lock:
            message = self.messages.pop(0)
        Pipeline.count -= 1
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
