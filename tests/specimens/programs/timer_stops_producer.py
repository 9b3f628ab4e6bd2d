import itertools
import queue
import threading
import time

q = queue.Queue(maxsize=4)
stop = threading.Event()
DONE = object()


def producer():
    for n in itertools.count():
        if stop.is_set():
            break
        q.put(n)
        time.sleep(0.01)
    q.put(DONE)


def consumer():
    last = -1
    while True:
        n = q.get()
        if n is DONE:
            break
        assert n == last + 1
        last = n


timer = threading.Timer(0.05, stop.set)
timer.start()
workers = [threading.Thread(target=producer), threading.Thread(target=consumer)]
for w in workers:
    w.start()
for w in workers:
    w.join()
print("stopped by the timer")
