import threading
import queue

barrier = threading.Barrier(3)
q = queue.Queue()


def producer():
    barrier.wait()
    for i in range(4):
        q.put(i)


def consumer(n):
    barrier.wait()
    for _ in range(2):
        print(n, q.get())


if __name__ == "__main__":
    ts = [threading.Thread(target=producer)] + [threading.Thread(target=consumer, args=(n,)) for n in "xy"]
    for t in ts:
        t.start()
    for t in ts:
        t.join()
