import itertools
import threading
from queue import Queue

numbers = itertools.count()
q = Queue()


def producer():
    for _ in range(3):
        q.put(next(numbers))


ps = [threading.Thread(target=producer) for _ in range(3)]
for p in ps:
    p.start()
for p in ps:
    p.join()
seen = [q.get() for _ in range(9)]
assert sorted(seen) == list(range(9)), seen
