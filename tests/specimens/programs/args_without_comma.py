import threading
import queue

q = queue.Queue()


def producer(n):
    for i in range(n):
        q.put(i)
    q.put(None)


def consumer():
    while True:
        if q.get() is None:
            break


t1 = threading.Thread(target=producer, args=(5))
t2 = threading.Thread(target=consumer)
t1.start()
t2.start()
t1.join()
t2.join()
