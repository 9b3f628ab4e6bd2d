import queue
import threading

q = queue.Queue(maxsize=2)


def producer():
    for i in range(6):
        q.put_nowait(i)
    q.put(None)


def consumer():
    while q.get() is not None:
        pass


p = threading.Thread(target=producer)
c = threading.Thread(target=consumer)
p.start()
c.start()
p.join()
c.join()
