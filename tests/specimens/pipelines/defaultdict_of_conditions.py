import threading
from collections import defaultdict, deque


class TopicStore:
    def __init__(self):
        self.conds = defaultdict(threading.Condition)
        self.messages = deque()

    def put(self, message, topic="main"):
        cond = self.conds[topic]
        with cond:
            self.messages.append(message)
            cond.notify()

    def get(self, topic="main"):
        cond = self.conds[topic]
        with cond:
            while not self.messages:
                cond.wait()
            return self.messages.popleft()
