import threading
import queue


def producer(q, n):
    for i in range(1, n):
        q.put(i)


def consumer(q, n):
    for i in range(n):
        print("consumed:", q.get())


def main():
    q = queue.Queue()
    n = 5
    p = threading.Thread(target=producer, args=(q, n))
    c = threading.Thread(target=consumer, args=(q, n))
    p.start()
    c.start()
    p.join()
    c.join()


if __name__ == "__main__":
    main()
