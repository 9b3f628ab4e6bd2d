import threading
import queue

q = queue.Queue()
saved = []


def producer():
    for i in range(5):
        q.put(i)


def consumer():
    while True:
        saved.append(q.get())


t1 = threading.Thread(target=producer)
t2 = threading.Thread(target=consumer, daemon=True)
t1.start()
t2.start()
t1.join()
assert len(saved) == 5, saved
print("all saved")
