"""The lesson's first attempt: producer and consumer share one variable, and neither waits for the other.

The producer is done before the consumer has begun, so everything is produced and one thing, the last, is consumed.
"""
import random
import time
from concurrent.futures import ThreadPoolExecutor

FINISH = 'THE END'

producer_pipeline: list[int | str] = []
consumer_pipeline: list[int | str | None] = []


class Pipeline:
    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.message: int | str | None = None

    def set_message(self, message: int | str) -> None:
        print(f'producing message of {message}')
        producer_pipeline.append(message)
        self.message = message

    def get_message(self) -> int | str | None:
        message = self.message
        print(f'consuming message of {message}')
        consumer_pipeline.append(message)
        return message


def producer(pipeline: Pipeline) -> None:
    for _ in range(pipeline.capacity):
        message = random.randint(1, 100)
        pipeline.set_message(message)
    pipeline.set_message(FINISH)


def consumer(pipeline: Pipeline) -> None:
    message: int | str | None = None
    while message != FINISH:
        time.sleep(random.random())  # consuming takes a while
        message = pipeline.get_message()


if __name__ == '__main__':
    pipeline = Pipeline(10)
    with ThreadPoolExecutor(max_workers=2) as executor:
        executor.submit(producer, pipeline)
        executor.submit(consumer, pipeline)
    print(f'producer: {producer_pipeline}')
    print(f'consumer: {consumer_pipeline}')
