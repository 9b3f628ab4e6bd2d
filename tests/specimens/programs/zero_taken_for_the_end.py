import threading
from queue import Queue

q = Queue(maxsize=2)


def producer():
    for item in [3, 2, 1, 0, 1, 2, 3]:
        q.put(item)
    q.put(None)


def consumer():
    while True:
        item = q.get()
        if not item:
            break
        print("consumer got", item)


p, c = threading.Thread(target=producer), threading.Thread(target=consumer)
p.start()
c.start()
p.join()
c.join()
print("finished")
