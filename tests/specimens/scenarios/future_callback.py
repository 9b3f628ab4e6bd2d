import threading
from concurrent.futures import ThreadPoolExecutor

finished = threading.Event()
results = []


def collect(future):
    results.append(future.result())
    finished.set()


def scenario():
    with ThreadPoolExecutor(max_workers=1) as pool:
        future = pool.submit(sum, [1, 2, 3])
        future.add_done_callback(collect)
        finished.wait()
    assert results == [6]
