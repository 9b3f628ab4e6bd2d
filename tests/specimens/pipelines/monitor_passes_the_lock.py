import threading
from collections import deque


class Pipeline:
    """Hoare's monitor: signal gives the mutex away and waits to get it back."""

    def __init__(self, capacity):
        self.capacity = capacity
        self.mutex = threading.Lock()
        self.urgent = deque()
        self.not_full = deque()
        self.not_empty = deque()
        self.items = deque()

    def _leave(self):
        if self.urgent:
            self.urgent.popleft().release()
        else:
            self.mutex.release()

    def _wait(self, line):
        gate = threading.Lock()
        gate.acquire()
        line.append(gate)
        self._leave()
        gate.acquire()

    def _signal(self, line):
        if line:
            gate = threading.Lock()
            gate.acquire()
            self.urgent.append(gate)
            line.popleft().release()
            gate.acquire()

    def enqueue(self, item):
        self.mutex.acquire()
        if len(self.items) == self.capacity:
            self._wait(self.not_full)
        self.items.append(item)
        self._signal(self.not_empty)
        self._leave()

    def dequeue(self):
        self.mutex.acquire()
        if not self.items:
            self._wait(self.not_empty)
        item = self.items.popleft()
        self._signal(self.not_full)
        self._leave()
        return item
