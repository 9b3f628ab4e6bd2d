import threading, queue

q = queue.Queue(5)
results = []

def producer():
    for i in range(6):
        q.put(i * i)
    q.put(None)

def consumer(n):
    while True:
        x = q.get()
        if x is None:
            print("consumer", n, "done")
            break
        results.append((n, x))

threads = [threading.Thread(target=producer)]
for i in range(2):
    threads.append(threading.Thread(target=consumer, args=(i,)))
for t in threads:
    t.start()
for t in threads:
    t.join()
print(results)
