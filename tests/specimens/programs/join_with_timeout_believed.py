import threading
import queue
import time

jobs = queue.Queue()
results = []


def worker():
    while True:
        j = jobs.get()
        if j == 'exit':
            break
        time.sleep(0.01)
        results.append(j * 2)


w = threading.Thread(target=worker)
w.start()
for j in range(3):
    jobs.put(j)
jobs.put('exit')
w.join(timeout=0.1)
assert results == [0, 2, 4], results
