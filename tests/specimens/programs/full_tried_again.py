import queue
import threading
import time

q = queue.Queue(maxsize=2)
out = []


def producer():
    for i in range(5):
        while True:
            try:
                q.put(i, block=False)
                break
            except queue.Full:
                time.sleep(0.001)
    q.put(None, timeout=None)


def consumer():
    while True:
        i = q.get()
        if i is None:
            break
        out.append(i)


p = threading.Thread(target=producer)
c = threading.Thread(target=consumer)
p.start()
c.start()
p.join()
c.join()
assert out == [0, 1, 2, 3, 4]
