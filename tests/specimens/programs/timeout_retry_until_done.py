import queue
import threading
import time

q = queue.Queue(maxsize=3)
done = threading.Event()
got = []


def producer():
    for i in range(5):
        time.sleep(0.01)
        q.put(i)
    done.set()


def consumer():
    while not (done.is_set() and q.empty()):
        try:
            item = q.get(timeout=0.05)
        except queue.Empty:
            continue
        got.append(item)


c = threading.Thread(target=consumer)
p = threading.Thread(target=producer)
c.start()
p.start()
p.join()
c.join()
assert got == [0, 1, 2, 3, 4], got
