import threading
import queue

q = queue.Queue(3)
count = 0


def consumer():
    global count
    while (item := q.get()) != 999:
        count += 1
        print("got", item)


def producer():
    for i in range(1, 6):
        q.put(i)


cons = [threading.Thread(target=consumer) for _ in range(2)]
prod = threading.Thread(target=producer)
for c in cons:
    c.start()
prod.start()
prod.join()
for _ in cons:
    q.put(999)
for c in cons:
    c.join()
print("about", count, "items handled")
