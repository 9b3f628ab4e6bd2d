import queue
import threading
import time
import random

q = queue.Queue()
stored = []


def slow_producer():
    for i in range(4):
        time.sleep(random.random())
        q.put(i)


def consumer():
    while True:
        try:
            stored.append(q.get(timeout=0.5))
        except queue.Empty:
            print("nothing for half a second, producer must be done")
            break


t1 = threading.Thread(target=slow_producer)
t2 = threading.Thread(target=consumer)
t1.start()
t2.start()
t1.join()
t2.join()
assert stored == [0, 1, 2, 3]
