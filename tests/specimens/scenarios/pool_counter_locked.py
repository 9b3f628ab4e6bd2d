import threading
from concurrent.futures import ThreadPoolExecutor


class Counter:
    def __init__(self):
        self._lock = threading.Lock()
        self.value = 0

    def increment(self):
        with self._lock:
            self.value += 1


def scenario():
    counter = Counter()
    with ThreadPoolExecutor(max_workers=3) as pool:
        for _ in range(3):
            pool.submit(counter.increment)
    assert counter.value == 3
