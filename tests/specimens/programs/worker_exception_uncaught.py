import threading
import queue

q = queue.Queue()


def producer():
    for i in (4, 2, 0, 1):
        q.put(i)
    q.put(None)


def consumer():
    while True:
        x = q.get()
        if x is None:
            break
        print(100 / x)


p = threading.Thread(target=producer)
c = threading.Thread(target=consumer)
p.start()
c.start()
p.join()
c.join()
print("done")
