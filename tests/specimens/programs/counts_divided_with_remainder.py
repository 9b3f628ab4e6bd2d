import threading
from queue import Queue

MESSAGES = 11
CONSUMERS = 3
queue = Queue(maxsize=1)


def producer():
    for n in range(MESSAGES):
        queue.put(n)


def consumer(index):
    share, rest = divmod(MESSAGES, CONSUMERS)
    for _ in range(share + (1 if index < rest else 0)):
        queue.get()


threads = [threading.Thread(target=producer)]
threads += [threading.Thread(target=consumer, args=(i,)) for i in range(CONSUMERS)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
