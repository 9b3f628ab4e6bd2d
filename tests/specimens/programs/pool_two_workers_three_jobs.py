import queue
from concurrent.futures import ThreadPoolExecutor

q = queue.Queue(maxsize=1)


def producer(name):
    for i in range(3):
        q.put((name, i))


def consumer():
    return [q.get() for _ in range(6)]


with ThreadPoolExecutor(max_workers=2) as pool:
    pool.submit(producer, "A")
    pool.submit(producer, "B")
    result = pool.submit(consumer)
print(result.result())
