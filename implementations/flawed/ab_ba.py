"""The two roles take the same two locks in opposite orders (deadlock)."""
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
        self.free = capacity
        self.free_lock = threading.Lock()
        self.messages_lock = threading.Lock()

    def set_message(self, message: int | str) -> None:
        while True:
            with self.free_lock:
                if self.free > 0:
                    with self.messages_lock:
                        self.messages.append(message)
                    self.free -= 1
                    return
            time.sleep(0.001)

    def get_message(self) -> int | str:
        while True:
            with self.messages_lock:
                if self.messages:
                    with self.free_lock:
                        self.free += 1
                    return self.messages.pop(0)
            time.sleep(0.001)


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
