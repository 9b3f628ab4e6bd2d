"""Two Events take turns over one slot. Correct for one producer and one consumer, and for no more.

Each Event has one thread that waits for it and clears it, and one that sets it, and it is set only when the other side is done with the slot: so no set is
ever wiped out by a clear. With two producers both can pass `empty.wait()` before either clears it, and one message overwrites the other; two consumers pass
`full.wait()` together in the same way, take one message twice, and may leave a partner waiting for ever.
"""
import random
import threading
from concurrent.futures import ThreadPoolExecutor

FINISH = 'THE END'

producer_pipeline: list[int | str] = []
consumer_pipeline: list[int | str | None] = []


class Pipeline:
    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.message: int | str | None = None
        self.empty = threading.Event()
        self.empty.set()
        self.full = threading.Event()

    def set_message(self, message: int | str) -> None:
        self.empty.wait()
        self.empty.clear()  # before the consumer is told: after that it may be set again at any moment
        self.message = message
        self.full.set()

    def get_message(self) -> int | str | None:
        self.full.wait()
        self.full.clear()
        message = self.message
        self.empty.set()
        return message


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
