import threading
import time
from collections import deque


class RateLimitedQueue:
    """At most `rate` puts a second."""

    def __init__(self, rate=5.0, burst=1):
        self.rate = rate
        self.burst = burst
        self.tokens = burst
        self.last = time.monotonic()
        self.lock = threading.Lock()
        self.items = deque()
        self.ready = threading.Semaphore(0)

    def _take_token(self):
        while True:
            with self.lock:
                now = time.monotonic()
                self.tokens = min(self.burst, self.tokens + (now - self.last) * self.rate)
                self.last = now
                if self.tokens >= 1:
                    self.tokens -= 1
                    return
                missing = (1 - self.tokens) / self.rate
            time.sleep(missing)

    def put(self, item):
        self._take_token()
        self.items.append(item)
        self.ready.release()

    def get(self):
        self.ready.acquire()
        return self.items.popleft()
