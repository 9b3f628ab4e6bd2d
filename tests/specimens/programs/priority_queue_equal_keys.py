import queue
import threading

pq = queue.PriorityQueue()


def producer():
    pq.put((1, {"task": "write"}))
    pq.put((1, {"task": "read"}))
    pq.put((2, None))


def consumer():
    while True:
        prio, task = pq.get()
        if task is None:
            break
        print(prio, task["task"])


p = threading.Thread(target=producer)
c = threading.Thread(target=consumer)
p.start()
p.join()
c.start()
c.join()
