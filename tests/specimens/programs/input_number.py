import threading
from queue import Queue

N = int(input("How many messages? "))
q = Queue(maxsize=2)
log = []

def producer():
    for i in range(N): q.put(i)

def consumer():
    for i in range(N): log.append(q.get())

t = [threading.Thread(target=f) for f in (producer, consumer)]
for x in t: x.start()
for x in t: x.join()
assert log == list(range(N))
