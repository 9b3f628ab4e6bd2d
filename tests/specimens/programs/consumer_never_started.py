import threading
import queue

q = queue.Queue()


def producer():
    for i in range(3):
        q.put(i)


def consumer():
    for i in range(3):
        print(q.get())


p = threading.Thread(target=producer)
c = threading.Thread(target=consumer)
p.start()
p.join()
c.join()
