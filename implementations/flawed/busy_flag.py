"""A plain flag in place of a lock: both threads see it down, and an update of the counter is lost (crash, livelock or capacity)."""
import random
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
        self.busy = False

    def enter(self) -> None:
        while self.busy:
            time.sleep(0)
        self.busy = True

    def leave(self) -> None:
        self.busy = False

    def set_message(self, message: int | str) -> None:
        while self.count >= self.capacity:
            time.sleep(0)
        self.enter()
        self.messages.append(message)
        self.count += 1
        self.leave()

    def get_message(self) -> int | str:
        while self.count == 0:
            time.sleep(0)
        self.enter()
        message = self.messages.pop(0)
        self.count -= 1
        self.leave()
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
