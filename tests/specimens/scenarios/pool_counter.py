from concurrent.futures import ThreadPoolExecutor


class Counter:
    def __init__(self):
        self.value = 0

    def increment(self):
        self.value += 1


def scenario():
    counter = Counter()
    with ThreadPoolExecutor(max_workers=2) as pool:
        for _ in range(2):
            pool.submit(counter.increment)
    assert counter.value == 2, f"two increments gave {counter.value}"
