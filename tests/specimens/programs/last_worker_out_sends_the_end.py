import threading
import queue
from functools import partial

q = queue.Queue(maxsize=2)
alive = 2
lock = threading.Lock()
out = []


def producer(name, *, count):
    global alive
    for i in range(count):
        q.put(f"{name}{i}")
    with lock:
        alive -= 1
        last = alive == 0
    if last:
        q.put("")


def consumer():
    while text := q.get():
        out.append(text)


jobs = [partial(producer, "a", count=3), partial(producer, "b", count=1), consumer]
threads = [threading.Thread(target=j) for j in jobs]
for t in threads:
    t.start()
for t in threads:
    t.join()
assert sorted(out) == ["a0", "a1", "a2", "b0"]
