import random
import threading
import concurrent.futures

LAST_MSG = "LAST_MSG"


class Pipeline:
    def __init__(self):
        self.message = None
        self.prod = threading.Lock()
        self.cons = threading.Lock()
        self.cons.acquire()

    def set_message(self, message, name):
        self.prod.acquire()
        self.message = message
        self.cons.release()

    def get_message(self, name):
        self.cons.acquire()
        message = self.message
        self.prod.release()
        return message


producer_pipeline = []
consumer_pipeline = []


def producer(pipeline):
    for index in range(5):
        message = random.randint(1, 100)
        producer_pipeline.append(message)
        pipeline.set_message(message, "Producer")
    pipeline.set_message(LAST_MSG)


def consumer(pipeline):
    message = 0
    while message != LAST_MSG:
        message = pipeline.get_message("Consumer")
        if message != LAST_MSG:
            consumer_pipeline.append(message)


if __name__ == "__main__":
    pipeline = Pipeline()
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as ex:
        ex.submit(producer, pipeline)
        ex.submit(consumer, pipeline)
    print(f"producer: {producer_pipeline}")
    print(f"consumer: {consumer_pipeline}")
