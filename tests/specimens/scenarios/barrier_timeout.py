import threading

barrier = threading.Barrier(2, timeout=2)
through = []


def worker():
    barrier.wait()
    through.append(1)


def scenario():
    threads = [threading.Thread(target=worker) for _ in range(2)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
