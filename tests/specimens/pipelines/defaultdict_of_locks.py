import threading
import time
from collections import defaultdict, deque


class TopicStore:
    def __init__(self):
        self.locks = defaultdict(threading.Lock)
        self.topics = defaultdict(deque)

    def put(self, message, topic="main"):
        with self.locks[topic]:
            self.topics[topic].append(message)

    def get(self, topic="main"):
        while True:
            with self.locks[topic]:
                if self.topics[topic]:
                    return self.topics[topic].popleft()
            time.sleep(0.01)
