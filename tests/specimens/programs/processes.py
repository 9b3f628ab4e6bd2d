import multiprocessing


def producer(q):
    for i in range(3):
        q.put(i)
    q.put(None)


def consumer(q):
    while q.get() is not None:
        pass


if __name__ == "__main__":
    q = multiprocessing.Queue()
    p = multiprocessing.Process(target=producer, args=(q,))
    c = multiprocessing.Process(target=consumer, args=(q,))
    p.start()
    c.start()
    p.join()
    c.join()
