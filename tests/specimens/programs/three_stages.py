import threading
from queue import Queue

STOP = object()


def stage(func, inbox, outbox):
    while True:
        item = inbox.get()
        if item is STOP:
            outbox.put(STOP)
            return
        outbox.put(func(item))


if __name__ == "__main__":
    a, b, c = Queue(1), Queue(1), Queue()
    stages = [
        threading.Thread(target=stage, args=(lambda x: x + 1, a, b)),
        threading.Thread(target=stage, args=(lambda x: x * 10, b, c)),
    ]
    for s in stages:
        s.start()
    for n in range(4):
        a.put(n)
    a.put(STOP)
    for s in stages:
        s.join()
    results = list(iter(c.get, STOP))
    assert results == [10, 20, 30, 40], results
