import queue
import threading
from collections import deque


class Pipeline(threading.Thread):
    def __init__(self, capacity):
        super().__init__(daemon=True)
        self.capacity = capacity
        self.requests = queue.SimpleQueue()
        self.start()

    def run(self):
        buffer, putters, getters = deque(), deque(), deque()
        while True:
            kind, value, reply = self.requests.get()
            if kind == "put":
                putters.append((value, reply))
            else:
                getters.append(reply)
            moved = True
            while moved:
                moved = False
                if putters and len(buffer) < self.capacity:
                    value, reply = putters.popleft()
                    buffer.append(value)
                    reply.put(True)
                    moved = True
                if getters and buffer:
                    getters.popleft().put(buffer.popleft())
                    moved = True

    def put(self, value):
        reply = queue.SimpleQueue()
        self.requests.put(("put", value, reply))
        reply.get()

    def get(self):
        reply = queue.SimpleQueue()
        self.requests.put(("get", None, reply))
        return reply.get()
