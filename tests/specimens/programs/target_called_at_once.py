import threading
import queue

q = queue.Queue()


def producer():
    for i in range(3):
        q.put(i)


def consumer():
    for i in range(3):
        print(q.get())


if __name__ == "__main__":
    t1 = threading.Thread(target=consumer())
    t2 = threading.Thread(target=producer())
    t1.start()
    t2.start()
    t1.join()
    t2.join()
