"""Every message travels in the same dict, and the next put writes into it while it still waits (loss, duplication)."""
import queue
import random
from concurrent.futures import ThreadPoolExecutor

FINISH = 'THE END'

producer_pipeline: list[int | str] = []
consumer_pipeline: list[int | str] = []


class Pipeline:
    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.envelope: dict[str, int | str] = {}
        self.queue: queue.Queue[dict[str, int | str]] = queue.Queue(capacity)

    def set_message(self, message: int | str) -> None:
        self.envelope['message'] = message
        self.queue.put(self.envelope)

    def get_message(self) -> int | str:
        return self.queue.get()['message']


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
