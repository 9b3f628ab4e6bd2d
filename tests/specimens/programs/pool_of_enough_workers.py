import queue
from concurrent.futures import ThreadPoolExecutor

q = queue.Queue(maxsize=1)


def producer(name):
    for i in range(3):
        q.put((name, i))
    return name


def consumer():
    return [q.get() for _ in range(6)]


with ThreadPoolExecutor(max_workers=3) as pool:
    names = [pool.submit(producer, "A"), pool.submit(producer, "B")]
    result = pool.submit(consumer)
assert [n.result() for n in names] == ["A", "B"]
assert sorted(result.result()) == [(n, i) for n in "AB" for i in range(3)]
