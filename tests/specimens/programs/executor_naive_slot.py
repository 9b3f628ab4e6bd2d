import random
import concurrent.futures

SENTINEL = object()


class Pipeline:
    def __init__(self):
        self.message = 0

    def get_message(self, name):
        message = self.message
        return message

    def set_message(self, message, name):
        self.message = message


def producer(pipeline):
    for index in range(10):
        message = random.randint(1, 101)
        print("Producer got message:", message)
        pipeline.set_message(message, "Producer")
    pipeline.set_message(SENTINEL, "Producer")


def consumer(pipeline):
    message = 0
    while message is not SENTINEL:
        message = pipeline.get_message("Consumer")
        if message is not SENTINEL:
            print("Consumer storing message:", message)


if __name__ == "__main__":
    pipeline = Pipeline()
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as executor:
        executor.submit(producer, pipeline)
        executor.submit(consumer, pipeline)
