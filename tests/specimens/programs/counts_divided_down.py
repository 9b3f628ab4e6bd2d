import threading
from queue import Queue

MESSAGES = 11
CONSUMERS = 3
queue = Queue(maxsize=1)


def producer():
    for n in range(MESSAGES):
        queue.put(n)


def consumer():
    for _ in range(MESSAGES // CONSUMERS):
        queue.get()


threads = [threading.Thread(target=producer)]
threads += [threading.Thread(target=consumer) for _ in range(CONSUMERS)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
