"""Whether the timed wait succeeded is never asked: after a timeout the slot is read or written all the same (loss, duplication, corruption)."""
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
        self.full = False
        self.condition = threading.Condition()

    def set_message(self, message: int | str) -> None:
        with self.condition:
            self.condition.wait_for(lambda: not self.full, timeout=1)
            self.message = message
            self.full = True
            self.condition.notify_all()

    def get_message(self) -> int | str | None:
        with self.condition:
            self.condition.wait_for(lambda: self.full, timeout=1)
            self.full = False
            self.condition.notify_all()
            return self.message


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
