"""One counter under two locks, one for each role: a lost update makes the list look longer or shorter than it is (livelock, crash)."""
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
        self.count = 0
        self.set_lock = threading.Lock()
        self.get_lock = threading.Lock()

    def set_message(self, message: int | str) -> None:
        with self.set_lock:
            while self.count >= self.capacity:
                time.sleep(0)
            self.messages.append(message)
            self.count += 1

    def get_message(self) -> int | str:
        with self.get_lock:
            while self.count == 0:
                time.sleep(0)
            message = self.messages.pop(0)
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
