import threading
import queue

q = queue.Queue()
saved = []


def producer():
    for i in range(5):
        q.put(i)


def consumer():
    while True:
        item = q.get()
        saved.append(item)
        q.task_done()


t2 = threading.Thread(target=consumer, daemon=True)
t2.start()
t1 = threading.Thread(target=producer)
t1.start()
t1.join()
q.join()
assert saved == [0, 1, 2, 3, 4], saved
print("all saved")
