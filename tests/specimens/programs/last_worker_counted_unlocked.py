import threading
import queue

q = queue.Queue()
alive = 2


def producer(name):
    global alive
    q.put(name)
    left = alive - 1
    alive = left
    if left == 0:
        q.put(None)


def consumer():
    while True:
        x = q.get()
        if x is None:
            break
        print(x)


threads = [threading.Thread(target=producer, args=("a",)), threading.Thread(target=producer, args=("b",)), threading.Thread(target=consumer)]
for t in threads:
    t.start()
for t in threads:
    t.join()
