"""queue.Queue already waits, bounds and keeps the order; the pipeline only renames it. Correct for any number of threads.

The file is not called queue.py: run as a script it would then be what `import queue` finds.
"""
import queue
import random
from concurrent.futures import ThreadPoolExecutor

FINISH = 'THE END'

producer_pipeline: list[int | str] = []
consumer_pipeline: list[int | str] = []


class Pipeline:
    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.queue: queue.Queue[int | str] = queue.Queue(maxsize=capacity)

    def set_message(self, message: int | str) -> None:
        self.queue.put(message)

    def get_message(self) -> int | str:
        return self.queue.get()


def producer(pipeline: Pipeline) -> None:
    for _ in range(pipeline.capacity):
        message = random.randint(1, 100)
        print(f'producing message of {message}')
        producer_pipeline.append(message)
        pipeline.set_message(message)
    pipeline.set_message(FINISH)


def consumer(pipeline: Pipeline) -> None:
    message = pipeline.get_message()
    while message != FINISH:
        print(f'consuming message of {message}')
        consumer_pipeline.append(message)
        message = pipeline.get_message()


if __name__ == '__main__':
    pipeline = Pipeline(10)
    with ThreadPoolExecutor(max_workers=2) as executor:
        executor.submit(producer, pipeline)
        executor.submit(consumer, pipeline)
    print(f'producer: {producer_pipeline}')
    print(f'consumer: {consumer_pipeline}')
