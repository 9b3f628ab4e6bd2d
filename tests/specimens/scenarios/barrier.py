import threading

barrier = threading.Barrier(2)
written = [None, None]
read = [None, None]


def worker(me):
    written[me] = me + 1
    barrier.wait()
    read[me] = sum(written)


def scenario():
    threads = [threading.Thread(target=worker, args=(i,)) for i in range(2)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert read == [3, 3]
