import queue
import threading


class Pipeline:
    def __init__(self, capacity):
        self._queue = queue.Queue(capacity)
        self._lock = threading.Lock()
        self._stream = self._drain()

    def _drain(self):
        while True:
            yield self._queue.get()

    def produce(self, item):
        self._queue.put(item)

    def consume(self):
        with self._lock:
            return next(self._stream)
