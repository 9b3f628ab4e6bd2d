import threading
import queue

jobs = queue.Queue()
results = []


def worker():
    while True:
        j = jobs.get()
        if j == 'exit':
            break
        results.append(j * 2)


w = threading.Thread(target=worker)
w.start()
for j in range(3):
    jobs.put(j)
jobs.put('exit')
while w.is_alive():
    w.join(timeout=0.1)
assert results == [0, 2, 4]
